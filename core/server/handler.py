"""Handler: the ASGI application, which runs Django's whole synchronous stack for a request in one call on a thread.

The threads live as long as their process. Django's own ASGI handler starts a thread for each request and, with it, a
database connection.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from functools import cached_property, partial
from typing import Any, TypeVar, cast

from asgiref.sync import ThreadSensitiveContext, iscoroutinefunction, sync_to_async
from django.conf import settings
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler
from django.db import connections
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from core.http.refusals import REFUSAL, Refused
from core.http.types import Message, Receive, Send
from core.http.urls import canonical_path
from core.server.django_stack import DjangoStack, Scope, ThreadResponse
from core.server.log_throttle import Throttle
from core.server.streaming import PATIENCE, DisconnectWatcher, stream
from core.server.thread_pool import Pool, QueueFull

Pattern = URLPattern | URLResolver
T = TypeVar("T")

WATCH_AFTER = 0.1
"""Seconds after which the handler watches for a disconnect: watching takes a task, and most requests end before."""

LIVENESS_PATHS = ("/health/live", "/metrics")
"""Paths answered by a thread of their own, so that an orchestrator kills no process for a database that hangs."""

STREAMING_THREADS = 8
"""Threads of a process that produce streams; further streams wait."""

LONGEST_LENGTH = 18
"""Most digits of a Content-Length; a longer one is refused before it is parsed."""

_SAYS_BODY = (b"content-length", b"transfer-encoding")

logger = logging.getLogger(__name__)


class Handler:
    """The ASGI application around Django's URLconf and middleware, which must be synchronous.

    It starts nothing before a process' first request, so a process that has made one can be forked.
    """

    def __init__(self) -> None:
        self._stack = DjangoStack()
        self._throttle = Throttle()
        self._limit: int = settings.REQUEST_TIMEOUT
        self._pool = Pool("request", settings.THREADS, settings.QUEUE_SIZE)
        self._liveness = Pool("liveness", 1, settings.QUEUE_SIZE)
        self._streams = Pool("stream", STREAMING_THREADS, settings.QUEUE_SIZE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request; or, for a scope of the type REFUSAL, a request that could not be parsed."""
        if scope["type"] == REFUSAL:
            await _send(self._stack.refusal(scope, scope["status"]), send)
            return
        if scope["type"] != "http":
            raise ValueError(f"Only HTTP can be handled, not {scope['type']}.")
        try:
            body = await self._body(scope, receive)
            if self._is_async(scope["path"]):
                await self._run_async(scope, body, receive, send)
                return
            answer = await self._answer(scope, body, receive)
        except RequestAborted:
            return
        except Refused as refused:
            answer = self._stack.refusal(scope, refused.status)
        if answer.stream is None:
            await _send(answer, send)
        else:
            await send(_start(answer))
            await stream(answer.stream, receive, send, self._streams, PATIENCE)

    async def run(self, function: Callable[[], T]) -> T:
        """Call `function` on a thread of the pool and return its result.

        Raises what it raises, and Refused (503) if the queue is full or the time is up.
        """
        try:
            call = self._pool.submit(function)
        except QueueFull:
            self._log_refusals()
            raise Refused(503) from None
        timer = asyncio.get_running_loop().call_later(self._limit, self._pool.give_up, call, Refused(503))
        try:
            return await call.future
        finally:
            timer.cancel()
            self._pool.give_up(call)

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        """Read the request's whole body and return it.

        Raises Refused for a wrong, too large or too slow body, if possible before its first byte is read, and
        RequestAborted if the client disconnects.
        """
        if not any(name in _SAYS_BODY for name, _ in scope["headers"]):
            # There is no body, so this message is already here.
            if (await receive())["type"] == "http.disconnect":
                raise RequestAborted
            return b""
        bound = settings.BODY_BYTES_AT.get(canonical_path(scope["path"]), settings.BODY_BYTES)
        length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not length.isdigit():
            raise Refused(400)
        if len(length) > LONGEST_LENGTH or int(length) > bound:
            raise Refused(413)
        parts, size = [], 0
        try:
            async with asyncio.timeout(self._limit):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise RequestAborted
                    parts.append(message.get("body", b""))
                    size += len(parts[-1])
                    if size > bound:
                        raise Refused(413)
                    if not message.get("more_body", False):
                        return b"".join(parts)
        except TimeoutError:
            raise Refused(408) from None

    async def _answer(self, scope: Scope, body: bytes, receive: Receive) -> ThreadResponse:
        """Run Django's stack for the request on a thread of the pool, and return the response.

        Raises Refused (503) if the queue is full or the time is up, and RequestAborted if the client disconnects.
        """
        loop = asyncio.get_running_loop()
        try:
            pool = self._liveness if scope["path"].startswith(LIVENESS_PATHS) else self._pool
            call = pool.submit(partial(self._stack.run, scope, body), on_abandoned=self._on_abandoned)
        except QueueFull:
            self._log_refusals()
            raise Refused(503) from None
        give_up = partial(pool.give_up, call)
        watcher = DisconnectWatcher(receive, partial(give_up, RequestAborted()))
        timers = []

        def watch() -> None:
            watcher.watch()
            timers.append(loop.call_later(self._limit - WATCH_AFTER, give_up, Refused(503)))

        timers.append(loop.call_later(WATCH_AFTER, watch))
        try:
            return await call.future
        finally:
            for timer in timers:
                timer.cancel()
            watcher.stop()
            give_up()

    def _log_refusals(self) -> None:
        """Log that requests are answered 503 because the queue is full; at most one line in some seconds."""
        if (more := self._throttle.admit()) is not None:
            logger.warning("more requests than can wait: some are answered 503%s", more)

    def _on_abandoned(self, answer: ThreadResponse) -> None:
        """Close the stream of `answer`, a response nobody waits for any more, on a thread: it may use the database."""
        if answer.stream is not None:
            self._pool.submit(answer.stream.close, always=True)

    @cached_property
    def _has_async(self) -> bool:
        return _any_async(get_resolver().url_patterns)

    @cached_property
    def _django(self) -> ASGIHandler:
        return ASGIHandler()

    def _is_async(self, path: str) -> bool:
        """Whether the view of `path` is a coroutine function.

        False without looking if the URLconf has no such view at all.
        """
        if self._has_async:
            try:
                return iscoroutinefunction(resolve(canonical_path(path)).func)
            except Resolver404:
                return False
        return False

    async def _run_async(self, scope: Scope, body: bytes, receive: Receive, send: Send) -> None:
        """Answer by Django's own ASGI handler, for a view that is a coroutine.

        Its synchronous code runs on one new thread.
        """
        read = False

        async def receive_body() -> Message:
            nonlocal read
            if read:
                return await receive()
            read = True
            return {"type": "http.request", "body": body, "more_body": False}

        async with ThreadSensitiveContext():
            try:
                await self._django.handle(scope, receive_body, cast(Any, send))
            finally:
                # That thread ends here, and would leave its database connections to the garbage collector.
                await sync_to_async(connections.close_all)()


def _start(answer: ThreadResponse) -> Message:
    return {"type": "http.response.start", "status": answer.status, "headers": answer.headers}


async def _send(answer: ThreadResponse, send: Send) -> None:
    await send(_start(answer))
    await send({"type": "http.response.body", "body": answer.body})


def _any_async(patterns: Iterable[Pattern]) -> bool:
    return any(
        _any_async(pattern.url_patterns) if isinstance(pattern, URLResolver) else iscoroutinefunction(pattern.callback)
        for pattern in patterns
    )
