"""A fixed number of threads that live as long as their process, and a bounded line of calls that wait for one."""

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
"""Seconds that threads have to end in when their process does; one that is busy for longer ends with it."""

logger = logging.getLogger(__name__)


class QueueFull(Exception):
    """As many calls wait as may."""


class Call(Generic[T]):
    """One function to be run on a thread, and the future of its result on the loop that asked for it."""

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
        """Run the function, on this thread, and hand its result to the loop."""
        try:
            outcome, error = self._function(), None
        except BaseException as raised:  # noqa: BLE001 - whatever it is belongs to who waits for it
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
    """`threads` persistent threads, started by the first call of a process, and at most `waiting` calls in line.

    What a call leaves in context variables (a request's id, its URLconf, its language) ends with it: each runs in a
    copy of its thread's own context. What it leaves on the thread stays: database connections.
    """

    def __init__(self, name: str, threads: int, waiting: int) -> None:
        self._name, self._size, self._bound = name, threads, threads + waiting
        # Calls running or in line; known to the event loop alone, so it needs no lock.
        self._present = 0
        self._calls: OrderedDict[Call[Any], None] = OrderedDict()
        # One token a call put in line; that of a call given up finds nothing and is spent.
        self._tokens: SimpleQueue[bool] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        _pools.add(self)

    def submit(
        self, function: Callable[[], T], *, on_abandoned: Callable[[T], None] | None = None, always: bool = False
    ) -> Call[T]:
        """Put `function` in line, from a running event loop. Raises Full, unless it is to be run `always`.

        `unwanted` is given, on the loop, a result that came when nobody waited for it any more.
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
        """Wait for `call` no longer: taken out of line if it has not begun, its result unwanted if it has."""
        if self._calls.pop(call, self) is None:
            self._end()
        if not call.future.done():
            if reason is None:
                call.future.cancel()
            else:
                call.future.set_exception(reason)

    def close(self, deadline: float) -> None:
        """End the threads and their connections, waiting until `deadline` (of time.monotonic) for busy ones."""
        for _ in self._threads:
            self._tokens.put(False)
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._threads = []

    def _end(self) -> None:
        self._present -= 1

    def _start(self) -> None:
        # Daemons: one that waits for a hanging database must not keep the process from ending.
        self._threads = [
            threading.Thread(target=self._work, name=f"{self._name}-{number}", daemon=True)
            for number in range(self._size)
        ]
        for thread in self._threads:
            thread.start()

    def _work(self) -> None:
        context = contextvars.copy_context()
        # Cache clients live in context variables: made here they are made once, not once a request.
        context.run(caches.all)
        while self._tokens.get():
            try:
                call, _ = self._calls.popitem(last=False)
            except KeyError:
                continue
            context.copy().run(call.run)
            # A thread at rest holds on to no request.
            del call
        connections.close_all()


_pools: weakref.WeakSet[Pool] = weakref.WeakSet()


def close_pools() -> None:
    """End every pool of this process in an orderly way: SQLite's last connection to close tidies its log."""
    deadline = time.monotonic() + CLOSE_SECONDS
    for pool in list(_pools):
        pool.close(deadline)
