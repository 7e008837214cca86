"""The Celery tasks of changes: forgetting kept answers whose time is over."""

from core.celery import app
from core.changes import kept_answers


@app.task
def forget_old_answers() -> int:
    """Delete the kept answers whose time is over; returns how many there were."""
    return kept_answers.forget_old_answers()
