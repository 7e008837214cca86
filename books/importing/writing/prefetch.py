"""Working ahead: one thread makes rows and reads records while another keeps the database busy."""

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
"""The first list is this much shorter, for meanwhile the database has nothing to do."""

GROWTH = 1.5
"""Each list is so much longer than the one before: it is read while that one is written, once its rows are made."""

CANCEL_POLL_SECONDS = 0.01
"""Seconds between two looks at whether the thread has given up what nobody wants."""

_END = object()


class Prefetcher(Generic[T, U]):
    """One background thread that reads `items`, each through `transform`, in batches, and builds rows between them.

    A batch has at most `size` items, and ends with the item whose `weigh`, added up, reaches `heaviest`.
    Reading and building share one thread because two would take the interpreter from each other, and from the
    thread that writes to the database.
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
        """`items`, made by the thread while those before are used; what making them raised, in its place.

        At most `most` wait to be used.
        """
        if self.next_read is not None and not self.next_read.done():
            # The thread reads on, and may be waiting for what it reads from: whoever comes again makes them himself.
            yield iter(items)
            return
        queue: Queue[Any] = Queue(limit)
        cancelled = Event()
        producing = self.thread.submit(_produce, iter(items), queue, cancelled)
        try:
            yield _drain(queue)
        finally:
            # Until nothing is made any more: what making changes is changed no longer.
            cancelled.set()
            producing.cancel()
            while not producing.done():
                with suppress(Empty):
                    queue.get(timeout=CANCEL_POLL_SECONDS)

    def start(self) -> None:
        """Begin to read the next list after what is being made, if that has not begun."""
        if self.next_read is None:
            self.next_read = self.thread.submit(self._read)

    def next_batch(self) -> list[U]:
        """The next list; empty at the end. What reading raised is raised after the items read before it."""
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
                    batch.append(transformed := transform(item))  # what came before an error is kept
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
