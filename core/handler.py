"""The ASGI application: Django's whole synchronous stack of one request in one hop to a persistent thread.

Django's own ASGI handler starts a thread for each request and, with it, a database connection.
"""

import asyncio
import io
import logging
from collections.abc import Iterable
from functools import cached_property, partial
from typing import Any, NamedTuple, cast

from asgiref.sync import ThreadSensitiveContext, iscoroutinefunction, sync_to_async
from django.conf import settings
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, ASGIRequest, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.db import connections
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve, set_script_prefix

from core.connections import died, opened
from core.pool import Full, Pool
from core.streaming import Departure, Message, Receive, Send, stream

Scope = dict[str, Any]
Pattern = URLPattern | URLResolver

WATCH_AFTER = 0.1
"""Seconds after which a request's client is watched: most are answered by then, and watching takes a task."""

STREAMING_THREADS = 8
"""Streams made by threads that a process sends at once; others wait for their turn."""

FILE_PART = 2**16
"""Bytes of a file sent at a time."""

logger = logging.getLogger(__name__)


class Refused(Exception):
    """A request answered without being handled: 400, 408, 413 or 503, for each of which the URLconf has a handler."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Answer(NamedTuple):
    """A response as ASGI sends it; `stream` is what its body comes from where that is not whole."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    stream: StreamingHttpResponse | None = None


class Handler(BaseHandler):
    """An ASGI application over settings' URLconf and middleware, which must be synchronous.

    Nothing is started before a process' first request, so that it can be made before a fork.
    """

    def __init__(self) -> None:
        super().__init__()
        self.load_middleware(is_async=False)
        self._limit: int = settings.REQUEST_TIMEOUT
        self._pool = Pool("request", settings.THREADS, settings.QUEUE_SIZE)
        self._streams = Pool("stream", STREAMING_THREADS, settings.QUEUE_SIZE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
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
            answer = self._refusal(scope, refused.status)
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        if answer.stream is None:
            await send({"type": "http.response.body", "body": answer.body})
        else:
            await stream(answer.stream, receive, send, self._streams, self._limit)

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        """The request's body. Raises Refused, before the first byte is asked for where that can be, RequestAborted."""
        bound = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or float("inf")
        length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not length.isdigit():
            raise Refused(400)
        if int(length) > bound:
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

    async def _answer(self, scope: Scope, body: bytes, receive: Receive) -> Answer:
        """What a thread makes of the request. Raises Refused past the bounds of line and time, RequestAborted."""
        loop = asyncio.get_running_loop()
        try:
            call = self._pool.submit(partial(self._run, scope, body), unwanted=self._unwanted)
        except Full:
            raise Refused(503) from None
        give_up = partial(self._pool.give_up, call)
        departure = Departure(receive, partial(give_up, RequestAborted()))
        timers = (
            loop.call_later(WATCH_AFTER, departure.watch),
            loop.call_later(self._limit, give_up, Refused(503)),
        )
        try:
            return await call.future
        finally:
            for timer in timers:
                timer.cancel()
            departure.stop()
            give_up()

    def _run(self, scope: Scope, body: bytes) -> Answer:
        """On a thread: the whole of Django. Raises Refused for a request that cannot be read.

        Asking a connection whether it lives would cost each request a round trip. Instead a read whose connection
        proves to be dead is run once more, on a new one.
        """
        used = opened()
        response = self._respond(scope, body)
        if response.status_code >= 500 and scope["method"] in ("GET", "HEAD") and died(used):
            response.close()
            response = self._respond(scope, body)
        if isinstance(response, StreamingHttpResponse):
            return Answer(response.status_code, _headers(response), b"", response)
        answer = Answer(response.status_code, _headers(response), response.content)  # type: ignore[attr-defined]
        response.close()
        return answer

    def _respond(self, scope: Scope, body: bytes) -> HttpResponseBase:
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        try:
            request = ASGIRequest(scope, io.BytesIO(body))
        except UnicodeDecodeError:
            signals.request_finished.send(sender=self.__class__)
            raise Refused(400) from None
        response: HttpResponseBase = self.get_response(request)
        response._handler_class = self.__class__  # type: ignore[attr-defined]
        if isinstance(response, FileResponse):
            response.block_size = FILE_PART
        return response

    def _unwanted(self, answer: Answer) -> None:
        """A stream that nobody waits for any more is closed where it was made, on a thread."""
        if answer.stream is not None:
            self._pool.submit(answer.stream.close, always=True)

    def _refusal(self, scope: Scope, status: int) -> Answer:
        """The URLconf's own answer to what is refused, through all middleware: these need no thread."""
        try:
            request = ASGIRequest(scope, io.BytesIO())
        except UnicodeDecodeError:
            request = ASGIRequest({**scope, "query_string": b""}, io.BytesIO())
        request.refused = status  # type: ignore[attr-defined]
        response: HttpResponse = self._middleware_chain(request)  # type: ignore[attr-defined]
        return Answer(response.status_code, _headers(response), response.content)

    def _get_response(self, request: HttpRequest) -> HttpResponseBase:
        """What stands innermost, inside all middleware: the view, or the URLconf's handler of a refusal."""
        if status := getattr(request, "refused", 0):
            handler: Any = get_resolver().resolve_error_handler(status)
            return cast(HttpResponseBase, handler(request, None))
        return cast(HttpResponseBase, super()._get_response(request))  # type: ignore[misc]

    @cached_property
    def _has_async(self) -> bool:
        return _any_async(get_resolver().url_patterns)

    @cached_property
    def _django(self) -> ASGIHandler:
        return ASGIHandler()

    def _is_async(self, path: str) -> bool:
        """Whether a coroutine answers `path`; asked of nothing where the URLconf has none."""
        if self._has_async:
            # As core.middleware.OptionalSlash will.
            for candidate in (path, f"{path}/"):
                try:
                    return iscoroutinefunction(resolve(candidate).func)
                except Resolver404:
                    continue
        return False

    async def _run_async(self, scope: Scope, body: bytes, receive: Receive, send: Send) -> None:
        """Django's own way, on the event loop; what is synchronous in it has one thread for this request."""
        read = False

        async def again() -> Message:
            nonlocal read
            if read:
                return await receive()
            read = True
            return {"type": "http.request", "body": body, "more_body": False}

        async with ThreadSensitiveContext():
            try:
                await self._django.handle(scope, again, cast(Any, send))
            finally:
                # The thread ends here; its connections would be left to the garbage collector.
                await sync_to_async(connections.close_all)()


def _headers(response: HttpResponseBase) -> list[tuple[bytes, bytes]]:
    """As ASGI wants them, a Set-Cookie for each cookie."""
    found = [(name.encode("ascii"), value.encode("latin-1")) for name, value in response.items()]
    found += [(b"Set-Cookie", morsel.output(header="").strip().encode("ascii")) for morsel in response.cookies.values()]
    return found


def _any_async(patterns: Iterable[Pattern]) -> bool:
    return any(
        _any_async(pattern.url_patterns) if isinstance(pattern, URLResolver) else iscoroutinefunction(pattern.callback)
        for pattern in patterns
    )
