"""Deleting books, with all their parts and everything that is counted or found by them."""

from collections import Counter

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CASCADE, Model

from books.counts import counted_books
from books.importing.entities.emptied import note_emptied
from books.models import Book
from books.search.indexes import BOOK_INDEX
from books.search.words import lose_words, row_words
from core.changes.former_keys import note_all_deleted
from core.database.bulk import add_to, delete_in, execute_in
from core.database.row_counts import add_row_counts

PARTS: dict[type[Model], str] = {
    related.related_model: str(related.field.column)
    for related in Book._meta.related_objects
    if related.on_delete is CASCADE
}
"""The models whose rows are parts of a book, each with its column of the book's id."""


def delete_books(connection: BaseDatabaseWrapper, books: list[int]) -> None:
    """Delete the books with the ids `books`, which are locked, in the current transaction.

    Their parts go with them, and triggers delete their search index rows. Stored counts and words follow; the ids are
    noted as those of deleted books, and so are authors, categories, subjects and series that have no book left. Records
    of sources remain without a book.
    """
    counted = counted_books(connection, books)
    execute_in(connection, "UPDATE books_sourcerecord SET book_id = NULL WHERE book_id IN %s", books)
    delete_with_parts(connection, books)
    for table, numbers in counted.items():
        add_to(connection, table, "books_count", Counter({pk: -number for pk, number in numbers.items()}))
        note_emptied(connection, table, list(numbers))
    note_all_deleted("books", [str(pk) for pk in books])


def delete_with_parts(connection: BaseDatabaseWrapper, books: list[int]) -> None:
    """Delete books to which no source's record belongs, with their parts, search index rows, words and row count.

    The counts of books that authors, categories, subjects and series have are left to the caller.
    """
    lose_words(connection, row_words(connection, BOOK_INDEX, books))
    for model, column in PARTS.items():
        delete_in(connection, model._meta.db_table, column, books)
    delete_in(connection, "books_book", "id", books)
    add_row_counts(connection, {"book": -len(books)})
