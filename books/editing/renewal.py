"""Renewing books after their author or category got another name: at once if they are few, else by a job.

The job is a row, written with the change. A worker renews some books in each transaction and notes there how far it has
come, so that a killed one is gone on with (books.tasks.sweep).
"""

import logging

from django.db import OperationalError, transaction
from kombu.exceptions import OperationalError as BrokerAway

from books.authority import renew_books
from books.models import BookAuthor, BookCategory
from core.celery import app
from core.database.errors import TOO_LARGE, sqlstate
from core.database.locks import LockTakenError, exclusive_lock
from core.database.transactions import in_transaction
from core.jobs.models import Job

KIND = "renew"
"""The kind of these jobs, and the name of the lock of whoever carries them out."""

AT_ONCE = 1_000
"""Most books that are renewed in the transaction of the change."""

CHUNK = 500
"""Books that a job renews in one transaction."""

logger = logging.getLogger(__name__)


def renew_books_of(resource: str, pk: int) -> None:
    """Renew the books of an author or a category, or leave a job that does; called in the transaction of its change."""
    renew_or_leave(_books(resource, pk, 0, AT_ONCE + 1), resource, pk)


def renew_or_leave(books: list[int], resource: str, *pks: int) -> None:
    """Renew `books` if they are few; else leave a job for each row of `resource` with an id in `pks`."""
    if len(books) <= AT_ONCE:
        renew_books(books)
        return
    for pk in pks:
        Job.objects.create(kind=KIND, parameters={"resource": resource, "id": pk})
    transaction.on_commit(_wake)


def run_renewals() -> int:
    """Carry out the jobs that wait or were interrupted, and return how many; none while another process does so."""
    done = 0
    try:
        with exclusive_lock(KIND):
            while job := Job.objects.filter(kind=KIND, state__in=Job.UNFINISHED).order_by("created_at").first():
                _run_or_fail(job)
                done += 1
    except LockTakenError:
        return done
    return done


def _run_or_fail(job: Job) -> None:
    """Run a job; one whose books' texts are too long for the database's index fails, and those behind it go on."""
    try:
        _run(job)
    except OperationalError as error:
        if not sqlstate(error).startswith(TOO_LARGE):
            raise
        logger.exception("a book cannot be found by a new name")
        job.finish(Job.State.FAILED)


def _run(job: Job) -> None:
    if job.state == Job.State.QUEUED:
        job.start()
    while progress := in_transaction(lambda: _renew_some(job)):
        job.progress = progress
    job.finish(Job.State.SUCCEEDED)


def _renew_some(job: Job) -> dict[str, int]:
    """Renew the next books of a job, and note how far it has come; return that, or {} where there are no more."""
    last, done = job.progress.get("last", 0), job.progress.get("done", 0)
    books = _books(job.parameters["resource"], job.parameters["id"], last, CHUNK)
    if not books:
        return {}
    renew_books(books)
    progress = {"last": books[-1], "done": done + len(books)}
    Job.objects.filter(pk=job.pk).update(progress=progress)
    return progress


def _books(resource: str, pk: int, last: int, limit: int) -> list[int]:
    """The ids of the first `limit` books of an author or a category with an id above `last`, ascending."""
    links = (
        BookAuthor.objects.filter(author=pk)
        if resource == "authors"
        else BookCategory.objects.filter(category__ancestors__ancestor=pk)
    )
    ids = links.filter(book__gt=last).order_by("book_id").values_list("book_id", flat=True).distinct()
    return list(ids[:limit])


def _wake() -> None:
    """Tell a worker that there is a job; without a broker the next sweep finds it."""
    try:
        app.send_task("books.tasks.renew", retry=False)
    except (BrokerAway, OSError) as error:
        logger.warning("a job waits for the next sweep, as no worker can be told: %s", error)
