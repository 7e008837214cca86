"""Transactions that are begun anew where the database ended them for a deadlock."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction

from core.database.errors import sqlstate
from core.database.row_counts import row_counts_at_the_end

T = TypeVar("T")

ATTEMPTS = 10
"""Times that a transaction is begun before its error is raised."""

_AGAIN = {"40001", "40P01"}
"""SQLSTATEs of a serialization failure and of a deadlock, which PostgreSQL ends one of the transactions for."""

_TAKEN = "23505"
"""SQLSTATE of a unique violation: another transaction may have made the row first, which the next attempt sees."""

TAKEN_ATTEMPTS = 3
"""Times that a transaction is begun that ends by a unique violation."""


def in_transaction(function: Callable[[], T]) -> T:
    """Call `function` in a transaction and return its result. It is called again if a deadlock ended the transaction.

    So it is, less often, on PostgreSQL after a unique violation. Row counts that it adds to are written last. Raises
    what it raises, and the database's error after ATTEMPTS.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic(), row_counts_at_the_end(connection):
                return function()
        except (OperationalError, IntegrityError) as error:
            taken = sqlstate(error) == _TAKEN and attempt < TAKEN_ATTEMPTS
            if not taken and (sqlstate(error) not in _AGAIN or attempt == ATTEMPTS):
                raise
        # Not at once: the other transaction may take the same locks again.
        time.sleep(random.uniform(0, min(1.0, 0.01 * 2**attempt)))  # noqa: S311  # nosec B311 # a pause, no secret
    raise AssertionError
