"""What Django logs of a request: of a first attempt when it is known that there is no second, of many alike once."""

import logging

import structlog
from django.http import HttpRequest

from core.server.log_throttle import Throttle

logger = logging.getLogger(__name__)
_throttle = Throttle()
_django = logging.getLogger("django.request")

UNAVAILABLE = 503
DeferredRecords = list[logging.LogRecord]


def defer_errors(request: HttpRequest, deferred: DeferredRecords) -> None:
    """From now on errors of `request` are put in `held` instead of in the log."""
    request.deferred_records = deferred  # type: ignore[attr-defined]


def flush(deferred: DeferredRecords) -> None:
    """Log what was `held`: the attempt was the last."""
    for record in deferred:
        request = record.request  # type: ignore[attr-defined]
        request.deferred_records = None
        with structlog.contextvars.bound_contextvars(request_id=getattr(request, "request_id", None)):
            _django.handle(record)


def first_error(deferred: DeferredRecords) -> BaseException | None:
    """What went wrong first of what is `held`."""
    return next((record.exc_info[1] for record in deferred if record.exc_info), None)


def log_retry(error: BaseException | None) -> None:
    """Log, in place of `error`, that the read is run again, on a new connection."""
    reason = " ".join(str(error).split()) if error else "unknown"
    logger.warning("the database dropped a connection; the read is run again: %s", reason)


def _passes(record: logging.LogRecord) -> bool:
    deferred = getattr(getattr(record, "request", None), "deferred_records", None)
    if deferred is not None:
        deferred.append(record)
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
