"""Reading ahead: the next records are read while the database works on those before."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from types import TracebackType
from typing import Generic, Self, TypeVar

T = TypeVar("T")
U = TypeVar("U")


class ReadAhead(Generic[T, U]):
    """`items`, each through `prepare`, in lists of `size`: read by a thread from `start` on, or when asked for.

    The thread is not left to run freely: then it would take the interpreter from the one that keeps the
    database busy, and have nothing left to do once that one waits.
    """

    def __init__(self, items: Iterable[T], size: int, prepare: Callable[[T], U]) -> None:
        self.items, self.size, self.prepare = iter(items), size, prepare
        self.reader = ThreadPoolExecutor(1, "reading ahead")
        self.next: Future[list[U]] | None = None
        self.error: BaseException | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.reader.shutdown(cancel_futures=True)

    def start(self) -> None:
        """Begin to read the next list, if that has not begun."""
        if self.next is None:
            self.next = self.reader.submit(self._read)

    def take(self) -> list[U]:
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
                for item in islice(self.items, self.size):
                    batch.append(self.prepare(item))  # noqa: PERF401 - what came before an error is kept
        except BaseException as error:  # noqa: BLE001 - raised again by `take`
            self.error = error
        return batch
