"""Holders: the stored books that bear the identifiers and ISBNs of a batch's records."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper

from books.importing.merging.agreement import Description
from books.importing.records import Record
from books.standards.identifiers import SINGLE_RECORD
from core.database.bulk import select_in

_ISBN = ""


class Number(NamedTuple):
    """A number by which records are matched: an identifier of a scheme, or, without a scheme, an ISBN."""

    scheme: str
    value: str

    @property
    def is_identifier(self) -> bool:
        """Whether it names a single record, which an ISBN does not."""
        return self.scheme != _ISBN


def numbers_of(record: Record) -> list[Number]:
    """The numbers of `record` by which it may be matched: identifiers that name single records, then ISBNs."""
    named = [Number(scheme, value) for scheme, value in record.identifiers if scheme in SINGLE_RECORD]
    return [*named, *(Number(_ISBN, isbn) for isbn in record.isbns)]


class Holders:
    """The stored books that bear any of `numbers`, and descriptions of those that may be matched.

    Books that have a record of the load's source already may not. Reads the database by at most five statements, and
    one for each scheme of identifiers.
    """

    def __init__(self, connection: BaseDatabaseWrapper, source: str, numbers: Iterable[Number]) -> None:
        self.connection = connection
        self._books = self._bearers(set(numbers))
        bearers = sorted({book for books in self._books.values() for book in books})
        sql = "SELECT book_id FROM books_sourcerecord WHERE book_id IN %s AND source = %s"
        self._claimed = {book for (book,) in select_in(connection, sql, bearers, source)}
        self.descriptions = self._described([book for book in bearers if book not in self._claimed])

    def of(self, number: Number) -> list[int]:
        """The ids of all books that bear `number`."""
        return self._books.get(number, [])

    def open(self, number: Number) -> list[int]:
        """The ids of the books that bear `number` and have no record of the load's source.

        Books that were deleted since the numbers were read are left out.
        """
        return [book for book in self.of(number) if book not in self._claimed and book in self.descriptions]

    def _bearers(self, numbers: set[Number]) -> dict[Number, list[int]]:
        by_scheme: defaultdict[str, list[str]] = defaultdict(list)
        for scheme, value in sorted(numbers):
            by_scheme[scheme].append(value)
        found: defaultdict[Number, list[int]] = defaultdict(list)
        for scheme, values in by_scheme.items():
            if scheme == _ISBN:
                sql = "SELECT isbn_13, book_id FROM books_bookisbn WHERE isbn_13 IN %s ORDER BY book_id"
                rows = select_in(self.connection, sql, values)
            else:
                sql = (
                    "SELECT value, book_id FROM books_bookidentifier WHERE scheme = %s AND value IN %s ORDER BY book_id"
                )
                rows = select_in(self.connection, sql, scheme, values)
            for value, book in rows:
                found[Number(scheme, value)].append(book)
        return found

    def _described(self, books: list[int]) -> dict[int, Description]:
        names: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
        sql = (
            "SELECT credit.book_id, author.kind, author.sort_name FROM books_bookauthor credit"
            " JOIN authors_author author ON author.id = credit.author_id WHERE credit.book_id IN %s"
        )
        for book, kind, name in select_in(self.connection, sql, books):
            names[book].append((kind, name))
        columns = "id, title, subtitle, part, first_published_year, published_year"
        sql = f"SELECT {columns} FROM books_book WHERE id IN %s"  # noqa: S608
        return {
            pk: Description.of(
                title=title, subtitle=subtitle, part=part, names=names[pk], first_year=first_year, year=year
            )
            for pk, title, subtitle, part, first_year, year in select_in(self.connection, sql, books)
        }
