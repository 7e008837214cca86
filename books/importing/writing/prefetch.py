"""Prefetcher: a background thread that reads records and builds rows while the main thread writes to the database."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import islice
from math import ceil
from queue import Empty, Queue
from threading import Event
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

T = TypeVar("T")
U = TypeVar("U")
V = TypeVar("V")


FIRST_BATCH_DIVISOR = 4
"""The first batch has the size divided by this, because the database is idle until it is read."""

GROWTH = 1.5
"""Factor from the size of one batch to the next, until the full size: a batch is read while the last is written."""

CANCEL_POLL_SECONDS = 0.01
"""Seconds between two checks whether a cancelled producer has stopped."""

_END = object()


class Prefetcher(Generic[T, U]):
    """A background thread that reads `items` in batches, each item through `transform`, and builds rows in between.

    A batch has at most `size` items, and ends with the item at which the sum of `weigh` reaches `heaviest`. One thread
    does both, because two would take the interpreter from each other, and from the thread that writes to the database.
    """

    def __init__(
        self,
        items: Iterable[T],
        size: int,
        transform: Callable[[T], U],
        *,
        weigh: Callable[[U], int] = lambda _: 0,
        heaviest: int = 1,
    ) -> None:
        self.items, self.transform = iter(items), transform
        self.weigh, self.heaviest = weigh, heaviest
        self.size, self.largest = max(1, size // FIRST_BATCH_DIVISOR), size
        self.thread = ThreadPoolExecutor(1, "prefetch")
        self.next_read: Future[list[U]] | None = None
        self.error: BaseException | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.thread.shutdown(cancel_futures=True)

    @contextmanager
    def produce(self, items: Iterable[V], limit: int) -> Iterator[Iterator[V]]:
        """A context manager that gives an iterator over `items`.

        The thread iterates them ahead, by at most `limit` items. An error of `items` is raised from the iterator after
        the items before it.
        """
        if self.next_read is not None and not self.next_read.done():
            # The thread is reading a batch, and may be blocked by its input: so iterate in this thread instead.
            yield iter(items)
            return
        queue: Queue[Any] = Queue(limit)
        cancelled = Event()
        producing = self.thread.submit(_produce, iter(items), queue, cancelled)
        try:
            yield _drain(queue)
        finally:
            # Wait until the producer has stopped, because iterating `items` changes state that the caller reads next.
            cancelled.set()
            producing.cancel()
            while not producing.done():
                with suppress(Empty):
                    queue.get(timeout=CANCEL_POLL_SECONDS)

    def start(self) -> None:
        """Let the thread read the next batch, after what it is producing now; without effect if it does so already."""
        if self.next_read is None:
            self.next_read = self.thread.submit(self._read)

    def next_batch(self) -> list[U]:
        """The next batch of transformed items; [] at the end.

        An error of reading is raised by the call after the one that returned the items before it.
        """
        self.start()
        assert self.next_read
        batch, self.next_read = self.next_read.result(), None
        if self.error and not batch:
            raise self.error
        return batch

    def _read(self) -> list[U]:
        batch: list[U] = []
        try:
            if not self.error:
                weight, transform, weigh = 0, self.transform, self.weigh
                for item in islice(self.items, self.size):
                    batch.append(transformed := transform(item))  # on an error, the items before it stay in the batch
                    weight += weigh(transformed)
                    if weight >= self.heaviest:
                        break
                self.size = min(ceil(GROWTH * self.size), self.largest)
        except BaseException as error:  # noqa: BLE001 - raised again by `next_batch`
            self.error = error
        return batch


class _ProducerError:
    def __init__(self, error: BaseException) -> None:
        self.error = error


def _produce(items: Iterator[Any], queue: Queue[Any], cancelled: Event) -> None:
    try:
        while not cancelled.is_set():
            queue.put(item := next(items, _END))
            if item is _END:
                return
    except BaseException as error:  # noqa: BLE001 - raised again where the items are used
        queue.put(_ProducerError(error))


def _drain(queue: Queue[Any]) -> Iterator[Any]:
    while (item := queue.get()) is not _END:
        if isinstance(item, _ProducerError):
            raise item.error
        yield item
