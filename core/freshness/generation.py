"""Whether anything was committed since: the database's own answer, asked, never guessed.

PostgreSQL: the text of `pg_current_snapshot()` with the database and the moment its server started; two
equal texts see the same data (docs/adr/0006-strict-freshness.md). SQLite: an epoch of this process with
`PRAGMA data_version` on a connection kept for nothing else. The edge asks by core/freshness/postgresql.py.
"""

import os
import sqlite3
import threading
import uuid

from django.db import connections


class Watcher:
    """A SQLite connection that only watches: `data_version` moves when another connection commits.

    It means something to this connection only. A forked process, and a file put in the old one's place,
    get a connection and an epoch of their own.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watched: tuple[int, str, int, int] | None = None
        self._connection: sqlite3.Connection | None = None
        self._epoch = ""

    def version(self, path: str) -> str:
        """The version of the database file at `path`, in terms of this process. Raises OSError, sqlite3.Error."""
        file = os.stat(path)  # noqa: PTH116 - asked for every answer from memory, and a Path costs more than the rest
        watched = (os.getpid(), path, file.st_dev, file.st_ino)
        with self._lock:
            if self._connection is None or self._watched != watched:
                # A locked file is no reason to wait: nobody then knows the version, which is an answer too.
                self._connection = sqlite3.connect(path, timeout=0, check_same_thread=False)
                self._watched, self._epoch = watched, uuid.uuid4().hex
            (version,) = self._connection.execute("PRAGMA data_version").fetchone()
            return f"{self._epoch}:{version}"

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None


_watcher = Watcher()
SERVER = "current_database() || ' ' || pg_postmaster_start_time()::text"
"""What a connection's server is called as long as the connection lasts."""

SNAPSHOT = "pg_current_snapshot()::text"
# A standby's text hides transactions that run on its primary: it is no answer.
POSTGRESQL = f"SELECT CASE WHEN NOT pg_is_in_recovery() THEN {SERVER} || ' ' || {SNAPSHOT} END"
_IDENTITY = "SELECT system_identifier::text FROM pg_control_system()"


def generation(using: str = "default") -> str | None:
    """What the committed data is called right now, or None where it cannot be said: inside a transaction, on a standby.

    File results under a generation asked *before* their rows were read; use them only while a
    generation asked after the question is still the same.
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
