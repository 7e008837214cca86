"""Matcher: decides for each record which stored book it is of, by key, identifier or ISBN, or that it is new.

An identifier or an ISBN matches where the record also agrees with the book (books/importing/merging/agreement.py), and
where they are each other's only one: so it does not matter which of two sources was loaded first.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper

from books.importing.load_state import LoadState
from books.importing.merging.agreement import Description, agreement
from books.importing.merging.holders import Holders, Number, numbers_of
from books.importing.normalizing import PreparedRecord, has_made_key
from books.importing.preparing import Pending, digest_of, prepare
from books.importing.records import Record, Rejection, Unparsed
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

    def leave(self, row: KnownRecord) -> None:
        """Plan to write nothing for the record of `row`: its source says the same as before, or its book is deleted."""
        self.seen.append(row.pk)
        self.summary.kept += row.book is None
        self.summary.unchanged += row.book is not None


class Matcher:
    """Matches the records of one load to stored books, and notices keys that occur twice in the load (LoadState)."""

    def __init__(self, connection: BaseDatabaseWrapper, source: str, state: LoadState) -> None:
        self.connection, self.source, self.state = connection, source, state

    def match(self, batch: list[Pending]) -> BatchPlan:
        """Decide on each item of `batch`: to reject it, to update a book with it, or to make a new book of it.

        A record that is not parsed yet is parsed only if its texts are not those of the last load.
        """
        plan = BatchPlan()
        known = self._known([item.key for item in batch])
        unknown: list[PreparedRecord] = []
        met: set[str] = set()
        for pending in batch:
            key = pending.key
            row = known.get(key)
            is_first = key not in met and not (row and self.state.is_loaded(row.pk))
            if isinstance(pending, Unparsed) and row and is_first and row.digest == digest_of(pending):
                met.add(key)
                plan.leave(row)
                continue
            item = prepare(pending, self.source)
            if isinstance(item, Rejection):
                plan.summary.reject(item)
                plan.rejected += [row.pk] if row else []
            elif not is_first:
                plan.summary.reject(_duplicate(item.record))
            else:
                met.add(key)
                plan.summary.made_keys += has_made_key(item.record)
                if not row:
                    unknown.append(item)
                elif row.book is None or row.digest == item.digest:
                    plan.leave(row)
                else:
                    plan.seen.append(row.pk)
                    plan.matched.append(MatchedRecord(item, row.book, row.pk))
        numbers = [numbers_of(item.record) for item in unknown]
        holders = Holders(self.connection, self.source, chain.from_iterable(numbers))
        _match_unknown(plan, [*zip(unknown, numbers, strict=True)], holders)
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


class _Agreement(NamedTuple):
    """That a record, by its place in the batch, and a stored book bear a `number` and agree; `rank` 1 is the best."""

    place: int
    book: int
    number: Number
    rank: int


def _match_unknown(plan: BatchPlan, unknown: list[tuple[PreparedRecord, list[Number]]], holders: Holders) -> None:
    """Plan the records whose keys are new: each is of a stored book, or a new book, or rejected by a conflict.

    `unknown` has pairs of a record and its numbers. A book that two of its identifiers give to two records is of none
    of them, as a record is of no book that two identifiers give to two: who came first makes no difference.
    """
    agreements = [
        each
        for place, (item, numbers) in enumerate(unknown)
        for each in _agreements(place, item.record, numbers, holders)
    ]
    conflicts = _conflicts((each.place, each.book, each) for each in agreements)
    contested = _conflicts((each.book, each.place, each) for each in agreements)
    books, records = defaultdict[int, dict[int, int]](dict), defaultdict[int, dict[int, int]](dict)
    for place, book, _, rank in agreements:
        if place not in conflicts and book not in contested:
            books[place][book] = records[book][place] = min(rank, books[place].get(book, rank))
    borne: set[Number] = set()
    for place, (item, numbers) in enumerate(unknown):
        if place in conflicts:
            message = f"Its identifiers name different books: {' and '.join(map(str, conflicts[place]))}."
            plan.summary.reject(rejection(item.record, "conflicting_match", message))
            continue
        book_id = _best(books[place])
        if book_id is not None and _best(records[book_id]) == place:
            plan.matched.append(MatchedRecord(item, book_id, None))
        else:
            plan.summary.isbn_shared += any(number in borne or holders.of(number) for number in numbers)
            plan.new.append(item)
        borne.update(numbers)


_BY_ISBN = 10
"""Added to the rank of an agreement with a book that bears an ISBN: identifiers are asked first."""


def _agreements(place: int, record: Record, numbers: list[Number], holders: Holders) -> Iterator[_Agreement]:
    """Yield where `record`, which is at `place` in the batch, agrees with a stored book that bears one of `numbers`."""
    description: Description | None = None
    for number in numbers:
        by_identifier = number.is_identifier
        for book in holders.open(number):
            description = description or Description.of_record(record)
            if found := agreement(description, holders.descriptions[book], by_identifier=by_identifier):
                yield _Agreement(place, book, number, found if by_identifier else found + _BY_ISBN)


def _conflicts(agreements: Iterable[tuple[int, int, _Agreement]]) -> dict[int, list[int]]:
    """The sides whose identifiers name several others, each with those; a side is a record's place or a book's id.

    `agreements` are triples of a side, the other side, and where they agree.
    """
    named: defaultdict[tuple[int, Number], dict[int, int]] = defaultdict(dict)
    for side, other, each in agreements:
        if each.number.is_identifier:
            named[side, each.number][other] = each.rank
    others: defaultdict[int, set[int]] = defaultdict(set)
    for (side, _), ranks in named.items():
        if (one := _best(ranks)) is not None:
            others[side].add(one)
    return {side: sorted(several) for side, several in others.items() if len(several) > 1}


def _best(ranks: dict[int, int]) -> int | None:
    """The key that alone has the smallest rank; None if there is none such."""
    best = min(ranks.values(), default=0)
    keys = [key for key, rank in ranks.items() if rank == best]
    return keys[0] if len(keys) == 1 else None


def _duplicate(record: Record) -> Rejection:
    return rejection(record, "duplicate_key", f"An earlier record of this file has the key {record.key!r}.")
