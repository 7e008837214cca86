"""Throttle: limits how often a message is logged to one line in some seconds, with a count of those left out.

Django's log of requests goes by it for responses of status 503.
"""

import logging
import threading
import time
from collections.abc import Callable

SECONDS = 10.0
"""Seconds between two lines that one throttle admits."""

UNAVAILABLE = 503


class Throttle:
    """Says whether a message is logged now, and how many were left out since the last one. Any thread may use it."""

    def __init__(self, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._lock = threading.Lock()
        self._due: float | None = None
        self._left_out = 0

    def admit(self) -> str | None:
        """What to append to the log line: a note of how many lines were left out since the last one, or "".

        Returns None if this line is not to be logged.
        """
        with self._lock:
            now = self._clock()
            if self._due is not None and now < self._due:
                self._left_out += 1
                return None
            left_out, self._left_out = self._left_out, 0
            self._due = now + self._seconds
        return f" (and {left_out} more since this was last said)" if left_out else ""


def _passes(record: logging.LogRecord) -> bool:
    """Filter of Django's log of requests: True for each record that is to be logged; of 503s, one in some seconds."""
    if getattr(record, "status_code", 0) != UNAVAILABLE:
        return True
    if (more := _throttle.admit()) is None:
        return False
    error = record.exc_info[1] if record.exc_info else None
    reason = f": {' '.join(str(error).split())}" if error else ""
    record.msg, record.args, record.exc_info = f"{record.getMessage()}{reason}{more}", (), None
    return True


_throttle = Throttle()
logging.getLogger("django.request").addFilter(_passes)
