"""Sends streaming responses part by part, and notices clients that disconnect before the end."""

import asyncio
import concurrent.futures
import logging
import time
from collections.abc import Callable, Iterator
from itertools import chain

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.db import connections
from django.http import StreamingHttpResponse

from core.http.types import Message, Receive, Send
from core.server.thread_pool import Pool

logger = logging.getLogger(__name__)

PATIENCE = 60.0
"""Seconds for which a client may be slow."""

SLOWEST, LONGEST = 10_000, 1_800
"""Bytes a second that a client must take of a synchronous stream, and seconds after which one ends."""

PIECE = 2**16
"""Bytes that are sent at once."""


class DisconnectWatcher:
    """Waits until a client disconnects; then sets `noticed` and calls the function `then`, once."""

    def __init__(self, receive: Receive, then: Callable[[], object] = bool) -> None:
        self._receive, self._then = receive, then
        self._task: asyncio.Task[None] | None = None
        self.noticed = False

    def watch(self) -> None:
        """Begin to wait, in a task of the event loop. The request's body must have been read before."""
        self._task = asyncio.get_running_loop().create_task(self._wait())

    def stop(self) -> None:
        """Stop waiting for the disconnect."""
        if self._task is not None:
            self._task.cancel()

    async def _wait(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.noticed = True
        self._then()


class Pace:
    """How fast the client of a stream takes it; only the time for which it is waited for counts."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._end = seconds, time.monotonic() + LONGEST
        self._taken, self._waited = 0, 0.0

    def keeps_up(self, taken: int, waited: float) -> bool:
        """Whether the stream goes on after the client took so many bytes, for which it was waited so many seconds."""
        self._taken, self._waited = self._taken + taken, self._waited + waited
        if time.monotonic() > self._end:
            return False
        if self._waited < self._seconds:
            return True
        fast = self._taken >= SLOWEST * self._waited
        self._taken, self._waited = 0, 0.0
        return fast


async def stream(response: StreamingHttpResponse, receive: Receive, send: Send, pool: Pool, seconds: float) -> None:
    """Send the body of `response` part by part, after its headers were sent, and close it.

    A client has `seconds` to take each part of a synchronous stream, and must take SLOWEST bytes a second while it is
    waited for so long; after LONGEST seconds the stream ends. A stream that breaks off gets no last message, so that
    the server closes the connection and the client sees that the body is incomplete.
    """
    ended = await (_from_loop(response, receive, send) if response.is_async else
                   _from_thread(response, receive, send, pool, seconds))  # fmt: skip
    if ended:
        await send({"type": "http.response.body"})


async def _from_loop(response: StreamingHttpResponse, receive: Receive, send: Send) -> bool:
    """Send an asynchronous stream from the event loop; returns whether it was sent to its end.

    Synchronous code in it, such as database queries, runs on a thread.
    """

    async def parts() -> None:
        async for part in response:
            await send(_part(part))

    async with ThreadSensitiveContext():
        sending = asyncio.create_task(parts())
        watcher = DisconnectWatcher(receive, sending.cancel)
        watcher.watch()
        try:
            await asyncio.wait({sending})
        finally:
            watcher.stop()
            sending.cancel()
            await sync_to_async(_finish)(response)
    if not sending.cancelled() and (error := sending.exception()):
        logger.error("a stream broke off", exc_info=error)
        return False
    return not watcher.noticed


async def _from_thread(
    response: StreamingHttpResponse, receive: Receive, send: Send, pool: Pool, seconds: float
) -> bool:
    """Send a synchronous stream from a thread of `pool`; returns whether it was sent to its end.

    The thread waits for the client after each part, at most `seconds`. The pool is not that of requests, all of whose
    threads a few slow clients would take.
    """
    loop = asyncio.get_running_loop()
    watcher = DisconnectWatcher(receive)
    watcher.watch()
    pace = Pace(seconds)

    def pump() -> bool:
        try:
            for part in chain.from_iterable(map(_pieces, response)):
                if watcher.noticed:
                    return False
                begun = time.monotonic()
                sent = asyncio.run_coroutine_threadsafe(_sent(send, part), loop)
                try:
                    sent.result(seconds)
                except concurrent.futures.TimeoutError:
                    sent.cancel()
                    return False
                if not pace.keeps_up(len(part), time.monotonic() - begun):
                    return False
        except Exception:
            logger.exception("a stream broke off")
            return False
        else:
            return True
        finally:
            response.close()

    try:
        return await pool.submit(pump, always=True).future and not watcher.noticed
    finally:
        watcher.stop()


def _pieces(part: bytes) -> Iterator[bytes]:
    """`part` in pieces so small that a client which is fast enough takes each in time."""
    return (part[start : start + PIECE] for start in range(0, len(part), PIECE))


async def _sent(send: Send, part: bytes) -> None:
    await send(_part(part))


def _part(body: bytes) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": True}


def _finish(response: StreamingHttpResponse) -> None:
    response.close()
    # This thread ends here; Django would leave its database connections to the garbage collector.
    connections.close_all()
