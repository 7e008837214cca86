"""Recovers from imports whose process was killed."""

from django.db import connection

from books.counts import recount
from books.importing.entities.emptied import sweep_emptied
from books.search.words import sweep_words
from core.database.locks import LockTakenError, exclusive_lock
from core.jobs.models import Job

IMPORT = "import"
"""The kind of an import's job, and the name of the lock it holds while it runs."""


def sweep() -> int:
    """Mark killed imports as failed, delete rows and words they left unused, recount; return the number of such jobs.

    An import was killed if its row says running and the import lock is free.
    """
    if not Job.objects.running().filter(kind=IMPORT).exists():
        return 0
    try:
        with exclusive_lock(IMPORT):
            killed = list(Job.objects.running().filter(kind=IMPORT))
            for job in killed:
                job.finish(Job.State.FAILED, "interrupted")
            sweep_emptied(connection)
            sweep_words(connection)
            recount()
    except LockTakenError:
        return 0
    return len(killed)
