"""Background tasks: each calls one function that lives elsewhere."""

from celery import shared_task

from books import counts, sweeping


@shared_task
def recount() -> int:
    """Make every kept count true; how many were not."""
    return counts.recount()


@shared_task
def sweep() -> int:
    """Put right what killed imports left behind; how many there were."""
    return sweeping.sweep()
