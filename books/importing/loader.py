"""Loads a catalogue: the records of a file become books, in batches; each batch is one transaction."""

import gc
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import zip_longest
from typing import Any

from django.db import DatabaseError, DataError, IntegrityError, connections

from books.importing.batch import Batch
from books.importing.entities.emptied import sweep_emptied
from books.importing.joining.joins import join_authors
from books.importing.load_state import Fingerprint, LoadState
from books.importing.merging.matching import BatchPlan, MatchedRecord, Matcher
from books.importing.merging.replaced_headings import merge_replaced
from books.importing.normalizing import PreparedRecord
from books.importing.preparing import Pending, prepare
from books.importing.records import BrokenFile, Item, Rejection, Unparsed
from books.importing.removal.unlisted import chunks, planned_removal, remove
from books.importing.summary import Summary, rejection
from books.importing.transactions import write_batch
from books.importing.writing.prefetch import Prefetcher
from books.search.words import FIELDS, LoadedWords, sweep_words
from books.spellings import show_commonest_spellings
from core.database.errors import TOO_LARGE, sqlstate
from core.search.version import note_version_of_empty_catalogue

BATCH_SIZE = 14_000
"""Most records in one transaction. Larger batches update stored counts less often, and take 6 MB more a thousand."""

BATCH_BYTES = 16_000_000
"""Bytes of JSON that end a batch: 14,000 library records have as many; records with long texts reach it earlier."""

MATCHED_SIZE = 2_000
"""Matched records compared with their stored books at a time; both states together take 20 kB of memory each."""

SWITCH_SECONDS = 0.0005
"""Switch interval of the interpreter while loading; with Python's default, 5 ms, the database waits for rows."""


def load(
    items: Iterable[Item],
    source: str,
    *,
    batch_size: int = BATCH_SIZE,
    file: Fingerprint | None = None,
    complete: bool = False,
    force: bool = False,
    progress: Callable[[Summary], None] | None = None,
    reject: Callable[[Rejection], None] | None = None,
) -> Summary:
    """Load the records that a reader yields as `items`; return a Summary of how many were created, changed etc.

    `progress` is called with the summary so far at the end of each batch's transaction, before the commit; `reject` is
    called with each rejection after the commit. When a signal or an error of `items` stops the load, the batches
    committed so far stay, and the next load of the same `file` goes on behind them; with `reject` it begins anew.

    A load that is `complete` then removes what the source no longer lists, unless something stands against it
    (books/importing/removal/guards.py): the summary then has a `refusal`. With `force` it is removed all the same, even
    after a BrokenFile, which is raised at the end.
    """
    note_version_of_empty_catalogue()
    connection, broken = connections["default"], None
    loader = Loader(LoadState(connection, source, file, anew=reject is not None), progress, reject)
    with no_memory_map():
        try:
            loader.load_all(items, batch_size)
        except BrokenFile as error:
            if not (complete and force):
                raise
            broken = error
        if complete:
            loader.remove_unlisted(force=force)
        merge_replaced(source)
        show_commonest_spellings(connection)
        sweep_emptied(connection)
        loader.summary.joined += join_authors(connection)
        for index in dict.fromkeys(index for index, _ in FIELDS):
            index.merge_pending(connection)
        sweep_words(connection)
    if broken:
        raise broken
    if not loader.summary.refusal:
        loader.state.finish(loader.summary)
    return loader.summary


class Loader:
    """Writes the batches of one load, counts what became of their records, and removes what no batch had."""

    def __init__(
        self, state: LoadState, progress: Callable[[Summary], None] | None, reject: Callable[[Rejection], None] | None
    ) -> None:
        self.state, self.progress, self.reject = state, progress, reject
        self.connection, self.source = state.connection, state.source
        self.matcher = Matcher(self.connection, self.source, state)
        self.summary, self.words = state.summary, LoadedWords()

    def load_all(self, items: Iterable[Item], batch_size: int) -> None:
        """Load those of `items` that an interrupted load of the file has not loaded yet."""
        lazily, source = self.state.has_records(), self.source
        prefetcher = Prefetcher(
            self.state.remaining(items),
            batch_size,
            lambda item: item if lazily and isinstance(item, Unparsed) else prepare(item, source),
            weigh=_size,
            heaviest=BATCH_BYTES,
        )
        with _interpreter_for_loading(), prefetcher:
            while batch := prefetcher.next_batch():
                self.load(batch, prefetcher)

    def remove_unlisted(self, *, force: bool) -> None:
        """Remove what the file does not list, in transactions; or set the summary's `refusal`."""
        self.summary.refusal = planned_removal(self.state, self.summary).refusal(force=force)
        if self.summary.refusal:
            return
        for records in chunks(self.state):
            self.summary = write_batch(self.connection, partial(self._remove, records))

    def _remove(self, records: list[int]) -> Summary:
        summary = self.summary.plus(remove(self.connection, records))
        self.state.save_summary(summary)
        if self.progress:
            self.progress(summary)
        return summary

    def load(self, batch: list[Pending], prefetcher: Prefetcher[Any, Any]) -> None:
        """Load one batch in a transaction.

        If the database refuses a row, each half of the batch is loaded instead, until one record is found and rejected.
        """
        try:
            self._write(batch, prefetcher)
        except DatabaseError as error:
            if not _is_refusal(error):
                raise
            if len(batch) > 1:
                half = len(batch) // 2
                self.load(batch[:half], prefetcher)
                self.load(batch[half:], prefetcher)
            elif not isinstance(item := prepare(batch[0], self.source), Rejection):
                message = str(error).partition("\n")[0]
                self._write([rejection(item.record, "database_refused", message)], prefetcher)

    def _write(self, batch: list[Pending], prefetcher: Prefetcher[Any, Any]) -> None:
        plan, summary = write_batch(self.connection, partial(self._write_rows, batch, prefetcher))
        self.words.committed()
        self.state.committed()
        self.summary = summary
        if self.reject:
            for item in plan.summary.rejections:
                self.reject(item)

    def _write_rows(self, batch: list[Pending], prefetcher: Prefetcher[Any, Any]) -> tuple[BatchPlan, Summary]:
        self.words.begin()
        plan = self.matcher.match(batch)
        summary = self.summary.plus(plan.summary)
        for new, matched in _rounds(plan):
            summary = summary.plus(Batch(self.connection, self.source, self.words).write(new, matched, prefetcher))
        self.state.save_batch(batch, plan.seen, plan.rejected, summary)
        if self.progress:
            self.progress(summary)
        return plan, summary


def _size(item: Pending) -> int:
    return len(item.raw) if isinstance(item, Rejection) else item.size


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


def _is_refusal(error: DatabaseError) -> bool:
    """Whether the database refused a row for its values (a constraint, a type, a size), and not for its own state."""
    return isinstance(error, DataError | IntegrityError) or sqlstate(error).startswith(TOO_LARGE)


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
