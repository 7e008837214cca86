"""Whether anything was committed since: the database's own answer, asked, never guessed.

PostgreSQL: the text of `pg_current_snapshot()` with the database and the server's start time; two
equal texts see the same data. SQLite: an epoch of this process with `PRAGMA data_version` on a
connection kept for nothing else.
"""

import os
import sqlite3
import threading
import uuid
from pathlib import Path

from django.db import connections


class _Watcher:
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
        """The version of the database file at `path`, in terms of this process."""
        file = Path(path).stat()
        watched = (os.getpid(), path, file.st_dev, file.st_ino)
        with self._lock:
            if self._connection is None or self._watched != watched:
                self._connection = sqlite3.connect(path, check_same_thread=False)
                self._watched, self._epoch = watched, uuid.uuid4().hex
            (version,) = self._connection.execute("PRAGMA data_version").fetchone()
            return f"{self._epoch}:{version}"


_watcher = _Watcher()
_POSTGRESQL = "SELECT current_database() || pg_postmaster_start_time()::text || pg_current_snapshot()::text"


def generation(using: str = "default") -> str | None:
    """What the committed data is called right now, or None where it cannot be said: inside a transaction.

    File results under a generation asked *before* their rows were read; use them only while a
    generation asked after the question is still the same.
    """
    connection = connections[using]
    if connection.in_atomic_block:
        return None
    if connection.vendor == "sqlite":
        return _watcher.version(str(connection.settings_dict["NAME"]))
    with connection.cursor() as cursor:
        cursor.execute(_POSTGRESQL)
        return str(cursor.fetchone()[0])
