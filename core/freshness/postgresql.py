"""The generation, asked from the event loop: what the committed data is called after a request has come.

`ask()` answers with a text, or None where the database cannot say. Texts are equal only if nothing was
committed between the moments they were asked for; why, and what follows, is in docs/adr/0006-strict-freshness.md.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

import psycopg
from psycopg import pq
from psycopg.conninfo import make_conninfo

from core.freshness.base import GenerationFuture
from core.freshness.generation import POSTGRESQL, SERVER, SNAPSHOT
from core.freshness.snapshot_connection import LIMIT, STATEMENT, SnapshotConnection
from core.metrics import Counts

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 1.0
"""Seconds between two attempts to connect: doubled from the first to the longest."""

logger = logging.getLogger(__name__)


def conninfo(given: Mapping[str, Any]) -> str:
    """What libpq needs to connect as Django's DATABASES entry `given` says."""
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    options = {name: value for name, value in given.get("OPTIONS", {}).items() if name in known}
    named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    found = {name: given[key] for name, key in named.items() if given.get(key)}
    return make_conninfo("", **{**options, **found, "application_name": "octavo generation"})


class PostgreSQLSource:
    """Asks on a connection kept for nothing else, one question at a time, shared by all who came before it was sent.

    `broken` is called when the connection breaks: the server behind the next one may have forgotten commits.
    """

    def __init__(self, conninfo: Callable[[], str], broken: Callable[[], None], counts: Counts) -> None:
        self._conninfo, self._broken, self.counts = conninfo, broken, counts
        self._line: SnapshotConnection | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._tried: asyncio.Future[None] | None = None
        self._connections = 0

    async def ask(self) -> str | None:
        """The generation at a moment after this call; None while the primary cannot be reached."""
        line = self._line or await self._connected()
        if line is None:
            return None
        waiter: GenerationFuture = line.loop.create_future()
        line.join(waiter)
        return await waiter

    async def close(self) -> None:
        """Close the connection and make no other."""
        if self._connecting:
            self._connecting.cancel()
        if self._line:
            self._line.close()
            self._line = None

    async def _connected(self) -> SnapshotConnection | None:
        """The connection, waited for while a first attempt is under way; None between attempts."""
        loop = asyncio.get_running_loop()
        if self._connecting is None:
            self._tried = loop.create_future()
            self._connecting = loop.create_task(self._connect(self._tried))
        if self._tried is not None:
            await asyncio.wait([self._tried], timeout=LIMIT)
        return self._line

    async def _connect(self, tried: "asyncio.Future[None]") -> None:
        """Try until it succeeds. `tried` is done with the first attempt: nobody waits for the others."""
        pause = FIRST_PAUSE
        while self._line is None:
            try:
                self._line = await self._line_to(self._conninfo())
            except (psycopg.Error, OSError, TimeoutError) as error:
                if pause == FIRST_PAUSE:  # Once for each time it is away.
                    logger.warning("the database's generation cannot be asked for: %s", " ".join(str(error).split()))
            finally:
                self._tried = None
                if not tried.done():
                    tried.set_result(None)
            if self._line is None:
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
        self._connecting = None

    async def _line_to(self, conninfo: str) -> SnapshotConnection:
        async with asyncio.timeout(LIMIT):
            connection = await psycopg.AsyncConnection.connect(conninfo, autocommit=True)
            try:
                found = await connection.execute(f"SELECT pg_is_in_recovery(), {SERVER}")
                (standby, server), *_ = await found.fetchall()
                # A primary stays one while the connection lasts, and is called the same: 8 µs less of 29 a question.
                question = POSTGRESQL if standby else f"SELECT {SNAPSHOT}"
                # In SQL: libpq's own way to prepare waits for the server and holds up the loop.
                await connection.execute(f"PREPARE {STATEMENT.decode()} AS {question}")
            except BaseException:
                connection.pgconn.finish()
                raise
        self._connections += 1
        return SnapshotConnection(connection, f"{self._connections} {server} ", self.counts, self.lost)

    def lost(self, line: SnapshotConnection) -> None:
        """`line` broke: what was filed under its answers is worth nothing, and another is needed."""
        if line is not self._line:
            return
        self._line = None
        self._broken()
        self._connecting = line.loop.create_task(self._connect(line.loop.create_future()))
