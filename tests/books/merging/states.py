"""Everything that the catalogue says, to be compared before a merge and after its undoing."""

from typing import Any

from django.apps import apps
from django.db import connection

from books.counts import recount
from books.search.words import rebuild_words
from tests.books.catalogue import index_rows, stored_index_rows

TIMES = {"updated_at"}
NOT_COMPARED = {
    "changes_recordedmerge",
    "changes_keptanswer",
    "books_lostword",
    "books_word",
    "authors_author.imported",
}
"""What an undo does not restore: its own records, the words nobody has, and that no editor has changed an author."""


def state() -> dict[str, Any]:
    """All rows of the catalogue's tables but times of changes, and the rows of its search indexes."""
    models = [
        model for label in ("authors", "books", "changes", "core") for model in apps.get_app_config(label).get_models()
    ]
    tables = {
        model._meta.db_table: sorted(
            [
                {
                    field.attname: row[field.attname]
                    for field in model._meta.concrete_fields
                    if field.attname not in TIMES and f"{model._meta.db_table}.{field.attname}" not in NOT_COMPARED
                }
                for row in model._default_manager.values()
            ],
            key=repr,
        )
        for model in models
        if model._meta.db_table not in NOT_COMPARED
    }
    return {**tables, "index": stored_index_rows()}


def in_order() -> None:
    """Assert that no count is wrong, that the indexes say what the tables say, and that no word is missing."""
    assert recount() == 0
    before, after = index_rows()
    assert before == after
    words = _words()
    rebuild_words(connection)
    assert _words() <= words


def _words() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT word FROM books_word")
        return {word for (word,) in cursor.fetchall()}
