"""Collects the response of one call of the application in memory, or passes a stream on part by part."""

import asyncio
from collections.abc import Awaitable, Callable

from core.http.responses import BufferedResponse, Headers
from core.http.types import Message, Receive, Send

OnComplete = Callable[[BufferedResponse], Awaitable[None]]

LARGEST = 8_000_000
"""Bytes of the largest response that is collected in memory."""


class ResponseCollector:
    """Stands between the application and one client: collects a response in memory, or passes on the parts of a stream.

    A response is taken for a stream if it has no Content-Length, or one of more than LARGEST bytes.
    """

    def __init__(self, receive: Receive, send: Send, on_complete: OnComplete, *, is_head: bool) -> None:
        self._receive, self._send, self._on_complete, self._is_head = receive, send, on_complete, is_head
        self._status = 0
        self._headers: Headers = []
        self._parts: list[bytes] = []
        self._streams = False

    async def receive(self) -> Message:
        """The next ASGI message of the client."""
        return await self._receive()

    async def send(self, message: Message) -> None:
        """Take one ASGI message of the app's response.

        After the last one, call `on_complete` with the whole response.
        """
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = [(name.lower(), value) for name, value in message.get("headers", ())]
            length = next((value for name, value in self._headers if name == b"content-length"), b"")
            if not length.isdigit() or int(length) > LARGEST:
                await self._stream(message)
        elif self._streams:
            # To HEAD only a stream's headers are sent.
            if not self._is_head:
                await self._send(message)
        else:
            self._parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                await self._on_complete(BufferedResponse(self._status, self._headers, b"".join(self._parts)))

    async def _stream(self, start: Message) -> None:
        self._streams = True
        await self._send(start)
        if self._is_head:
            await self._send({"type": "http.response.body", "body": b""})


class SharedResponseCollector(ResponseCollector):
    """A ResponseCollector for a call that several clients share: the call goes on when the first client disconnects."""

    def __init__(self, receive: Receive, send: Send, on_complete: OnComplete, *, is_head: bool) -> None:
        super().__init__(receive, send, on_complete, is_head=is_head)
        self.on_stream: Callable[[], None] = lambda: None
        self._request_sent = False
        self._streaming = asyncio.Event()

    async def receive(self) -> Message:
        """The next ASGI message for the app: first a request without a body. Then this waits, whatever the client does.

        Once the response has become a stream, which only one client gets, a disconnect of that client is passed on.
        """
        if not self._request_sent:
            self._request_sent = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._streaming.wait()
        while (message := await self._receive())["type"] != "http.disconnect":
            pass
        return message

    async def _stream(self, start: Message) -> None:
        self._streaming.set()
        self.on_stream()
        await super()._stream(start)
