"""The whole ASGI application in this process: credentials, the response cache, the handler's threads, Django."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from core.accounts.middleware import CredentialsMiddleware
from core.cache.middleware import ResponseCacheMiddleware
from core.http.shape import Shape
from core.server.handler import Handler
from core.server.prepared import PreparedRequests
from core.server.thread_pool import close_pools
from tests.support.asgi import Reply, reply, scope


class CountedPrepared(PreparedRequests):
    """Prepared requests, and how many requests they have `answered`."""

    answered = 0

    def answer(self, shape: Shape) -> Any:
        """As PreparedRequests does it."""
        found = super().answer(shape)
        self.answered += found is not None
        return found


class Application:
    """What core.asgi serves, with caches that a test can empty. It sees only what is committed.

    `settings` as they are when it is made count for it. To be used within `running`.
    """

    def __init__(self, runner: asyncio.Runner, *, cached: bool) -> None:
        self._runner = runner
        self._handler = Handler()
        self.cache = ResponseCacheMiddleware(self._handler, enabled=cached)
        self._app = CredentialsMiddleware(self.cache, self.cache.generation, self._handler.run)
        self.prepared_answers = 0
        self.forget()

    def forget(self, *, prepared: bool = True) -> None:
        """Empty the response cache, and forget the prepared requests too."""
        self.cache.store.clear()
        if prepared:
            stack = self._handler._stack
            self.prepared_answers += getattr(stack._prepared, "answered", 0)
            stack._prepared = CountedPrepared()

    def send(
        self, method: str, path: str, body: bytes | None = None, *, headers: Mapping[str, str] = MappingProxyType({})
    ) -> Reply:
        """The reply to one request; a body is JSON unless `content_type` says otherwise."""
        given = {} if body is None else {"content_type": "application/json", "content_length": str(len(body))}
        return self._runner.run(self._send(scope(path, method, **given, **headers), body or b""))

    async def _send(self, given: dict[str, Any], body: bytes) -> Reply:
        sent: list[dict[str, Any]] = []
        messages = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> dict[str, Any]:
            if messages:
                return messages.pop()
            return await asyncio.Future()

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self._app(given, receive, send)
        return reply(sent)

    async def _close(self) -> None:
        await self.cache.source.close()


@contextmanager
def running(*, cached: bool = True) -> Iterator[Application]:
    """An Application until the end of the block; for tests whose rows are committed."""
    with asyncio.Runner() as runner:
        application = Application(runner, cached=cached)
        try:
            yield application
        finally:
            runner.run(application._close())
            close_pools()
