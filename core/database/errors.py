"""What an error of the database means to whoever sent the request."""

import sqlite3

from django.db import Error, InterfaceError, OperationalError

TOO_LARGE = "54"
"""What the SQLSTATEs of values that exceed a limit of PostgreSQL begin with."""

_PASSING = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL,
}  # fmt: skip


def is_away(error: Error) -> bool:
    """Whether `error` says that the database cannot be used now, and not that a statement is wrong.

    SQLite reports nearly every error as operational, a missing table too; only some of them pass by themselves.
    """
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    cause = error.__cause__
    return not isinstance(cause, sqlite3.Error) or (getattr(cause, "sqlite_errorcode", 0) & 0xFF) in _PASSING


def sqlstate(error: BaseException) -> str:
    """PostgreSQL's code for a database error; "" for others."""
    return getattr(error.__cause__, "sqlstate", None) or ""
