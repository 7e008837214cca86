"""Deliberate bugs, each of which the checker must notice; and the ASGI entry of workers that have one.

`FRESHNESS_BUG=early gunicorn … tests.freshness.bugs:application`
"""

import asyncio
import os
from typing import Any

import django

django.setup(set_prefix=False)

from core.accounts.known_callers import KnownCallers  # noqa: E402
from core.accounts.middleware import CredentialsMiddleware  # noqa: E402
from core.cache.middleware import ResponseCacheMiddleware, default_source  # noqa: E402
from core.cache.single_flight import InFlight, SingleFlight  # noqa: E402
from core.cache.store import CacheStore  # noqa: E402
from core.freshness import postgresql as freshness  # noqa: E402
from core.freshness.base import GenerationSource  # noqa: E402
from core.freshness.postgresql import PostgreSQLSource  # noqa: E402
from core.freshness.snapshot_connection import SnapshotConnection  # noqa: E402
from core.server.handler import Handler  # noqa: E402
from tests.support.asgi import Source  # noqa: E402

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


def away(memory: CacheStore) -> GenerationSource:
    """A source that never gives a generation: no bug, but the response cache steps aside."""
    found = Source()
    found.away = True
    return found


class Remembers(KnownCallers):
    """Takes a caller from memory whatever was committed since."""

    async def get(self, authorization: bytes, generation: str | None, scope: Any) -> Any:
        """The caller under the first generation of all."""
        return await super().get(authorization, "once" if generation else None, scope)


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
        "aside": {"make_source": staticmethod(away)},
        "remembers": {},
        "keeps": {"make_source": staticmethod(keeps_over_reconnects)},
    }
    return type("BuggyMiddleware", (ResponseCacheMiddleware,), changes[name])


_handler = Handler()


async def _slow(scope: Any, receive: Any, send: Any) -> None:
    """The application, each answer held for a moment after its rows were read."""

    async def late(message: Any) -> None:
        if message["type"] == "http.response.start":
            await asyncio.sleep(LATE)
        await send(message)

    await _handler(scope, receive, late)


def _application(bug: str) -> CredentialsMiddleware:
    cache = buggy(bug)(_slow if bug == "older" else _handler)
    made = CredentialsMiddleware(cache, cache.generation, _handler.run)
    if bug == "remembers":
        made._callers = Remembers(_handler.run)
    return made


application = _application(os.environ["FRESHNESS_BUG"]) if "FRESHNESS_BUG" in os.environ else None
