"""Batches: many books made or changed in one transaction, by a number of statements that does not grow with them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper

from books.editing.book_records import errors_of
from books.editing.books import BookChange, Writer, write_books
from books.editing.editor import FieldError
from books.editing.references import Body, References
from books.importing.writing.batch_writes import BatchWrites
from books.search.words import LoadedWords
from books.standards.identifiers import SHARED, SINGLE_RECORD, normal_identifier
from books.standards.isbn import InvalidISBN, isbn13
from core.changes.former_keys import successors
from core.database.bulk import select_in
from core.database.locks import lock_until_the_end

Number = tuple[str, str]
"""A scheme and a number of it; the scheme of ISBNs is ISBN."""

ISBN = ""


class Refused(NamedTuple):
    """Why an item of a batch is not written: an HTTP status, and what is wrong with its fields."""

    status: int
    errors: list[FieldError]


class BookBatch:
    """Checks the items of a batch, then writes those that can be. Both in one transaction.

    `items` are the bodies by their places in the request. `refused` has those that cannot be written, after `check`.
    """

    def __init__(self, connection: BaseDatabaseWrapper, items: dict[int, Body], writer: Writer) -> None:
        self.connection, self.items, self.writer = connection, items, writer
        self.refused: dict[int, Refused] = {}
        self.changes: dict[int, BookChange] = {}

    def check(self) -> None:
        """Find the book that each item is of, and what stands against it."""
        # One batch after the other, so that two with the same new books do not make them twice.
        lock_until_the_end(self.connection, ["books/batch"])
        self._find()
        self._writes = BatchWrites(self.connection, LoadedWords())
        self._references = References(self._writes, [change.body for change in self.changes.values()])
        for place, change in [*self.changes.items()]:
            if errors := [*_missing_title(change), *errors_of(change.body, self._references)]:
                self._refuse(place, 422, *errors)

    def write(self) -> dict[int, int]:
        """Write the items that are not refused; return the ids of their books, by place."""
        pks = write_books(self._writes, [*self.changes.values()], self._references, self.writer)
        return dict(zip(self.changes, pks, strict=True))

    def is_new(self, place: int) -> bool:
        """Whether the item at `place`, which is not refused, becomes a new book."""
        return self.changes[place].pk is None

    def _refuse(self, place: int, status: int, *errors: FieldError) -> None:
        self.refused[place] = Refused(status, [*errors])
        self.changes.pop(place, None)

    def _find(self) -> None:
        given = {place: body["id"] for place, body in self.items.items() if "id" in body}
        unnamed = {place: body for place, body in self.items.items() if place not in given}
        bearers = _bearers(self.connection, unnamed)
        there = self._locked({*given.values(), *(pk for found in bearers.values() for pk in found)})
        if self.connection.vendor == "postgresql" and unnamed:
            # Who was waited for may have given numbers to other books.
            bearers = _bearers(self.connection, unnamed)
            there |= self._locked({pk for found in bearers.values() for pk in found} - there)
        former = successors("books", map(str, {*given.values()} - there))
        single = _single_numbers(self.connection, [pk for found in bearers.values() for pk in found])
        taken: dict[Any, int] = {}
        for place, body in self.items.items():
            pk = given.get(place)
            if pk is not None and pk not in there:
                self._refuse_unknown(place, str(pk), former)
                continue
            numbers = [*_numbers(body)]
            if pk is None and not numbers:
                self._refuse(place, 422, FieldError("", "required", "Needs an id, identifiers or isbns."))
                continue
            found = [] if pk else [one for one in bearers[place] if one in there]
            if len(found) > 1:
                message = "Several books have its numbers: give the id of one."
                self._refuse(place, 409, FieldError("", "conflict", message, ids=found))
                continue
            pk = pk or next(iter(found), None)
            if found and not _agrees(numbers, single.get(found[0], [])):
                message = "The book with its numbers has others that name single records."
                self._refuse(place, 409, FieldError("", "conflict", message, ids=found))
                continue
            keys: list[Any] = numbers if pk is None else [pk]
            if others := [taken[key] for key in keys if key in taken]:
                self._refuse(place, 409, FieldError("", "conflict", f"Item {others[0]} is of this book too."))
                continue
            # The numbers of stored books as well: an item behind it that has one of them makes no second book.
            taken |= dict.fromkeys([*numbers, *([] if pk is None else [pk])], place)
            self.changes[place] = BookChange(pk, body, adds_numbers=place not in given)

    def _refuse_unknown(self, place: int, key: str, former: dict[str, str | None]) -> None:
        if key not in former:
            self._refuse(place, 404, FieldError("id", "unknown", "There is no book with this id."))
        elif (into := former[key]) is None:
            self._refuse(place, 410, FieldError("id", "gone", "It was here and was deleted."))
        else:
            self._refuse(place, 409, FieldError("id", "merged", f"It is {into} now.", ids=[int(into)]))

    def _locked(self, pks: Iterable[int]) -> set[int]:
        """Those of `pks` that are ids of books, which are locked until the transaction ends."""
        lock = " ORDER BY id FOR NO KEY UPDATE" if self.connection.vendor == "postgresql" else ""
        sql = f"SELECT id FROM books_book WHERE id IN %s{lock}"  # noqa: S608
        return {pk for (pk,) in select_in(self.connection, sql, sorted(set(pks)))}


def _missing_title(change: BookChange) -> Iterator[FieldError]:
    if change.pk is None and "title" not in change.body:
        yield FieldError("title", "required", "A new book needs a title.")


def _numbers(body: Body) -> Iterator[Number]:
    """The numbers by which a body names its book, in their order: identifiers, then ISBNs with right check digits."""
    for scheme, values in body.get("identifiers", {}).items():
        if scheme not in SHARED:
            yield from ((scheme, normal_identifier(scheme, value)) for value in values)
    for isbn in body.get("isbns", ()):
        try:
            yield ISBN, isbn13(isbn)
        except InvalidISBN:
            continue


def _bearers(connection: BaseDatabaseWrapper, bodies: dict[int, Body]) -> dict[int, list[int]]:
    """The ids of the books that bear the numbers of each body, by place.

    Numbers that name single records are asked first, then other identifiers, then ISBNs: the first of these of which
    any is borne decides.
    """
    numbers = {place: [*_numbers(body)] for place, body in bodies.items()}
    books = _books_by_number(connection, [number for found in numbers.values() for number in found])
    return {place: _first_borne(found, books) for place, found in numbers.items()}


def _single_numbers(connection: BaseDatabaseWrapper, books: list[int]) -> dict[int, list[Number]]:
    """The identifiers that name single records, by the ids of the books that bear them."""
    found: defaultdict[int, list[Number]] = defaultdict(list)
    sql = "SELECT book_id, scheme, value FROM books_bookidentifier WHERE book_id IN %s AND scheme IN %s"
    for book, scheme, value in select_in(connection, sql, sorted(set(books)), sorted(SINGLE_RECORD)):
        found[book].append((scheme, value))
    return found


def _agrees(numbers: list[Number], held: list[Number]) -> bool:
    """Whether an item may be of a book: of each scheme of single records that both name, they share a number."""
    schemes = {scheme for scheme, _ in numbers} & {scheme for scheme, _ in held}
    shared = {scheme for scheme, _ in {*numbers} & {*held}}
    return schemes <= shared


def _first_borne(numbers: Sequence[Number], books: dict[Number, list[int]]) -> list[int]:
    by_rank: defaultdict[int, set[int]] = defaultdict(set)
    for scheme, value in numbers:
        rank = 2 if scheme == ISBN else 0 if scheme in SINGLE_RECORD else 1
        by_rank[rank].update(books.get((scheme, value), ()))
    return next((sorted(by_rank[rank]) for rank in (0, 1, 2) if by_rank[rank]), [])


def _books_by_number(connection: BaseDatabaseWrapper, numbers: list[Number]) -> dict[Number, list[int]]:
    found: defaultdict[Number, list[int]] = defaultdict(list)
    schemes = sorted({scheme for scheme, _ in numbers if scheme != ISBN})
    values = sorted({value for scheme, value in numbers if scheme != ISBN})
    sql = "SELECT scheme, value, book_id FROM books_bookidentifier WHERE scheme IN %s AND value IN %s"
    for scheme, value, book in select_in(connection, sql, schemes, values):
        found[scheme, value].append(book)
    sql = "SELECT isbn_13, book_id FROM books_bookisbn WHERE isbn_13 IN %s"
    for isbn, book in select_in(connection, sql, sorted({value for scheme, value in numbers if scheme == ISBN})):
        found[ISBN, isbn].append(book)
    return found
