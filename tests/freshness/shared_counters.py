"""Numbers that processes share through a file: what writers had acknowledged, what readers saw.

Each number is written by one process and is eight aligned bytes, so that a reader sees it whole.
"""

import mmap
from pathlib import Path

BOOKS, READERS = 8, 32
_STOP, _ACKED, _READS, _VIOLATIONS, _FAILURES = 0, 8, 64, 128, 192
_SIZE = 256


class SharedCounters:
    """The file at `path`; made if it is not there."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(8 * _SIZE))
        with path.open("r+b") as file:
            self._numbers = memoryview(mmap.mmap(file.fileno(), 8 * _SIZE)).cast("q")

    @property
    def stopped(self) -> bool:
        """Whether everybody is to end."""
        return bool(self._numbers[_STOP])

    def stop(self) -> None:
        """Let everybody end."""
        self._numbers[_STOP] = 1

    def acked(self) -> list[int]:
        """The last acknowledged version of each book."""
        return self._numbers[_ACKED : _ACKED + BOOKS].tolist()

    def acknowledge(self, book: int, version: int) -> None:
        """`version` of the book is committed, and its writer knows."""
        self._numbers[_ACKED + book] = version

    def count(self, reader: int, *, reads: int = 0, violations: int = 0, failures: int = 0) -> None:
        """Add to the numbers of one reader."""
        for place, number in ((_READS, reads), (_VIOLATIONS, violations), (_FAILURES, failures)):
            self._numbers[place + reader] += number

    @property
    def reads(self) -> int:
        """Answers checked."""
        return sum(self._numbers[_READS : _READS + READERS])

    @property
    def violations(self) -> int:
        """Answers that were older than they may be."""
        return sum(self._numbers[_VIOLATIONS : _VIOLATIONS + READERS])

    @property
    def failures(self) -> int:
        """Requests without an answer, or with an error."""
        return sum(self._numbers[_FAILURES : _FAILURES + READERS])
