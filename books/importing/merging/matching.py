"""Matcher: decides for each record which stored book it is of, by the source's key, else by ISBN, or that it is new."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper

from books.importing.load_state import LoadState
from books.importing.normalizing import PreparedRecord
from books.importing.records import Record, Rejection
from books.importing.summary import Summary, rejection
from core.database.bulk import select_in


class MatchedRecord(NamedTuple):
    """A record of a stored book, with the book's id.

    `source_record` is the id of the source's row for the book in books_sourcerecord, None if there is none yet.
    """

    prepared: PreparedRecord
    book: int
    source_record: int | None


class KnownRecord(NamedTuple):
    """A row of books_sourcerecord that was found by its key; `book` is None if the book was deleted since."""

    pk: int
    book: int | None
    digest: str


@dataclass(slots=True)
class BatchPlan:
    """What to do with the records of a batch: which become new books, and which update a stored one.

    `summary` counts those of which nothing is written. `seen` are the ids of the source records that the batch met,
    `rejected` of those whose keys its rejected records have.
    """

    new: list[PreparedRecord] = field(default_factory=list)
    matched: list[MatchedRecord] = field(default_factory=list)
    summary: Summary = field(default_factory=Summary)
    seen: list[int] = field(default_factory=list)
    rejected: list[int] = field(default_factory=list)


class Matcher:
    """Matches the records of one load to stored books, and notices keys that occur twice in the load (LoadState)."""

    def __init__(self, connection: BaseDatabaseWrapper, source: str, state: LoadState) -> None:
        self.connection, self.source, self.state = connection, source, state

    def match(self, batch: Iterable[PreparedRecord | Rejection]) -> BatchPlan:
        """Decide on each item of `batch`, in order, as if each were loaded before the next is matched."""
        plan = BatchPlan()
        prepared = []
        for item in batch:
            if isinstance(item, Rejection):
                plan.summary.reject(item)
            else:
                prepared.append(item)
        known = self._known([item.record.key for item in prepared])
        plan.rejected += [row.pk for row in self._known([each.key for each in plan.summary.rejections]).values()]
        unknown = [item for item in prepared if item.record.key not in known]
        holders = _IsbnHolders(self.connection, self.source, unknown)
        met: set[str] = set()
        for item in prepared:
            key = item.record.key
            row = known.get(key)
            if key in met or (row and self.state.is_loaded(row.pk)):
                plan.summary.reject(_duplicate(item.record))
            elif row:
                met.add(key)
                _match_known(plan, item, row, holders)
            elif _match_unknown(plan, item, holders):
                met.add(key)
        return plan

    def _known(self, keys: list[str]) -> dict[str, KnownRecord]:
        """The source records that are stored for `keys` under this load's source, by key."""
        rows = select_in(
            self.connection,
            "SELECT key, id, book_id, digest FROM books_sourcerecord WHERE key IN %s AND source = %s",
            keys,
            self.source,
        )
        return {key: KnownRecord(pk, book, digest) for key, pk, book, digest in rows}


def _match_known(plan: BatchPlan, item: PreparedRecord, known: KnownRecord, holders: "_IsbnHolders") -> None:
    plan.seen.append(known.pk)
    if known.book is None:
        plan.summary.kept += 1
    elif known.digest == item.digest:
        plan.summary.unchanged += 1
    else:
        holders.claim(known.book, item.record)
        plan.matched.append(MatchedRecord(item, known.book, known.pk))


def _match_unknown(plan: BatchPlan, item: PreparedRecord, holders: "_IsbnHolders") -> bool:
    """Plan a record whose key is new: match it to a book by ISBN, or make it a new book.

    Returns False if it is rejected, because its ISBNs are those of several books.
    """
    books = holders.of(item.record)
    if len(books) > 1:
        message = f"Its ISBNs belong to different books: {' and '.join(map(str, books))}."
        plan.summary.reject(rejection(item.record, "conflicting_match", message))
        return False
    if books:
        plan.matched.append(MatchedRecord(item, books[0], None))
    else:
        plan.new.append(item)
    holders.claim(books[0] if books else -len(plan.new), item.record)
    return True


class _IsbnHolders:
    """Which stored books have the ISBNs of a batch's records; updated after each record that is planned."""

    def __init__(self, connection: BaseDatabaseWrapper, source: str, prepared: list[PreparedRecord]) -> None:
        isbns = {isbn for item in prepared for isbn in item.record.isbns}
        self.books: defaultdict[str, set[int]] = defaultdict(set)
        sql = "SELECT isbn_13, book_id FROM books_bookisbn WHERE isbn_13 IN %s"
        for isbn, book in select_in(connection, sql, sorted(isbns)):
            self.books[isbn].add(book)
        holders = {book for books in self.books.values() for book in books}
        sql = "SELECT book_id, source FROM books_sourcerecord WHERE book_id IN %s"
        self.claimed = {book for book, name in select_in(connection, sql, sorted(holders)) if name == source}

    def of(self, record: Record) -> list[int]:
        """The ids of books that `record` may be of, by its ISBNs.

        Each is the only book with one of these ISBNs, and has no record of the load's source.
        """
        held = (self.books.get(isbn, set()) for isbn in record.isbns)
        alone = {book for books in held if len(books) == 1 for book in books}
        return sorted(alone - self.claimed)

    def claim(self, book: int, record: Record) -> None:
        """Note that `book` now has a record of the load's source, and the ISBNs of `record`."""
        self.claimed.add(book)
        for isbn in record.isbns:
            self.books[isbn].add(book)


def _duplicate(record: Record) -> Rejection:
    return rejection(record, "duplicate_key", f"An earlier record of this file has the key {record.key!r}.")
