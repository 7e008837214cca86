"""Celery's background tasks; each calls one function of another module."""

from books import counts
from books.importing import recovery
from core.celery import app


@app.task
def recount() -> int:
    """Correct every stored count; returns how many were wrong."""
    return counts.recount()


@app.task
def sweep() -> int:
    """Clean up after imports whose process was killed; returns how many there were."""
    return recovery.sweep()
