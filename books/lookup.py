"""Looking up many books at once: by their ids, by identifiers and by ISBNs."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper

from books.models import Book
from books.standards.identifiers import normal_identifier
from core.database.bulk import select_in


class Named(NamedTuple):
    """What names a book: its id, an ISBN-13, or an identifier, which is a pair of a scheme and a value."""

    id: int | None = None
    isbn: str | None = None
    identifier: tuple[str, str] | None = None


def look_up(connection: BaseDatabaseWrapper, named: Sequence[Named]) -> list[int | None]:
    """The id of the book that each of `named` names, None where there is none; a merged book's is what it became.

    Of several books with one number it is the most popular one, then the one with the lowest id.
    """
    by_isbn = _by_isbn(connection, {name.isbn for name in named if name.isbn})
    pairs = {name: _normal(name.identifier) for name in named if name.identifier}
    by_pair = _by_identifier(connection, set(pairs.values()))
    ids = [name.id for name in named if name.id is not None]
    into = Book.objects.all().merged(ids) if ids else {}
    found: list[int | None] = []
    for name in named:
        if name.isbn:
            found.append(by_isbn.get(name.isbn))
        elif name.identifier:
            found.append(by_pair.get(pairs[name]))
        else:
            found.append(into.get(name.id, name.id) if name.id is not None else None)
    return found


# The best comes last, so that a dict keeps it.
_BEST_LAST = "ORDER BY book.popularity IS NOT NULL, book.popularity, book.id DESC"


def _by_isbn(connection: BaseDatabaseWrapper, isbns: set[str]) -> dict[str, int]:
    sql = """
        SELECT borne.isbn_13, book.id FROM books_bookisbn borne JOIN books_book book ON book.id = book_id
        WHERE borne.isbn_13 IN %s
    """
    return dict(select_in(connection, f"{sql} {_BEST_LAST}", sorted(isbns))) if isbns else {}


def _by_identifier(connection: BaseDatabaseWrapper, pairs: set[tuple[str, str]]) -> dict[tuple[str, str], int]:
    sql = """
        SELECT scheme, value, book.id FROM books_bookidentifier JOIN books_book book ON book.id = book_id
        WHERE scheme IN %s AND value IN %s
    """
    if not pairs:
        return {}
    schemes, values = sorted({scheme for scheme, _ in pairs}), sorted({value for _, value in pairs})
    rows = select_in(connection, f"{sql} {_BEST_LAST}", schemes, values)
    return {(scheme, value): pk for scheme, value, pk in rows}


def _normal(identifier: tuple[str, str]) -> tuple[str, str]:
    scheme, value = identifier
    return scheme, normal_identifier(scheme, value)
