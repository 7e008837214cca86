"""RawResponseCycle: uvicorn's object for one request and its response, which also takes a whole response at once."""

import asyncio
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from core.http.raw_response import RAW_RESPONSE, Headers, header_lines

_OFFERED: dict[str, dict[str, Any]] = {RAW_RESPONSE: {}}


class LingeringTransport:
    """Wraps a transport, whose `close` then leaves the client time to read the response.

    Closing a socket that has unread bytes resets the connection, and some clients then never see the response.
    """

    SECONDS: ClassVar[float] = 5.0
    """Seconds that the client has to close the connection; bytes it sends meanwhile are dropped."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self.write, self.is_closing = transport.write, transport.is_closing

    def close(self) -> None:
        """End the writing; close the connection when the client closes it, or after SECONDS."""
        if not self._transport.is_closing():
            self._transport.write_eof()
            self._loop.call_later(self.SECONDS, self._transport.close)


class RawResponseCycle(RequestResponseCycle):
    """One request and its response in uvicorn.

    It also takes a message of the type RAW_RESPONSE, with all of a response.
    """

    # The headers of every response (the date), renewed each second, and the lines written of them.
    _defaults: Headers = []  # noqa: RUF012 - replaced, never changed
    _default_lines = b""

    @classmethod
    def install(cls, cycle: RequestResponseCycle) -> None:
        """Turn `cycle`, uvicorn's object for a request that no application has seen yet, into a RawResponseCycle."""
        cycle.__class__ = cls
        cycle.scope["extensions"] = _OFFERED  # type: ignore[typeddict-item]

    @classmethod
    def last(cls, protocol: HttpToolsProtocol, scope: Any) -> RequestResponseCycle:
        """uvicorn's object for the request `scope`, after whose response the connection is closed."""
        transport: Any = LingeringTransport(protocol.transport, protocol.loop)
        return RequestResponseCycle(
            scope=scope, transport=transport, flow=protocol.flow, logger=protocol.logger,
            access_logger=protocol.access_logger, access_log=False, message_event=asyncio.Event(),
            default_headers=protocol.server_state.default_headers, expect_100_continue=False, keep_alive=False,
            on_response=protocol.flow.resume_reading,
        )  # fmt: skip

    async def send(self, message: Any) -> None:
        """Take an ASGI message of the application, and write what it holds to the client."""
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
