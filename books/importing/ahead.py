"""Reading ahead: the next records are read while the database works on those before."""

from collections.abc import Iterable, Iterator
from itertools import islice
from queue import Full, Queue
from threading import Event, Thread
from typing import TypeVar

T = TypeVar("T")

_LOOK_UP_SECONDS = 0.2


def batches_ahead(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """`items` in lists of `size`, read by a thread that is one list ahead.

    What reading raises is raised here, after the items read before it.
    """
    waiting: Queue[list[T] | BaseException | None] = Queue(maxsize=1)
    left = Event()

    def put(value: list[T] | BaseException | None) -> bool:
        while not left.is_set():
            try:
                waiting.put(value, timeout=_LOOK_UP_SECONDS)
            except Full:
                continue
            return True
        return False

    def read() -> None:
        batch: list[T] = []
        try:
            source = iter(items)
            while batch := list(islice(source, size)):
                if not put(batch):
                    return
            put(None)
        except BaseException as error:  # noqa: BLE001 - it is raised again where the items are used
            put(error)

    reader = Thread(target=read, name="reading ahead", daemon=True)
    reader.start()
    try:
        while isinstance(got := waiting.get(), list):
            yield got
        if got is not None:
            raise got
    finally:
        left.set()
        reader.join()
