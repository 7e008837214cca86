"""The generation: a text that names the state of the committed data, and changes with every commit.

PostgreSQL: the text of `pg_current_snapshot()` with the database and the moment its server started; at two moments with
equal texts the same data is seen (docs/adr/0006-strict-freshness.md). SQLite: `PRAGMA data_version`, read on a
connection used for nothing else, with a random text for that connection. The response cache does not call `generation`
but asks from the event loop, by core/freshness/postgresql.py and core/freshness/sqlite.py.
"""

import os
import sqlite3
import threading
import uuid

from django.db import connections


class Watcher:
    """A SQLite connection used only to read `PRAGMA data_version`, which changes when another connection commits.

    Its numbers can be compared only if they were read on one connection. So each connection has a random text, its
    epoch, and a forked process, or a file that replaced the old one, gets a new connection with a new epoch.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watched: tuple[int, str, int, int] | None = None
        self._connection: sqlite3.Connection | None = None
        self._epoch = ""

    def version(self, path: str) -> str:
        """The epoch and `data_version` of the database file at `path`, as one text. Raises OSError, sqlite3.Error."""
        file = os.stat(path)  # noqa: PTH116 - called for every cache hit, and a Path costs more than the rest
        watched = (os.getpid(), path, file.st_dev, file.st_ino)
        with self._lock:
            if self._connection is None or self._watched != watched:
                # No wait for a locked file: without a version a request goes to the application.
                self._connection = sqlite3.connect(path, timeout=0, check_same_thread=False)
                self._watched, self._epoch = watched, uuid.uuid4().hex
            (version,) = self._connection.execute("PRAGMA data_version").fetchone()
            return f"{self._epoch}:{version}"

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None


_watcher = Watcher()
SERVER = "current_database() || ' ' || pg_postmaster_start_time()::text"
"""SQL that names a connection's database and server; it stays the same while the connection lasts."""

SNAPSHOT = "pg_current_snapshot()::text"
# A standby's snapshot hides transactions that run on its primary, so the result there is NULL.
POSTGRESQL = f"SELECT CASE WHEN NOT pg_is_in_recovery() THEN {SERVER} || ' ' || {SNAPSHOT} END"
_IDENTITY = "SELECT system_identifier::text FROM pg_control_system()"


def generation(using: str = "default") -> str | None:
    """The generation of the database `using` now; None inside a transaction, on a standby, or on a locked file.

    Store results under a generation asked for *before* their rows were read; use them for a request only if a
    generation asked for after it arrived is equal.
    """
    connection = connections[using]
    if connection.in_atomic_block:
        return None
    if connection.vendor == "sqlite":
        try:
            return _watcher.version(str(connection.settings_dict["NAME"]))
        except sqlite3.OperationalError:
            return None
    with connection.cursor() as cursor:
        cursor.execute(f"{POSTGRESQL}, ({_IDENTITY})")
        text, server = cursor.fetchone()
    return None if text is None else f"{server} {text}"
