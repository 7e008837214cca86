"""Pool: threads that live as long as their process, with a bounded queue of functions to run."""

import asyncio
import contextvars
import logging
import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

from django.core.cache import caches
from django.db import connections

T = TypeVar("T")
CLOSE_SECONDS = 2.0
"""Seconds that the threads have to end when the process ends; a thread that is busy for longer is killed with it."""

logger = logging.getLogger(__name__)


class QueueFull(Exception):
    """Raised where a pool's queue has no room for another call."""


class Call(Generic[T]):
    """A function that a Pool runs on a thread, and the future of its result on the event loop that submitted it."""

    __slots__ = ("_ended", "_function", "_loop", "_on_abandoned", "future")

    def __init__(
        self, function: Callable[[], T], on_abandoned: Callable[[T], None] | None, ended: Callable[[], None]
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._function = function
        self._on_abandoned = on_abandoned
        self._ended = ended
        self.future: asyncio.Future[T] = self._loop.create_future()

    def run(self) -> None:
        """Called on the thread: run the function, and set the future on its event loop."""
        try:
            outcome, error = self._function(), None
        except BaseException as raised:  # noqa: BLE001 - any exception belongs to the future
            outcome, error = None, raised
        try:
            self._loop.call_soon_threadsafe(self._finish, outcome, error)
        except RuntimeError:
            logger.debug("a result came after its loop had ended")

    def _finish(self, outcome: T | None, error: BaseException | None) -> None:
        self._ended()
        if not self.future.done():
            if error is not None:
                self.future.set_exception(error)
            else:
                self.future.set_result(outcome)  # type: ignore[arg-type]
        elif error is None and self._on_abandoned is not None:
            self._on_abandoned(outcome)  # type: ignore[arg-type]


class Pool:
    """`threads` threads, started by a process' first call, and a queue of at most `waiting` calls.

    Each call runs in a copy of its thread's context, so context variables that it sets (a request's id, its URLconf,
    its language) end with it. Database connections belong to the thread and stay open from call to call.
    """

    def __init__(self, name: str, threads: int, waiting: int) -> None:
        self._name, self._size, self._bound = name, threads, threads + waiting
        # Number of calls running or queued; only the event loop changes it, so it needs no lock.
        self._present = 0
        self._calls: OrderedDict[Call[Any], None] = OrderedDict()
        # One token for each queued call; the token of a call given up meets an empty queue and is dropped.
        self._tokens: SimpleQueue[bool] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        _pools.add(self)

    def submit(
        self, function: Callable[[], T], *, on_abandoned: Callable[[T], None] | None = None, always: bool = False
    ) -> Call[T]:
        """Queue `function`, called on a running event loop, and return its Call. Raises QueueFull, unless `always`.

        If the call was given up while it ran, `on_abandoned` is called on the loop with its result.
        """
        if self._present >= self._bound and not always:
            raise QueueFull
        if not self._threads:
            self._start()
        call = Call(function, on_abandoned, self._end)
        self._present += 1
        self._calls[call] = None
        self._tokens.put(True)
        return call

    def give_up(self, call: Call[Any], reason: BaseException | None = None) -> None:
        """Stop waiting for `call`: if it has not begun it never will, else `on_abandoned` gets its result.

        Its future is cancelled, or gets the exception `reason`.
        """
        if self._calls.pop(call, self) is None:
            self._end()
        if not call.future.done():
            if reason is None:
                call.future.cancel()
            else:
                call.future.set_exception(reason)

    def close(self, deadline: float) -> None:
        """End the threads and close their connections; wait until `deadline`, a time.monotonic(), for busy ones."""
        for _ in self._threads:
            self._tokens.put(False)
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._threads = []

    def _end(self) -> None:
        self._present -= 1

    def _start(self) -> None:
        # Daemon threads: one that waits for a hanging database must not keep the process from ending.
        self._threads = [
            threading.Thread(target=self._work, name=f"{self._name}-{number}", daemon=True)
            for number in range(self._size)
        ]
        for thread in self._threads:
            thread.start()

    def _work(self) -> None:
        context = contextvars.copy_context()
        # Django keeps cache clients in context variables: created here, they last for all requests of the thread.
        context.run(caches.all)
        while self._tokens.get():
            try:
                call, _ = self._calls.popitem(last=False)
            except KeyError:
                continue
            context.copy().run(call.run)
            # An idle thread must not keep a request in memory.
            del call
        connections.close_all()


_pools: weakref.WeakSet[Pool] = weakref.WeakSet()


def close_pools() -> None:
    """Close every pool of this process, and so all its database connections: SQLite then removes its WAL file."""
    deadline = time.monotonic() + CLOSE_SECONDS
    for pool in list(_pools):
        pool.close(deadline)
