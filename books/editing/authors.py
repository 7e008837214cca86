"""AuthorEditor: an editor's changes of authors."""

from typing import Any

from django.db import connection

from authors.models import Author
from authors.search import AUTHOR_INDEX
from books.editing.editor import InUse
from books.editing.renewal import renew_books_of
from books.importing.parsing.inverted_names import invert_name, without_article
from books.models import BookAuthor
from books.search.indexing import index_authors
from books.search.words import lose_words, row_words
from core.changes.former_keys import note_deleted
from core.database.row_counts import add_row_counts

RESOURCE = "authors"
LONGEST = 500
"""Characters of the longest name."""

_SHOWN = ("name", "sort_key", "alternate_names", "birth_year", "death_year")
"""The columns that the documents, the search index rows or the order of an author's books follow from."""


def filing_name(name: str, kind: str) -> str:
    """The name by which `name` is filed: a person's by the family name, as `Le Guin, Ursula K.`; another's as it is."""
    if kind != Author.Kind.PERSON:
        filed = without_article(name)
    else:
        filed = name if "," in name or not name.split() else invert_name(name.split())
    return filed[:LONGEST]


class AuthorEditor:
    """The Editor of authors. What follows from a name is written with it, for all of an author's books."""

    def create(self, values: dict[str, Any]) -> Author:
        """Save a new author with the columns `values` and return it; several authors may have one name."""
        author = Author(**values)
        author.sort_name = author.sort_name or filing_name(author.name, author.kind)
        author.save()
        index_authors(connection, [author.pk])
        add_row_counts(connection, {f"author:{author.kind}": 1})
        return author

    def change(self, row: Author, values: dict[str, Any]) -> None:
        """Set columns of an author that is locked, by name, and save it.

        A `sort_name` that is not given follows the name if it did before; one that is given empty follows it again.
        """
        before, kind = [getattr(row, name) for name in _SHOWN], row.kind
        followed = row.sort_name == filing_name(row.name, row.kind)
        if all(getattr(row, name) == value for name, value in values.items()):
            return
        for name, value in values.items():
            setattr(row, name, value)
        if not row.sort_name or (followed and "sort_name" not in values):
            row.sort_name = filing_name(row.name, row.kind)
        row.imported = False
        row.save()
        if row.kind != kind:
            add_row_counts(connection, {f"author:{kind}": -1, f"author:{row.kind}": 1})
        if [getattr(row, name) for name in _SHOWN] != before:
            index_authors(connection, [row.pk])
            renew_books_of(RESOURCE, row.pk)

    def delete(self, row: Author) -> None:
        """Delete an author that is locked. Raises InUse if books credit it."""
        if BookAuthor.objects.filter(author=row).exists():
            raise InUse("Books credit this author.")
        note_deleted(RESOURCE, str(row.pk))
        lose_words(connection, row_words(connection, AUTHOR_INDEX, [row.pk]))
        add_row_counts(connection, {f"author:{row.kind}": -1})
        row.delete()
