"""Adds to the stored row counts of lists: in a transaction of `in_transaction` all at once, at its end.

Every transaction that makes or deletes rows changes some of the same few row counts, and holds them until it is
committed. Written last and in one order, they are held for a moment only, and no two transactions wait for each other.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

_PENDING = "pending_row_counts"


def add_row_counts(connection: BaseDatabaseWrapper, deltas: Mapping[str, int]) -> None:
    """Add numbers to stored row counts: `deltas` maps a list's name to what is added, which may be negative.

    A row count that does not exist yet is created.
    """
    pending: Counter[str] | None = getattr(connection, _PENDING, None)
    if pending is None:
        _write(connection, deltas)
    else:
        pending.update(deltas)


@contextmanager
def row_counts_at_the_end(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """A context manager at the end of whose block the row counts are written that were added in it.

    They are dropped where the block raises. Inside another one it does nothing.
    """
    if getattr(connection, _PENDING, None) is not None:
        yield
        return
    pending = Counter[str]()
    setattr(connection, _PENDING, pending)
    try:
        yield
    finally:
        setattr(connection, _PENDING, None)
    _write(connection, pending)


def _write(connection: BaseDatabaseWrapper, deltas: Mapping[str, int]) -> None:
    changes = sorted((name, delta) for name, delta in deltas.items() if delta)
    if changes:
        with connection.cursor() as cursor:
            # Not one statement: PostgreSQL checks the row to insert, whose delta may be negative, before its conflict.
            cursor.executemany(
                "INSERT INTO core_rowcount (name, value) VALUES (%s, 0) ON CONFLICT (name) DO NOTHING",
                [(name,) for name, _ in changes],
            )
            cursor.executemany(
                "UPDATE core_rowcount SET value = value + %s WHERE name = %s",
                [(delta, name) for name, delta in changes],
            )
