"""How a load writes: one transaction after the other, each tried again after a conflict with another writer."""

from collections.abc import Callable
from typing import TypeVar

from django.db.backends.base.base import BaseDatabaseWrapper

from core.database.transactions import in_transaction

Result = TypeVar("Result")


def write_batch(connection: BaseDatabaseWrapper, write: Callable[[], Result]) -> Result:
    """Call `write` in a transaction and return its result; after a conflict it is called again.

    On PostgreSQL the transaction has parameters for writing many rows.
    """

    def prepared() -> Result:
        _set_for_a_batch(connection)
        return write()

    return in_transaction(prepared)


def use_indexes(connection: BaseDatabaseWrapper) -> None:
    """Have PostgreSQL use indexes until the transaction ends: a load's tables have no statistics, or old ones."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")


def _set_for_a_batch(connection: BaseDatabaseWrapper) -> None:
    """Set PostgreSQL's parameters for a transaction that writes many rows.

    The plans of foreign key checks are cached; one made while a table was empty scans the whole table, and the
    second 10,000 works then took 60 seconds.
    """
    use_indexes(connection)
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        # A crash of the server may lose the last commits, but only whole batches: the next run loads them again.
        cursor.execute("SET LOCAL synchronous_commit = off")
        # Pending GIN entries are merged in larger pieces; this and the line above make a load 11 % faster.
        cursor.execute("SET LOCAL work_mem = '64MB'")
