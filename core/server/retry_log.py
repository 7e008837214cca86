"""What Django logs of a request: of a first attempt when it is known that there is no second, of many alike once."""

import logging

import structlog
from django.http import HttpRequest

from core.server.log_throttle import Throttle

logger = logging.getLogger(__name__)
_throttle = Throttle()
_django = logging.getLogger("django.request")

UNAVAILABLE = 503
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
    if held is not None:
        held.append(record)
        return False
    return getattr(record, "status_code", 0) != UNAVAILABLE or _is_due(record)


def _is_due(record: logging.LogRecord) -> bool:
    """Whether to log that something is away, which every request meets; in one line then, without where it was met."""
    if (more := _throttle.admit()) is None:
        return False
    error = record.exc_info[1] if record.exc_info else None
    reason = f": {' '.join(str(error).split())}" if error else ""
    record.msg, record.args, record.exc_info = f"{record.getMessage()}{reason}{more}", (), None
    return True


_django.addFilter(_passes)
