"""What Django logs of a request's first attempt, kept back until it is known whether there is a second."""

import logging

import structlog
from django.http import HttpRequest

logger = logging.getLogger(__name__)
_django = logging.getLogger("django.request")

Held = list[logging.LogRecord]


def hold(request: HttpRequest, held: Held) -> None:
    """From now on errors of `request` are put in `held` instead of in the log."""
    request.held = held  # type: ignore[attr-defined]


def tell(held: Held) -> None:
    """Log what was `held`: the attempt was the last."""
    for record in held:
        request = record.request  # type: ignore[attr-defined]
        request.held = None
        with structlog.contextvars.bound_contextvars(request_id=getattr(request, "request_id", None)):
            _django.handle(record)


def first_error(held: Held) -> BaseException | None:
    """What went wrong first of what is `held`."""
    return next((record.exc_info[1] for record in held if record.exc_info), None)


def tell_of_another(error: BaseException | None) -> None:
    """Log, in place of `error`, that the read is run again, on a new connection."""
    reason = " ".join(str(error).split()) if error else "unknown"
    logger.warning("the database dropped a connection; the read is run again: %s", reason)


def _passes(record: logging.LogRecord) -> bool:
    held = getattr(getattr(record, "request", None), "held", None)
    if held is None:
        return True
    held.append(record)
    return False


_django.addFilter(_passes)
