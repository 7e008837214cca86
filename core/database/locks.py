"""Exclusive locks between processes, which the kernel or the database server releases when a process dies.

SQLite: an flock on a file in DATA_DIR. PostgreSQL: a session advisory lock on a connection of its own.
"""

import fcntl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

SHARED_LOCKS = 64
"""Locks that the names given to `lock_until_the_end` share."""


class LockTakenError(Exception):
    """Raised where a lock is held already, by this process or another."""


@contextmanager
def exclusive_lock(name: str) -> Iterator[None]:
    """A context manager that holds the lock `name` for its block. Raises LockTakenError at once where it is held."""
    holding = _advisory_lock if connections["default"].vendor == "postgresql" else _file_lock
    with holding(name):
        yield


def lock_until_the_end(connection: BaseDatabaseWrapper, names: Iterable[str]) -> None:
    """Hold the locks `names` until the current transaction ends, after waiting for those who hold one of them.

    Names share few locks, as PostgreSQL has room for some thousands. SQLite needs none: it has one writer at a time.
    """
    if connection.vendor == "postgresql":
        keys = sorted({key_of(f"name {key_of(name) % SHARED_LOCKS}") for name in names})
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", [keys])


def key_of(name: str) -> int:
    """The number by which PostgreSQL knows the lock `name`."""
    return int.from_bytes(blake2b(f"octavo:{name}".encode(), digest_size=8).digest(), "big", signed=True)


@contextmanager
def _file_lock(name: str) -> Iterator[None]:
    path = Path(settings.DATA_DIR) / f"{name}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockTakenError(name) from None
        yield


@contextmanager
def _advisory_lock(name: str) -> Iterator[None]:
    key = key_of(name)
    # Not the thread's own connection, which may be closed while the lock is held.
    connection = connections.create_connection("default")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
            if not cursor.fetchone()[0]:
                raise LockTakenError(name)
        try:
            yield
        finally:
            # A pooled connection stays open after close(), and with it the lock.
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
    finally:
        connection.close()
