"""uvicorn's request-response cycle, which can also send a response as the bytes it is."""

import asyncio
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from core.http.raw_response import RAW_RESPONSE, Headers, header_lines

_OFFERED: dict[str, dict[str, Any]] = {RAW_RESPONSE: {}}


class LastWords:
    """A transport whose `close` leaves the client time to read.

    To close with bytes unread resets the connection, and some clients then never see the answer.
    """

    SECONDS: ClassVar[float] = 5.0
    """How long the client has to close the connection; what it sends meanwhile is dropped."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self.write, self.is_closing = transport.write, transport.is_closing

    def close(self) -> None:
        """Say that nothing else comes; close when the client does, or when its time is over."""
        if not self._transport.is_closing():
            self._transport.write_eof()
            self._loop.call_later(self.SECONDS, self._transport.close)


class RawResponseCycle(RequestResponseCycle):
    """A request and its answer as uvicorn has them, with whole answers besides."""

    # What the server says with each answer of a second (the date), and the same as lines.
    _defaults: Headers = []  # noqa: RUF012 - replaced, never changed
    _default_lines = b""

    @classmethod
    def install(cls, cycle: RequestResponseCycle) -> None:
        """Let the application answer `cycle`, which has not begun, in one piece."""
        cycle.__class__ = cls
        cycle.scope["extensions"] = _OFFERED  # type: ignore[typeddict-item]

    @classmethod
    def last(cls, protocol: HttpToolsProtocol, scope: Any) -> RequestResponseCycle:
        """A request, `scope`, with whose answer a connection ends."""
        transport: Any = LastWords(protocol.transport, protocol.loop)
        return RequestResponseCycle(
            scope=scope, transport=transport, flow=protocol.flow, logger=protocol.logger,
            access_logger=protocol.access_logger, access_log=False, message_event=asyncio.Event(),
            default_headers=protocol.server_state.default_headers, expect_100_continue=False, keep_alive=False,
            on_response=protocol.flow.resume_reading,
        )  # fmt: skip

    async def send(self, message: Any) -> None:
        """Take a message of the application."""
        if message["type"] != RAW_RESPONSE:
            await super().send(message)
            return
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        if self.response_started:
            raise RuntimeError("A whole answer came after the answer had begun.")
        self.response_started = self.response_complete = True
        self.waiting_for_100_continue = False
        if RawResponseCycle._defaults is not self.default_headers:
            RawResponseCycle._defaults, RawResponseCycle._default_lines = (
                self.default_headers,
                header_lines(self.default_headers),
            )
        close = b"\r\n" if self.keep_alive else b"connection: close\r\n\r\n"
        head = STATUS_LINE[message["status"]], RawResponseCycle._default_lines, message["head"], close
        self.transport.write(b"".join((*head, message["body"])))
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()
