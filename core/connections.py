"""Database connections that outlive requests: which of a thread's died while it used them."""

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper


def opened() -> list[BaseDatabaseWrapper]:
    """This thread's connections to a database as they are left from before: open, alive or not."""
    return [wrapper for wrapper in connections.all(initialized_only=True) if wrapper.connection is not None]


def died(used: list[BaseDatabaseWrapper]) -> bool:
    """Whether one of them turned out to be dead; asks the database, so only worth it after an error."""
    return any(wrapper.errors_occurred and not wrapper.is_usable() for wrapper in used)
