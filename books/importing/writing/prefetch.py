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


FIRST = 4
"""The first list is this much shorter, for meanwhile the database has nothing to do."""

GROWTH = 1.5
"""Each list is so much longer than the one before: it is read while that one is written, once its rows are made."""

SOON = 0.01
"""Seconds between two looks at whether the thread has given up what nobody wants."""

_END = object()


class Prefetcher(Generic[T, U]):
    """A thread that makes what is asked for, in turn, and `items`, each through `prepare`, in lists of at most `size`.

    A list also ends with the item that makes it weigh `heaviest`, by `weigh`.

    One thread, not one for each: two would take the interpreter from each other, and one of them from whoever
    keeps the database busy.
    """

    def __init__(
        self,
        items: Iterable[T],
        size: int,
        prepare: Callable[[T], U],
        *,
        weigh: Callable[[U], int] = lambda _: 0,
        heaviest: int = 1,
    ) -> None:
        self.items, self.prepare = iter(items), prepare
        self.weigh, self.heaviest = weigh, heaviest
        self.size, self.largest = max(1, size // FIRST), size
        self.thread = ThreadPoolExecutor(1, "working ahead")
        self.next: Future[list[U]] | None = None
        self.error: BaseException | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.thread.shutdown(cancel_futures=True)

    @contextmanager
    def produce(self, items: Iterable[V], most: int) -> Iterator[Iterator[V]]:
        """`items`, made by the thread while those before are used; what making them raised, in its place.

        At most `most` wait to be used.
        """
        if self.next is not None and not self.next.done():
            # The thread reads on, and may be waiting for what it reads from: whoever comes again makes them himself.
            yield iter(items)
            return
        made: Queue[Any] = Queue(most)
        unwanted = Event()
        making = self.thread.submit(_make, iter(items), made, unwanted)
        try:
            yield _used(made)
        finally:
            # Until nothing is made any more: what making changes is changed no longer.
            unwanted.set()
            making.cancel()
            while not making.done():
                with suppress(Empty):
                    made.get(timeout=SOON)

    def start(self) -> None:
        """Begin to read the next list after what is being made, if that has not begun."""
        if self.next is None:
            self.next = self.thread.submit(self._read)

    def next_batch(self) -> list[U]:
        """The next list; empty at the end. What reading raised is raised after the items read before it."""
        self.start()
        assert self.next
        batch, self.next = self.next.result(), None
        if self.error and not batch:
            raise self.error
        return batch

    def _read(self) -> list[U]:
        batch: list[U] = []
        try:
            if not self.error:
                weight, prepare, weigh = 0, self.prepare, self.weigh
                for item in islice(self.items, self.size):
                    batch.append(prepared := prepare(item))  # what came before an error is kept
                    weight += weigh(prepared)
                    if weight >= self.heaviest:
                        break
                self.size = min(ceil(GROWTH * self.size), self.largest)
        except BaseException as error:  # noqa: BLE001 - raised again by `take`
            self.error = error
        return batch


class _Failed:
    def __init__(self, error: BaseException) -> None:
        self.error = error


def _make(items: Iterator[Any], made: Queue[Any], unwanted: Event) -> None:
    try:
        while not unwanted.is_set():
            made.put(item := next(items, _END))
            if item is _END:
                return
    except BaseException as error:  # noqa: BLE001 - raised again where the items are used
        made.put(_Failed(error))


def _used(made: Queue[Any]) -> Iterator[Any]:
    while (item := made.get()) is not _END:
        if isinstance(item, _Failed):
            raise item.error
        yield item
