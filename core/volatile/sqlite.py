"""SqliteStore: volatile values in a SQLite file of their own, for an installation without Redis."""

import fcntl
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.volatile.base import Change, Count, StoreAway, VolatileStore

WAIT_SECONDS = 5.0
"""Seconds that a writer waits for others, each of which takes microseconds: SQLite lets nobody wait in turn."""

_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
"""Codes of errors that last until the file is replaced."""

_TABLE = """
    PRAGMA journal_mode=PERSIST;
    PRAGMA synchronous=OFF;
    CREATE TABLE IF NOT EXISTS volatile (
        key TEXT PRIMARY KEY, value TEXT NOT NULL, expires REAL NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS volatile_expires ON volatile (expires);
"""

_COUNT = """
    INSERT INTO volatile VALUES (:key, '1', :now + :seconds)
    ON CONFLICT (key) DO UPDATE SET
        value = CASE WHEN expires > :now THEN CAST(value AS INTEGER) + 1 ELSE 1 END,
        expires = CASE WHEN expires > :now THEN expires ELSE :now + :seconds END
    RETURNING CAST(value AS INTEGER), expires - :now
"""

logger = logging.getLogger(__name__)


class SqliteStore(VolatileStore):
    """A VolatileStore in the file `path`, which all processes of one machine share.

    It has a rollback journal, not WAL: with WAL, opening does not wait for others, and a file that is broken, as after
    the machine lost its power, cannot be replaced by an empty one while others have it open.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        # Threads that find the file locked sleep for a millisecond and more; in turns they wait for microseconds.
        self._turn = threading.Lock()

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
                connection.execute("COMMIT")
            except BaseException:
                # Not after an error by which SQLite itself has ended the transaction.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            return old if new is None else new

    def count(self, key: str, seconds: int) -> Count:
        """Count `key` once more, from 1 if its last count began `seconds` ago. Raises StoreAway."""
        now = time.time()
        with self._turn, self._connection() as connection:
            # fetchall: the statement writes when it is run to its end.
            ((number, left),) = connection.execute(_COUNT, {"key": key, "now": now, "seconds": seconds}).fetchall()
            if number == 1:
                connection.execute("DELETE FROM volatile WHERE expires <= ?", [now])
        return Count(number, left)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """The connection of this thread in this process, opened at its first use and where the file is another."""
        try:
            if not self._is_open():
                self._open()
            yield self._local.connection
        except (sqlite3.Error, OSError) as error:
            self._local.process = None
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _BROKEN:
                self._remove_broken()
            raise StoreAway(f"{self.path}: {error}") from error

    def _is_open(self) -> bool:
        if getattr(self._local, "process", None) != os.getpid():
            return False
        inode = self._inode()
        return inode is not None and inode == self._local.file

    def _open(self) -> None:
        self._local.process = None
        before = self._local.file = self._inode()
        connection = self._local.connection = sqlite3.connect(self.path, timeout=WAIT_SECONDS, isolation_level=None)
        connection.executescript(_TABLE)
        self._local.file = self._inode()
        if before not in (None, self._local.file):
            raise sqlite3.OperationalError("the file was replaced while it was opened")
        self._local.process = os.getpid()

    def _inode(self) -> int | None:
        try:
            return os.stat(self.path).st_ino  # noqa: PTH116 - a Path costs more than the rest
        except FileNotFoundError:
            return None

    def _remove_broken(self) -> None:
        """Remove the file that this thread has open, unless another process did; the next call makes a new one."""
        try:
            self._remove()
        except OSError:
            logger.exception("%s is broken and cannot be replaced", self.path)

    def _remove(self) -> None:
        with self.path.with_name(f"{self.path.name}.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self._local.file is not None and self._inode() == self._local.file:
                logger.warning("%s is broken and is replaced by an empty file", self.path)
                self.path.unlink()
                self.path.with_name(f"{self.path.name}-journal").unlink(missing_ok=True)


def _value(connection: sqlite3.Connection, key: str) -> str | None:
    row = connection.execute("SELECT value FROM volatile WHERE key = ? AND expires > ?", [key, time.time()]).fetchone()
    return row[0] if row else None
