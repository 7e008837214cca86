"""Whether anything was committed since: the database's own answer, asked, never guessed.

PostgreSQL: the text of `pg_current_snapshot()` with the server's start time; two equal texts of
one server see the same data. SQLite: an epoch of this process with `PRAGMA data_version` on a
connection kept for nothing else.
"""

import sqlite3
import threading
import uuid
from typing import Final

from django.db import connections

_EPOCH: Final = uuid.uuid4().hex


class _Watcher:
    """A SQLite connection that only watches: `data_version` moves when another connection commits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._path = ""
        self._connection: sqlite3.Connection | None = None

    def version(self, path: str) -> str:
        """The version of the database file at `path`, in terms of this process."""
        with self._lock:
            if self._connection is None or self._path != path:
                self._connection = sqlite3.connect(path, check_same_thread=False, uri=path.startswith("file:"))
                self._path = path
            (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        return f"{_EPOCH}:{path}:{id(self._connection)}:{version}"


_watcher = _Watcher()


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
        cursor.execute("SELECT pg_postmaster_start_time()::text || pg_current_snapshot()::text")
        return str(cursor.fetchone()[0])
