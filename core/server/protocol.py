"""HTTP/1.1 on one connection: uvicorn's protocol, with bounds on a request's size and time, and problem documents.

A request that the parser refuses reaches the application as a scope of the type REFUSAL (core.http.refusals), as only
the application can make a problem document.
"""

import asyncio
import re
from typing import Any, ClassVar
from urllib.parse import quote_from_bytes

import httptools
from django.conf import settings
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from core.health import readiness
from core.http.refusals import Refused, refusal_scope
from core.server.raw_response_cycle import RawResponseCycle

# The part of a request that is being read: none yet, its line, its headers, its body, or no request any more.
_IDLE, _LINE, _HEADERS, _BODY, _REFUSED = range(5)
_END = b"\r\n\r\n"
_WHITE = ord(" ")
_ASCII = bytes(range(128))
_SAYS_BODY = (b"content-length", b"transfer-encoding")
_METHOD = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+(?: |$)")
STOPS = (httptools.HttpParserError, httptools.HttpParserUpgrade)
_VERSIONS = ("1.1", "1.0")
_UNKNOWN: Any = {}
"""The scope while no request is being read."""


class RefusingProtocol(HttpToolsProtocol):
    """A connection that can refuse a request: after the responses before it, it sends an error and reads no more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = _UNKNOWN
        self._part = _IDLE
        # Bytes received of that part.
        self._pending = 0

    @property
    def is_answering(self) -> bool:
        """Whether the last request that was read still has no complete response."""
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def refuse(self, status: int) -> None:
        """Answer the request being read with the error `status`, after the responses to earlier requests."""
        begun, self._part = self._part == _BODY, _REFUSED
        if begun and self.cycle.response_started:
            self.transport.close()
            return
        waits = self._give_up_last() if begun else self.is_answering
        self.cycle = self._refusal(status)
        if waits:
            self.pipeline.appendleft((self.cycle, self.app))
        else:
            self._start_asgi_task(self.cycle, self.app)

    def _give_up_last(self) -> bool:
        """Tell the app that the last request's client is gone; returns whether an earlier response is incomplete."""
        self.cycle.disconnected = True
        self.cycle.message_event.set()
        waits = bool(self.pipeline) and self.pipeline[0][0] is self.cycle
        if waits:
            self.pipeline.popleft()
        return waits

    def _refusal(self, status: int) -> RequestResponseCycle:
        read: dict[str, Any] = {**self.scope}
        scope: Any = refusal_scope(
            status,
            "HEAD" if read.get("method") == "HEAD" else "GET",
            scheme=self.scheme, server=self.server, client=self.client,
            headers=[pair for pair in read.get("headers", ()) if pair[0] == b"origin"],
        )  # fmt: skip
        return RawResponseCycle.last(self, scope)


