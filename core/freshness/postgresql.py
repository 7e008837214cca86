"""PostgreSQLSource: the generation of a PostgreSQL database, asked for from the event loop.

Two generations are equal only if nothing was committed between the moments they were asked for; why, and what follows,
is in docs/adr/0006-strict-freshness.md.
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
    """The libpq connection string for `given`, an entry of Django's DATABASES."""
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    options = {name: value for name, value in given.get("OPTIONS", {}).items() if name in known}
    named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    parameters = {name: given[key] for name, key in named.items() if given.get(key)}
    return make_conninfo("", **{**options, **parameters, "application_name": "octavo generation"})


class PostgreSQLSource:
    """Asks for the generation on a connection of its own, which it opens again when it breaks; one query at a time.

    Requests that come before a query is sent share its result. `broken` is called when the connection breaks, and then
    empties the cache: the server of the next connection may lack commits.
    """

    def __init__(self, conninfo: Callable[[], str], broken: Callable[[], None], counts: Counts) -> None:
        self._conninfo, self._broken, self.counts = conninfo, broken, counts
        self._connection: SnapshotConnection | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._first_attempt: asyncio.Future[None] | None = None
        self._connections = 0

    async def ask(self) -> str | None:
        """The generation at some moment after this call began; None while the primary cannot be reached."""
        connection = self._connection or await self._connected()
        if connection is None:
            return None
        future: GenerationFuture = connection.loop.create_future()
        connection.join(future)
        return await future

    async def close(self) -> None:
        """Close the connection, and open no other."""
        if self._connecting:
            self._connecting.cancel()
        if self._connection:
            self._connection.close()
            self._connection = None

    async def _connected(self) -> SnapshotConnection | None:
        """The open connection; None if there is none.

        Starts to connect if nothing does, and waits for the first attempt.
        """
        loop = asyncio.get_running_loop()
        if self._connecting is None:
            self._first_attempt = loop.create_future()
            self._connecting = loop.create_task(self._connect(self._first_attempt))
        if self._first_attempt is not None:
            await asyncio.wait([self._first_attempt], timeout=LIMIT)
        return self._connection

    async def _connect(self, tried: "asyncio.Future[None]") -> None:
        """Try to connect until it succeeds.

        The future `tried` is done after the first attempt: no request waits longer.
        """
        pause = FIRST_PAUSE
        while self._connection is None:
            try:
                self._connection = await self._open(self._conninfo())
            except (psycopg.Error, OSError, TimeoutError) as error:
                if pause == FIRST_PAUSE:  # Logged once for each outage.
                    logger.warning("the database's generation cannot be asked for: %s", " ".join(str(error).split()))
            finally:
                self._first_attempt = None
                if not tried.done():
                    tried.set_result(None)
            if self._connection is None:
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
        self._connecting = None

    async def _open(self, conninfo: str) -> SnapshotConnection:
        async with asyncio.timeout(LIMIT):
            connection = await psycopg.AsyncConnection.connect(conninfo, autocommit=True)
            try:
                cursor = await connection.execute(f"SELECT pg_is_in_recovery(), {SERVER}")
                (standby, server), *_ = await cursor.fetchall()
                # A primary stays a primary while the connection lasts: the short query takes 21 µs instead of 29.
                query = POSTGRESQL if standby else f"SELECT {SNAPSHOT}"
                # In SQL: libpq's function for PREPARE waits for the server and would block the event loop.
                await connection.execute(f"PREPARE {STATEMENT.decode()} AS {query}")
            except BaseException:
                connection.pgconn.finish()
                raise
        self._connections += 1
        return SnapshotConnection(connection, f"{self._connections} {server} ", self.counts, self.lost)

    def lost(self, connection: SnapshotConnection) -> None:
        """Called when `connection` broke: call `broken`, and begin to connect again."""
        if connection is not self._connection:
            return
        self._connection = None
        self._broken()
        self._connecting = connection.loop.create_task(self._connect(connection.loop.create_future()))
