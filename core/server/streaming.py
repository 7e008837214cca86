"""Answers sent part by part, and clients that leave before the end."""

import asyncio
import concurrent.futures
import logging
from collections.abc import Callable

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.db import connections
from django.http import StreamingHttpResponse

from core.http.types import Message, Receive, Send
from core.server.thread_pool import Pool

logger = logging.getLogger(__name__)


class DisconnectWatcher:
    """Notices that a request's client has hung up, and does something about it, once."""

    def __init__(self, receive: Receive, then: Callable[[], object] = bool) -> None:
        self._receive, self._then = receive, then
        self._task: asyncio.Task[None] | None = None
        self.noticed = False

    def watch(self) -> None:
        """Begin to look; the request's body must have been read."""
        self._task = asyncio.get_running_loop().create_task(self._wait())

    def stop(self) -> None:
        """Look no longer."""
        if self._task is not None:
            self._task.cancel()

    async def _wait(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.noticed = True
        self._then()


async def stream(response: StreamingHttpResponse, receive: Receive, send: Send, pool: Pool, seconds: float) -> None:
    """Send the parts of `response`, whose head was sent, and close it; `seconds` is a client's time for one part.

    An answer that cannot be ended is left without its end, so that the server cuts the connection.
    """
    ended = await (_from_loop(response, receive, send) if response.is_async else
                   _from_thread(response, receive, send, pool, seconds))  # fmt: skip
    if ended:
        await send({"type": "http.response.body"})


async def _from_loop(response: StreamingHttpResponse, receive: Receive, send: Send) -> bool:
    """Asynchronous parts are made on the event loop, and what they ask the database on a thread of their own."""

    async def parts() -> None:
        async for part in response:
            await send(_part(part))

    async with ThreadSensitiveContext():
        sending = asyncio.create_task(parts())
        departure = DisconnectWatcher(receive, sending.cancel)
        departure.watch()
        try:
            await asyncio.wait({sending})
        finally:
            departure.stop()
            sending.cancel()
            await sync_to_async(_finish)(response)
    if not sending.cancelled() and (error := sending.exception()):
        logger.error("a stream broke off", exc_info=error)
        return False
    return not departure.noticed


async def _from_thread(
    response: StreamingHttpResponse, receive: Receive, send: Send, pool: Pool, seconds: float
) -> bool:
    """Other parts are made on one thread of `pool`, which waits for the client after each.

    That is no thread of those that answer requests: a few slow readers would hold up everybody else.
    """
    loop = asyncio.get_running_loop()
    departure = DisconnectWatcher(receive)
    departure.watch()

    def pump() -> bool:
        try:
            for part in response:
                if departure.noticed:
                    return False
                sent = asyncio.run_coroutine_threadsafe(_sent(send, part), loop)
                try:
                    sent.result(seconds)
                except concurrent.futures.TimeoutError:
                    sent.cancel()
                    return False
        except Exception:
            logger.exception("a stream broke off")
            return False
        else:
            return True
        finally:
            response.close()

    try:
        return await pool.submit(pump, always=True).future and not departure.noticed
    finally:
        departure.stop()


async def _sent(send: Send, part: bytes) -> None:
    await send(_part(part))


def _part(body: bytes) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": True}


def _finish(response: StreamingHttpResponse) -> None:
    response.close()
    # Django would leave the connections of this thread, which ends here, to the garbage collector.
    connections.close_all()