class BoundedProtocol(RefusingProtocol):
    """A connection that bounds each request's size, and percent-encodes bytes of its URL that are not ASCII.

    It ignores upgrades: such a request is answered in HTTP/1.1, as RFC 9110 (section 7.8) allows.
    """

    LINE_BYTES: ClassVar[int] = 8_192
    """Bytes of a request's line, percent-encoded; more is 414."""
    HEADER_BYTES: ClassVar[int] = 32_768
    """Bytes of a request's headers, and of its body's framing between two parts of it; more is 431."""
    HEADERS: ClassVar[int] = 100
    """Headers of a request; more is 431."""

    def on_headers_complete(self) -> None:
        """Called by the parser after a request's headers, before the request is handled. Raises Refused."""
        if len(self.headers) > self.HEADERS:
            raise Refused(431)
        HttpToolsProtocol.on_headers_complete(self)
        self._part, self._pending = _BODY, 0
        if readiness.draining:
            self.cycle.keep_alive = False
        if self.scope["http_version"] not in _VERSIONS:
            raise Refused(400)

    def on_body(self, body: bytes) -> None:
        """Called by the parser with each part of a request's body."""
        self._pending = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Called by the parser at the end of a request. Replaces uvicorn's method, which looks for upgrades."""
        self._part, self.scope = _IDLE, _UNKNOWN
        if not self.cycle.response_complete:
            self.cycle.more_body = False
            self.cycle.message_event.set()

    def parse(self, data: bytes) -> None:
        """Give received bytes to the parser; a request's head line by line, to count the bytes of its parts."""
        start = 0
        while start < len(data) and self._part != _REFUSED:
            end = len(data) if self._part == _BODY else data.find(b"\n", start) + 1 or len(data)
            piece, start = data[start:end], end
            if self._part == _IDLE and piece.strip():  # Blank lines may precede a request.
                self._part, self._pending = _LINE, 0
            self._parse_piece(piece)

    def _parse_piece(self, piece: bytes) -> None:
        part = self._part
        if part == _LINE and not piece.isascii():
            piece = quote_from_bytes(piece, _ASCII).encode()
        self._pending += len(piece)
        if part == _LINE and self._pending > self.LINE_BYTES:
            self.refuse(414)
        elif part == _HEADERS and self._pending > self.HEADER_BYTES:
            self.refuse(431)
        else:
            try:
                self.parser.feed_data(piece)
            except STOPS as stop:
                self.go_on(stop, piece)
        if part == self._part == _LINE and piece.endswith(b"\n"):
            self._part, self._pending = _HEADERS, 0
        elif part == self._part == _BODY and self._pending > self.HEADER_BYTES:
            self.refuse(431)
        elif part == _BODY and self._part == _IDLE and self.scope is not _UNKNOWN:
            # Another request began somewhere behind the body's end.
            self._part, self._pending = _HEADERS if self.headers else _LINE, 1

    def go_on(self, stop: Exception, data: bytes | memoryview) -> None:
        """Go on where the parser stopped in `data` with exception `stop`: skip an upgrade, or refuse the request."""
        while isinstance(stop, httptools.HttpParserUpgrade):
            if any(name in _SAYS_BODY and value != b"0" for name, value in self.headers):
                # The parser took the body for the upgraded protocol.
                self._part = _BODY
                self.refuse(400)
                return
            data = memoryview(data)[stop.args[0] :]
            try:
                self.parser.feed_data(data)
            except STOPS as error:
                stop = error
            else:
                return
        self.refuse(_status(stop, data, self.scope.get("method")))


def _status(error: Exception, data: bytes | memoryview, method: str | None) -> int:
    """The HTTP status for a request that the parser refused in `data`; `method` is None if not parsed yet."""
    if isinstance(refused := error.__context__, Refused):
        return refused.status
    # Another protocol's method is refused where the line's version stands, which may be in a later packet.
    unknown = method == "CONNECT" or "method for" in str(error) or ("method" in str(error) and _METHOD.match(data))
    return 501 if unknown else 400


class Protocol(BoundedProtocol):
    """A connection that takes raw responses, and on which each request's head must arrive within HEAD_TIMEOUT.

    Once the process is to end, the connection is closed after its next response.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Called by the event loop for a new connection: start the timer for the first request's head."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the event loop after the connection ended: stop the timer."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse received bytes: at once if they are whole requests without bodies and no line can be too long."""
        self._unset_keepalive_if_required()
        if (
            self._part == _IDLE
            and data.endswith(_END)
            and data[0] > _WHITE
            and data.isascii()
            and len(data) <= self.LINE_BYTES
        ):
            try:
                self.parser.feed_data(data)
            except STOPS as stop:
                self.go_on(stop, data)
            if self._part == _IDLE and self._timer is None:
                return
        else:
            self.parse(data)
        if self._is_in_head or not self.is_answering:
            self._wait()
        elif self._timer is not None:
            self._stop_waiting()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        RawResponseCycle.install(cycle)
        super()._start_asgi_task(cycle, app)

    @property
    def _is_in_head(self) -> bool:
        return self._part in (_LINE, _HEADERS)

    def _wait(self) -> None:
        """Start the timer in which the head of the next request must end, unless it runs already."""
        if self._timer is None:
            self._timer = self.loop.call_later(settings.HEAD_TIMEOUT, self._waited)

    def _waited(self) -> None:
        """Called after HEAD_TIMEOUT: answer an incomplete head with 408, close a connection without a request."""
        self._timer = None
        if self._is_in_head and self.flow.read_paused:
            # The rest may have arrived, unread until earlier requests are answered.
            self._wait()
        elif self._is_in_head:
            self.refuse(408)
        elif not self.is_answering:
            self.transport.close()

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
