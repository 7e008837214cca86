"""Deliberate bugs, each of which the checker must notice; and the ASGI entry of workers that have one.

`FRESHNESS_BUG=early gunicorn … tests.freshness.bugs:application`
"""

import asyncio
import os
from typing import Any

from django.core.asgi import get_asgi_application

from core.cache.middleware import ResponseCacheMiddleware, default_source
from core.cache.single_flight import InFlight, SingleFlight
from core.cache.store import CacheStore
from core.freshness import postgresql as freshness
from core.freshness.base import GenerationSource
from core.freshness.postgresql import PostgreSQLSource
from core.freshness.snapshot_connection import SnapshotConnection

LATE = 0.05
"""Seconds a buggy worker is behind: bugs that show in a window of microseconds show at once."""


class AsksEarly:
    """Takes what was heard last, before the request came, and asks for the next one's sake."""

    def __init__(self, memory: CacheStore) -> None:
        self._inner = default_source(memory)
        self._heard: str | None = None
        self._asking: asyncio.Task[None] | None = None

    async def ask(self) -> str | None:
        """What was heard last."""
        if self._heard is None:
            await self._hear()
        elif self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._hear())
        return self._heard

    async def _hear(self) -> None:
        heard = await self._inner.ask()
        await asyncio.sleep(LATE)
        self._heard = heard

    async def close(self) -> None:
        """Let the database go."""
        await self._inner.close()


class TakesOlder(SingleFlight):
    """Takes what a trip brings that was under way when the request came, whatever it read."""

    def may_take(self, flight: InFlight, generation: str) -> bool:
        """Always."""
        return True


def joins_sent(connection: Any, future: Any) -> None:
    """`SnapshotConnection.join` that takes the answer to a question already sent."""
    if connection.sent:
        connection.sent.append(future)
        return
    connection.waiting.append(future)
    if not connection._scheduled:
        connection._scheduled = True
        connection.loop.call_soon(connection._send)


def delivers_late(connection: Any, answer: bytes | None, told: Any = SnapshotConnection._deliver) -> None:
    """`SnapshotConnection._deliver` a moment after the database has answered."""
    connection.loop.call_later(LATE, told, connection, answer)


class KeepsOverReconnects(PostgreSQLSource):
    """Drops nothing when the connection breaks, and takes the next server for the same one."""

    def lost(self, connection: Any) -> None:
        """Go on as if nothing had happened."""
        self._broken = lambda: None
        super().lost(connection)

    async def _open(self, conninfo: str) -> Any:
        connection = await super()._open(conninfo)
        connection.prefix = ""
        return connection


def keeps_over_reconnects(memory: CacheStore) -> GenerationSource:
    """The default generations, of a class that keeps entries over a reconnect."""
    freshness.POSTGRESQL = "SELECT pg_current_snapshot()::text"  # type: ignore[attr-defined]
    found = default_source(memory)
    found.__class__ = KeepsOverReconnects
    return found


def buggy(name: str) -> type[ResponseCacheMiddleware]:
    """The cache with the bug `name`; without one where it is empty."""
    if name == "joins":
        SnapshotConnection.join = joins_sent  # type: ignore[method-assign,assignment]
        SnapshotConnection._deliver = delivers_late  # type: ignore[method-assign,assignment]
    changes: dict[str, dict[str, Any]] = {
        "": {},
        "early": {"make_source": staticmethod(AsksEarly)},
        "joins": {},
        "older": {"single_flight_class": TakesOlder},
        "keeps": {"make_source": staticmethod(keeps_over_reconnects)},
    }
    return type("BuggyMiddleware", (ResponseCacheMiddleware,), changes[name])


_django = get_asgi_application()


async def _slow(scope: Any, receive: Any, send: Any) -> None:
    """The application, each answer held for a moment after its rows were read."""

    async def late(message: Any) -> None:
        if message["type"] == "http.response.start":
            await asyncio.sleep(LATE)
        await send(message)

    await _django(scope, receive, late)


_bug = os.environ.get("FRESHNESS_BUG", "")
application = buggy(_bug)(_slow if _bug == "older" else _django) if "FRESHNESS_BUG" in os.environ else None
