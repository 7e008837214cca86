"""LoadState: what a load commits with each batch so that a killed one goes on: file, position, and the keys met."""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b, file_digest
from itertools import dropwhile
from pathlib import Path
from typing import NamedTuple, Self

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from books.importing.preparing import Pending
from books.importing.records import Item
from books.importing.summary import Summary
from books.models import SeenKeys, SourceLoad
from core.database.bulk import select_in

RANGE = 32_768
"""Source records whose bits are in one row of books_seenkeys, which has 8 kB; a batch rewrites the ranges it met."""

PAGE = 50_000
"""Source records read at a time by `unlisted`."""

LOADED, REJECTED = 0, 1
"""The two bits of a source record: whether a record with its key was loaded, and whether one was rejected."""


class Fingerprint(NamedTuple):
    """The size of a file in bytes, and a hash of its content."""

    size: int
    digest: str

    @classmethod
    def of(cls, path: Path) -> Self:
        """The fingerprint of the file at `path`, which is read to its end."""
        with path.open("rb") as file:
            digest = file_digest(file, lambda: blake2b(digest_size=16)).hexdigest()
            return cls(file.tell(), digest)


class LoadState:
    """The state of one load of `source`, and of the load that it continues, if any.

    A load goes on where the last one of its source stopped if that one did not finish and its file had the same
    fingerprint, `file`. With another file, or if it is to begin `anew`, it begins at the first record. Without a file
    nothing is saved.
    """

    def __init__(
        self, connection: BaseDatabaseWrapper, source: str, file: Fingerprint | None = None, *, anew: bool = False
    ) -> None:
        self.connection, self.source, self.is_saved = connection, source, file is not None
        self.row, self.seen = SourceLoad(source=source), dict[int, bytes]()
        self._changed: dict[int, bytes] = {}
        last = SourceLoad.objects.filter(source=source).first()
        if last and last.position is not None and not anew and (last.file_size, last.file_hash) == file:
            self.row = last
            self.seen = {row.number: bytes(row.bits) for row in SeenKeys.objects.filter(source=source)}
        else:
            self._begin(file or Fingerprint(0, ""), last)
        self.summary = Summary(**self.row.counts)
        self.summary.continued = self.summary.records

    def _begin(self, file: Fingerprint, last: SourceLoad | None) -> None:
        self.row.file_size, self.row.file_hash = file
        self.row.records = last.records if last else 0
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(max(id), 0) FROM books_sourcerecord")
            self.row.last_before = cursor.fetchone()[0]
        # A load that is not saved must not be continued by one of the file before it either.
        if self.is_saved or (last and last.position is not None):
            self.row.position = 0 if self.is_saved else None
            with transaction.atomic():
                SeenKeys.objects.filter(source=self.source).delete()
                self.row.save()

    def remaining(self, items: Iterable[Item]) -> Iterator[Item]:
        """Those of a file's `items` that come after the position of this load."""
        position = self.row.position or 0
        return dropwhile(lambda item: item.position <= position, items) if position else iter(items)

    def has_records(self) -> bool:
        """Whether records of the source were stored before this load."""
        sql = "SELECT 1 FROM books_sourcerecord WHERE source = %s LIMIT 1"
        return bool(select_in(self.connection, sql, self.source))

    def is_loaded(self, pk: int) -> bool:
        """Whether this load has created the source record with the id `pk`, or has met its key in a record it took."""
        return pk > self.row.last_before or self._has(pk, LOADED)

    def is_listed(self, pk: int) -> bool:
        """Whether the file has a record, loaded or rejected, with the key of the source record with the id `pk`."""
        return self.is_loaded(pk) or self._has(pk, REJECTED)

    def unlisted(self) -> Iterator[list[int]]:
        """Yield, in lists, the ids of the source's records that this load has not met and whose books exist."""
        last = 0
        sql = (
            "SELECT id FROM books_sourcerecord WHERE source = %s AND book_id IS NOT NULL AND id > %s AND id <= %s"
            " ORDER BY id LIMIT %s"
        )
        while page := select_in(self.connection, sql, self.source, last, self.row.last_before, PAGE):
            yield [pk for (pk,) in page if not self.is_listed(pk)]
            last = page[-1][0]

    def older_records(self) -> int:
        """How many source records with books the source had before this load, without those it has removed since."""
        sql = "SELECT count(*) FROM books_sourcerecord WHERE source = %s AND book_id IS NOT NULL AND id <= %s"
        return int(select_in(self.connection, sql, self.source, self.row.last_before)[0][0])

    def save_batch(self, batch: Sequence[Pending], loaded: list[int], rejected: list[int], summary: Summary) -> None:
        """Save, in the current transaction, that `batch` is written, and the numbers of the `summary` so far.

        `loaded` and `rejected` are the ids of the source records whose keys its records have. `committed` must follow.
        """
        changed: dict[int, bytearray] = {}
        for bit, pks in ((LOADED, loaded), (REJECTED, rejected)):
            for pk in pks:
                if pk <= self.row.last_before:
                    number, place = divmod(2 * pk + bit, 2 * RANGE)
                    if number not in changed:
                        changed[number] = bytearray(self.seen.get(number) or RANGE // 4)
                    changed[number][place >> 3] |= 1 << (place & 7)
        self._changed = {number: bytes(bits) for number, bits in changed.items()}
        self.row.position = batch[-1].position
        if self.is_saved:
            SeenKeys.objects.bulk_create(
                [SeenKeys(source=self.source, number=number, bits=bits) for number, bits in self._changed.items()],
                update_conflicts=True,
                unique_fields=["source", "number"],
                update_fields=["bits"],
            )
        self.save_summary(summary)

    def save_summary(self, summary: Summary) -> None:
        """Save, in the current transaction, the numbers of the `summary` so far. `committed` must follow."""
        self.row.counts = summary.numbers
        if self.is_saved:
            self.row.save(update_fields=["position", "counts"])

    def committed(self) -> None:
        """Note that the transaction of the last batch is committed: the keys that it met count from now on."""
        self.seen.update(self._changed)
        self._changed = {}

    def finish(self, summary: Summary) -> None:
        """Save that the file is loaded to its end: another load of it begins anew."""
        self.row.position, self.row.counts, self.row.last_before, self.row.records = None, {}, 0, summary.records
        if self.is_saved:
            with transaction.atomic():
                SeenKeys.objects.filter(source=self.source).delete()
                self.row.save()

    def _has(self, pk: int, bit: int) -> bool:
        number, place = divmod(2 * pk + bit, 2 * RANGE)
        bits = self.seen.get(number)
        return bits is not None and bool(bits[place >> 3] & 1 << (place & 7))
