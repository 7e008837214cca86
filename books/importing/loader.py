"""Loading a catalogue: records become books, batch by batch, each batch complete in one transaction."""

import gc
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import zip_longest
from typing import Any

from django.db import DatabaseError, DataError, IntegrityError, OperationalError, connections, transaction

from books.importing.batch import Batch
from books.importing.entities.emptied import sweep_emptied
from books.importing.merging.matching import BatchPlan, MatchedRecord, Matcher
from books.importing.merging.replaced_headings import settle_replaced
from books.importing.normalizing import PreparedRecord, normalize
from books.importing.records import Record, Rejection
from books.importing.summary import Summary, rejection
from books.importing.writing.prefetch import Prefetcher
from books.search.vocabulary import LoadedWords

BATCH_SIZE = 16_000
"""Records to a transaction at most. Larger ones write each kept count less often, and take 6 MB more a thousand."""

BATCH_BYTES = 16_000_000
"""Bytes of records, as JSON, to a transaction: as many as 16,000 of a library's have, not of those with long texts."""

MATCHED_SIZE = 2_000
"""Changes carried out at a time: what their books hold now and then takes 20 kB each."""

SWITCH_SECONDS = 0.0005
"""How long a thread may keep the interpreter from one that waits for it; Python's own 5 ms starve the database."""

ATTEMPTS = 3
"""Tries at a batch that the database undoes for another writer's sake."""

_UNDONE = {"40001", "40P01"}
_TOO_LARGE = "54"


def load(
    items: Iterable[Record | Rejection],
    source: str,
    *,
    batch_size: int = BATCH_SIZE,
    progress: Callable[[Summary], None] | None = None,
    reject: Callable[[Rejection], None] | None = None,
) -> Summary:
    """Load what a reader yields; what became of it.

    `progress` is called with the summary so far in every batch's transaction, just before it is committed;
    `reject` with every rejection, once it is. Stopped at any moment, by a signal or by what `items` raises
    after some records, it leaves whole batches, and another run goes on from there.
    """
    loader = Loader(source, progress, reject)
    with no_memory_map():
        with _interpreter_for_loading(), _prefetcher(items, batch_size) as prefetcher:
            while batch := prefetcher.next_batch():
                loader.load(batch, prefetcher)
        settle_replaced(source)
        sweep_emptied(loader.connection)
    return loader.summary


class Loader:
    """One load: what it has met so far, and what became of it."""

    def __init__(
        self, source: str, progress: Callable[[Summary], None] | None, reject: Callable[[Rejection], None] | None
    ) -> None:
        self.source, self.progress, self.reject = source, progress, reject
        self.connection = connections["default"]
        self.matcher = Matcher(self.connection, source)
        self.summary, self.words = Summary(), LoadedWords()

    def load(self, batch: list[PreparedRecord | Rejection], prefetcher: Prefetcher[Any, Any]) -> None:
        """Load `batch`; where the database refuses it, in halves, down to the record that is refused."""
        try:
            self._try(batch, prefetcher)
        except DatabaseError as error:
            if not _is_refusal(error):
                raise
            if len(batch) > 1:
                half = len(batch) // 2
                self.load(batch[:half], prefetcher)
                self.load(batch[half:], prefetcher)
            elif isinstance(item := batch[0], PreparedRecord):
                message = str(error).partition("\n")[0]
                self._write([rejection(item.record, "database_refused", message)], prefetcher)

    def _try(self, batch: list[PreparedRecord | Rejection], prefetcher: Prefetcher[Any, Any]) -> None:
        for attempt in range(ATTEMPTS):
            try:
                self._write(batch, prefetcher)
            except OperationalError as error:
                if _sqlstate(error) not in _UNDONE or attempt == ATTEMPTS - 1:
                    raise
            else:
                return

    def _write(self, batch: list[PreparedRecord | Rejection], prefetcher: Prefetcher[Any, Any]) -> None:
        self.words.begin()
        with transaction.atomic():
            if self.connection.vendor == "postgresql":
                self._set_for_a_batch()
            plan = self.matcher.match(batch)
            summary = self.summary.plus(plan.summary)
            for new, matched in _rounds(plan):
                summary = summary.plus(Batch(self.connection, self.source, self.words).write(new, matched, prefetcher))
            if self.progress:
                self.progress(summary)
        self.words.committed()
        self.matcher.mark(plan)
        self.summary = summary
        if self.reject:
            for item in plan.summary.rejections:
                self.reject(item)

    def _set_for_a_batch(self) -> None:
        """Set PostgreSQL to a batch: rows are looked up by index even in tables that it has not seen to grow.

        A plan made while a table was empty reads it whole, and those of foreign keys are kept: the second
        10,000 works took 60 seconds.
        """
        with self.connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            # A server that crashes may forget the last batches, whole ones: the next run loads them again.
            cursor.execute("SET LOCAL synchronous_commit = off")
            # What GIN gathered is merged in larger pieces; with the line above 11 % faster.
            cursor.execute("SET LOCAL work_mem = '64MB'")


def _prefetcher(
    items: Iterable[Record | Rejection], size: int
) -> Prefetcher[Record | Rejection, PreparedRecord | Rejection]:
    return Prefetcher(items, size, _prepared, weigh=_bytes, heaviest=BATCH_BYTES)


def _prepared(item: Record | Rejection) -> PreparedRecord | Rejection:
    return normalize(item) if isinstance(item, Record) else item


def _bytes(item: PreparedRecord | Rejection) -> int:
    return item.size if isinstance(item, PreparedRecord) else len(item.raw)


def _rounds(plan: BatchPlan) -> Iterator[tuple[list[PreparedRecord], list[MatchedRecord]]]:
    """The plan in parts of at most MATCHED_SIZE, which change a book only once: two keys may mean the same book."""
    rounds: list[list[MatchedRecord]] = []
    rounds_used: Counter[int] = Counter()
    for match in plan.matched:
        if rounds_used[match.book] == len(rounds):
            rounds.append([])
        rounds[rounds_used[match.book]].append(match)
        rounds_used[match.book] += 1
    parts = (
        part
        for matched in rounds
        for part in (matched[start : start + MATCHED_SIZE] for start in range(0, len(matched), MATCHED_SIZE))
    )
    yield from zip_longest([plan.new] if plan.new else [], parts, fillvalue=[])


def _sqlstate(error: BaseException) -> str:
    return getattr(error.__cause__, "sqlstate", None) or ""


def _is_refusal(error: DatabaseError) -> bool:
    """Whether the database refuses the rows, not the work: a constraint, a type, a limit on size."""
    return isinstance(error, DataError | IntegrityError) or _sqlstate(error).startswith(_TOO_LARGE)


@contextmanager
def _interpreter_for_loading() -> Iterator[None]:
    """No garbage collection: looking for cycles, which records do not make, among a batch took a fifth of the time.

    And a quicker hand from thread to thread: one that waits for the database gets the next rows sooner.
    """
    was_enabled, interval = gc.isenabled(), sys.getswitchinterval()
    gc.disable()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(interval)
        if was_enabled:
            # All that was made since counts as looked at, or the first new object would have it looked at now.
            gc.freeze()
            gc.unfreeze()
            gc.enable()


@contextmanager
def no_memory_map() -> Iterator[None]:
    """Let SQLite work without mapping its file: each page it touches would count as this process's memory."""
    connection = connections["default"]
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        size = cursor.execute("PRAGMA mmap_size").fetchone()[0]
        cursor.execute("PRAGMA mmap_size = 0")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA mmap_size = {size}")
