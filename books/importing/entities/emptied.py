"""Deletes authors, categories, subjects and series that lost their last book in a load, when the load ends.

Each gets a note, a row of the table books_emptied, in the transaction that takes its last book, so the notes of a
killed load remain for the next one. Rows that no load created are never deleted. An author of whom it is still to be
decided whether another one replaces it (books/importing/merging/replaced_headings.py) stays, and so does its note.
"""

from collections import Counter
from typing import NamedTuple

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from authors.search import AUTHOR_INDEX
from books.importing.transactions import use_indexes
from books.search.indexes import SUBJECT_INDEX
from books.search.words import lose_words, row_words
from core.changes.former_keys import note_all_deleted
from core.database.bulk import delete_in, delete_rows, execute_in, select_in
from core.database.row_counts import add_row_counts
from core.search.index import TextIndex

CHUNK = 5_000
"""Notes settled in one transaction."""


class _Kind(NamedTuple):
    """One of the kinds of rows: its table, the columns that refer to it, and the rows to delete with it.

    A row that a column of `referenced_by` refers to is not deleted. `counted` is SQL for the name of the kind's stored
    row count; `text_index` is the index of its rows, None where it has none. `key` is the column of the keys by which
    the rows stand under `resource` in paths.
    """

    table: str
    referenced_by: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, str], ...]
    counted: str
    text_index: TextIndex | None
    resource: str
    key: str


_KINDS = {
    "author": _Kind(
        "authors_author",
        (
            ("books_bookauthor", "author_id"),
            ("authors_replacedheading", "old_id"),
            ("authors_replacedheading", "new_id"),
        ),
        (("authors_authorheading", "author_id"), ("authors_mergedauthor", "kept_id")),
        "'author:' || kind",
        AUTHOR_INDEX,
        "authors",
        "id",
    ),
    "category": _Kind(
        "books_category",
        (("books_bookcategory", "category_id"), ("books_book", "category_id"), ("books_category", "parent_id")),
        (("books_categoryancestor", "category_id"),),
        "'category'",
        None,
        "categories",
        "slug",
    ),
    "subject": _Kind(
        "books_subject",
        (("books_booksubject", "subject_id"),),
        (("books_subjectspelling", "subject_id"),),
        "'subject:' || kind",
        SUBJECT_INDEX,
        "subjects",
        "slug",
    ),
    "series": _Kind("books_series", (("books_bookseries", "series_id"),), (), "'series'", None, "series", "slug"),
}  # fmt: skip
_BY_TABLE = {kind.table: name for name, kind in _KINDS.items()}


def note_emptied(connection: BaseDatabaseWrapper, table: str, lost: list[int]) -> None:
    """Add notes for those rows of `table`, among the ids `lost`, that have no book left and that a load created."""
    # Inserting decides which have a note already: a search for notes is planned as for an empty table, and reads all.
    sql = (
        f"INSERT INTO books_emptied (kind, row_id) SELECT %s, id FROM {table}"  # noqa: S608
        " WHERE id IN %s AND books_count = 0 AND imported ON CONFLICT DO NOTHING"
    )
    execute_in(connection, sql, _BY_TABLE[table], sorted(lost))


def sweep_emptied(connection: BaseDatabaseWrapper) -> int:
    """Delete the rows with notes that nothing refers to, and return how many they were.

    Their headings, search index rows, words and stored counts go with them.
    """
    total = 0
    for name, kind in _KINDS.items():
        # Repeats for categories: a parent can be deleted once its children are.
        while deleted := _sweep(connection, name, kind):
            total += deleted
    return total


def _sweep(connection: BaseDatabaseWrapper, name: str, kind: _Kind) -> int:
    sql = "SELECT row_id FROM books_emptied WHERE kind = %s ORDER BY row_id DESC"
    noted = [pk for (pk,) in select_in(connection, sql, name)]
    deleted = 0
    for start in range(0, len(noted), CHUNK):
        with transaction.atomic():
            deleted += _sweep_some(connection, name, kind, noted[start : start + CHUNK])
    return deleted


def _sweep_some(connection: BaseDatabaseWrapper, name: str, kind: _Kind, noted: list[int]) -> int:
    """Delete those of the rows with the ids `noted` that no other row refers to; return how many they were.

    Each row has a note in the table books_emptied, which is deleted with it, and also if the row has a book again. All
    in the current transaction.
    """
    if connection.vendor == "postgresql":
        # Lock the rows before looking for references, so that none is added meanwhile.
        select_in(connection, f"SELECT id FROM {kind.table} WHERE id IN %s ORDER BY id FOR UPDATE", noted)  # noqa: S608
    use_indexes(connection)
    ids = _unreferenced(connection, kind, noted)
    if ids:
        _delete(connection, kind, ids)
    waiting = f"SELECT id FROM {kind.table} WHERE id IN %s AND books_count = 0 AND imported"  # noqa: S608
    settled = set(noted).difference(pk for (pk,) in select_in(connection, waiting, noted))
    delete_rows(connection, "books_emptied", ("kind", "row_id"), [(name, pk) for pk in sorted(settled)])
    return len(ids)


def _unreferenced(connection: BaseDatabaseWrapper, kind: _Kind, noted: list[int]) -> list[int]:
    """The ids among `noted`, ascending, of rows of `kind` that a load created and that nothing refers to any more.

    What refers to them are the columns `kind.referenced_by`; for a category those of its child categories too.
    """
    unreferenced = " ".join(
        f"AND NOT EXISTS (SELECT 1 FROM {table} other WHERE other.{column} = one.id)"  # noqa: S608
        for table, column in kind.referenced_by
    )
    sql = f"SELECT id FROM {kind.table} one WHERE id IN %s AND imported {unreferenced} ORDER BY id"  # noqa: S608
    return [pk for (pk,) in select_in(connection, sql, noted)]


def _delete(connection: BaseDatabaseWrapper, kind: _Kind, pks: list[int]) -> None:
    """Delete rows with their parts and counts, and note their words; triggers delete their search index rows."""
    counted = select_in(connection, f"SELECT {kind.counted} FROM {kind.table} WHERE id IN %s", pks)  # noqa: S608
    if kind.text_index:
        lose_words(connection, row_words(connection, kind.text_index, pks))
    keys = select_in(connection, f"SELECT {kind.key} FROM {kind.table} WHERE id IN %s", pks)  # noqa: S608
    note_all_deleted(kind.resource, [str(key) for (key,) in keys])
    for table, column in (*kind.parts, (kind.table, "id")):
        delete_in(connection, table, column, pks)
    add_row_counts(connection, {name: -number for name, number in Counter(name for (name,) in counted).items()})
