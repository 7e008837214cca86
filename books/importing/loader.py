"""Loads a catalogue: the records of a file become books, in batches; each batch is one transaction."""

import gc
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import zip_longest
from typing import Any

from django.db import DatabaseError, DataError, IntegrityError, OperationalError, connections, transaction

from books.importing.batch import Batch
from books.importing.entities.emptied import sweep_emptied
from books.importing.joining.joins import join_authors
from books.importing.merging.matching import BatchPlan, MatchedRecord, Matcher
from books.importing.merging.replaced_headings import merge_replaced
from books.importing.normalizing import PreparedRecord, normalize
from books.importing.records import Record, Rejection
from books.importing.summary import Summary, rejection
from books.importing.writing.prefetch import Prefetcher
from books.search.words import FIELDS, LoadedWords, sweep_words
from books.spellings import show_commonest_spellings
from core.search.version import note_version_of_empty_catalogue

BATCH_SIZE = 14_000
"""Most records in one transaction. Larger batches update stored counts less often, and take 6 MB more a thousand."""

BATCH_BYTES = 16_000_000
"""Bytes of JSON that end a batch: 14,000 library records have as many; records with long texts reach it earlier."""

MATCHED_SIZE = 2_000
"""Matched records compared with their stored books at a time; both states together take 20 kB of memory each."""

SWITCH_SECONDS = 0.0005
"""Switch interval of the interpreter while loading; with Python's default, 5 ms, the database waits for rows."""

ATTEMPTS = 3
"""Attempts at a batch whose transaction fails by a deadlock or a serialization conflict."""

_CONFLICTS = {"40001", "40P01"}
_TOO_LARGE = "54"


def load(
    items: Iterable[Record | Rejection],
    source: str,
    *,
    batch_size: int = BATCH_SIZE,
    progress: Callable[[Summary], None] | None = None,
    reject: Callable[[Rejection], None] | None = None,
) -> Summary:
    """Load the records that a reader yields as `items`; return a Summary of how many were created, changed etc.

    `progress` is called with the summary so far at the end of each batch's transaction, before the commit; `reject` is
    called with each rejection after the commit. When a signal or an error of `items` stops the load, the batches
    committed so far stay, and another run continues from them.
    """
    note_version_of_empty_catalogue()
    loader = Loader(source, progress, reject)
    with no_memory_map():
        with _interpreter_for_loading(), _prefetcher(items, source, batch_size) as prefetcher:
            while batch := prefetcher.next_batch():
                loader.load(batch, prefetcher)
        merge_replaced(source)
        show_commonest_spellings(loader.connection)
        sweep_emptied(loader.connection)
        loader.summary.joined += join_authors(loader.connection)
        for index in dict.fromkeys(index for index, _ in FIELDS):
            index.merge_pending(loader.connection)
        sweep_words(loader.connection)
    return loader.summary


class Loader:
    """The state of one load: which records' keys have occurred, and the counts of the committed batches."""

    def __init__(
        self, source: str, progress: Callable[[Summary], None] | None, reject: Callable[[Rejection], None] | None
    ) -> None:
        self.source, self.progress, self.reject = source, progress, reject
        self.connection = connections["default"]
        self.matcher = Matcher(self.connection, source)
        self.summary, self.words = Summary(), LoadedWords()

    def load(self, batch: list[PreparedRecord | Rejection], prefetcher: Prefetcher[Any, Any]) -> None:
        """Load one batch in a transaction.

        If the database refuses a row, each half of the batch is loaded instead, until one record is found and rejected.
        """
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
                if _sqlstate(error) not in _CONFLICTS or attempt == ATTEMPTS - 1:
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
        """Set PostgreSQL's parameters for this transaction, so that plans use indexes even without fresh statistics.

        The plans of foreign key checks are cached; one made while a table was empty scans the whole table, and the
        second 10,000 works then took 60 seconds.
        """
        with self.connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            # A crash of the server may lose the last commits, but only whole batches: the next run loads them again.
            cursor.execute("SET LOCAL synchronous_commit = off")
            # Pending GIN entries are merged in larger pieces; this and the line above make a load 11 % faster.
            cursor.execute("SET LOCAL work_mem = '64MB'")


def _prefetcher(
    items: Iterable[Record | Rejection], source: str, size: int
) -> Prefetcher[Record | Rejection, PreparedRecord | Rejection]:
    return Prefetcher(items, size, partial(_prepared, source), weigh=_bytes, heaviest=BATCH_BYTES)


def _prepared(source: str, item: Record | Rejection) -> PreparedRecord | Rejection:
    return normalize(item, source) if isinstance(item, Record) else item


def _bytes(item: PreparedRecord | Rejection) -> int:
    return item.size if isinstance(item, PreparedRecord) else len(item.raw)


def _rounds(plan: BatchPlan) -> Iterator[tuple[list[PreparedRecord], list[MatchedRecord]]]:
    """Split a plan into parts that are written one after the other: pairs of new and of matched records.

    A part has at most MATCHED_SIZE matched records, and no two of one book.
    """
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
    """Whether the database refused a row for its values (a constraint, a type, a size), and not for its own state."""
    return isinstance(error, DataError | IntegrityError) or _sqlstate(error).startswith(_TOO_LARGE)


@contextmanager
def _interpreter_for_loading() -> Iterator[None]:
    """A context manager in which Python does not search for garbage cycles and switches threads more often.

    Records have no cycles, and searching a batch for them took a fifth of the time.
    """
    was_enabled, interval = gc.isenabled(), sys.getswitchinterval()
    gc.disable()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(interval)
        if was_enabled:
            # Objects made meanwhile go to the oldest generation, or the next allocation would start a collection.
            gc.freeze()
            gc.unfreeze()
            gc.enable()


@contextmanager
def no_memory_map() -> Iterator[None]:
    """A context manager in which SQLite does not map its file into memory.

    Mapped pages would count as this process's memory.
    """
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
