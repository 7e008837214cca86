"""Recovery from imports whose process was killed."""

from django.db import connection

from books.counts import recount
from books.importing.entities.emptied import sweep_emptied
from books.importing.import_lock import IMPORT, import_lock
from books.search.words import sweep_words
from core.database.locks import LockTakenError
from core.jobs.models import Job


def sweep() -> int:
    """Clean up after killed imports, and return how many there were.

    Their jobs are marked as failed, rows that lost their last book are deleted, and stored counts are corrected. An
    import was killed if its job's state is running while the import lock is free.
    """
    if not Job.objects.running().filter(kind=IMPORT).exists():
        return 0
    try:
        with import_lock():
            killed = list(Job.objects.running().filter(kind=IMPORT))
            for job in killed:
                job.finish(Job.State.FAILED, "interrupted")
            sweep_emptied(connection)
            sweep_words(connection)
            recount()
    except LockTakenError:
        return 0
    return len(killed)
