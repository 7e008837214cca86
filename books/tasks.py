"""Celery's background tasks; each calls one function of another module."""

from books import counts
from books.editing import renewal
from books.importing import recovery
from core.celery import app


@app.task
def recount() -> int:
    """Correct every stored count; returns how many were wrong."""
    return counts.recount()


@app.task
def renew() -> int:
    """Renew the books of authors and categories that were renamed; returns how many jobs that were."""
    return renewal.run_renewals()


@app.task
def sweep() -> int:
    """Clean up after imports whose process was killed, and go on with other jobs; returns how many there were."""
    return recovery.sweep() + renewal.run_renewals()
