"""Background tasks: each calls one function that lives elsewhere."""

from books import counts
from books.importing import recovery
from core.celery import app


@app.task
def recount() -> int:
    """Make every kept count true; how many were not."""
    return counts.recount()


@app.task
def sweep() -> int:
    """Put right what killed imports left behind; how many there were."""
    return recovery.sweep()
