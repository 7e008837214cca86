"""Putting right what killed jobs left behind."""

from django.db import connection

from books.counts import recount
from books.importing.entities.emptied import sweep_emptied
from core.database.locks import LockTakenError, exclusive_lock
from core.jobs.models import Job

IMPORT = "import"
"""The kind of an import's job, and the name of the lease it holds while it runs."""


def sweep() -> int:
    """Mark imports that were killed as failed, sweep what they emptied, make the kept counts true; how many there were.

    A job that says it runs while nobody holds its lease has no process any more.
    """
    if not Job.objects.running().filter(kind=IMPORT).exists():
        return 0
    try:
        with exclusive_lock(IMPORT):
            killed = list(Job.objects.running().filter(kind=IMPORT))
            for job in killed:
                job.finish(Job.State.FAILED, "interrupted")
            sweep_emptied(connection)
            recount()
    except LockTakenError:
        return 0
    return len(killed)
