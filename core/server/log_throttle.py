"""One line for what happens thousands of times a second, then a count."""

import threading
import time
from collections.abc import Callable

SECONDS = 10.0
"""Between two lines about the same."""


class Throttle:
    """Says when another line about one thing is due, and how many were left out since the last. For any thread."""

    def __init__(self, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._lock = threading.Lock()
        self._due: float | None = None
        self._left_out = 0

    def admit(self) -> str | None:
        """None if the line is to be left out; else what to put at its end: how many were, or nothing."""
        with self._lock:
            now = self._clock()
            if self._due is not None and now < self._due:
                self._left_out += 1
                return None
            left_out, self._left_out = self._left_out, 0
            self._due = now + self._seconds
        return f" (and {left_out} more since this was last said)" if left_out else ""
