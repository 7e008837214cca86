"""SqliteStore: volatile values in a SQLite file of their own, for an installation without Redis."""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.volatile.base import Change, StoreAway, VolatileStore

WAIT_SECONDS = 5.0
"""Seconds that a writer waits for another."""

_TABLE = """
    PRAGMA journal_mode=WAL;
    PRAGMA synchronous=OFF;
    CREATE TABLE IF NOT EXISTS volatile (
        key TEXT PRIMARY KEY, value TEXT NOT NULL, expires REAL NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS volatile_expires ON volatile (expires);
"""


class SqliteStore(VolatileStore):
    """A VolatileStore in the file `path`, which all processes of one machine share."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()

    def get(self, key: str) -> str | None:
        """The value of `key`; None if it has none or its time is over. Raises StoreAway."""
        with self._connection() as connection:
            return _value(connection, key)

    def update(self, key: str, change: Change, seconds: int) -> str | None:
        """Give `key` the value that `change` makes of its old one, and return it. Raises StoreAway."""
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                old = _value(connection, key)
                new = change(old)
                if new is not None:
                    now = time.time()
                    connection.execute("DELETE FROM volatile WHERE expires <= ?", [now])
                    connection.execute("INSERT OR REPLACE INTO volatile VALUES (?, ?, ?)", [key, new, now + seconds])
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
            return old if new is None else new

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """The connection of this thread in this process, opened at its first use."""
        try:
            if getattr(self._local, "process", None) != os.getpid():
                connection = sqlite3.connect(self.path, timeout=WAIT_SECONDS, isolation_level=None)
                connection.executescript(_TABLE)
                self._local.connection, self._local.process = connection, os.getpid()
            yield self._local.connection
        except sqlite3.Error as error:
            self._local.process = None
            raise StoreAway(f"{self.path}: {error}") from error


def _value(connection: sqlite3.Connection, key: str) -> str | None:
    row = connection.execute("SELECT value FROM volatile WHERE key = ? AND expires > ?", [key, time.time()]).fetchone()
    return row[0] if row else None
