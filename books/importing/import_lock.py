"""The import lock: only one process at a time may load books, or clean up after an import that was killed."""

from contextlib import AbstractContextManager

from core.database.locks import exclusive_lock

IMPORT = "import"
"""The name of the lock, and the kind of an import's job."""


def import_lock() -> AbstractContextManager[None]:
    """A context manager that holds the lock for its block. Raises LockTakenError at once if it is held already.

    The kernel or the database server releases the lock when its process dies (core.database.locks), so a job whose
    row says running while the lock is free belongs to an import that was killed.
    """
    return exclusive_lock(IMPORT)
