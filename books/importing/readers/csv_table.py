"""Catalogues in CSV, row by row: line numbers that are true, bad rows rejected, the rest kept."""

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from operator import itemgetter

from books.importing.records import RAW_LENGTH, RECORD_LENGTH, BrokenFile, Flawed, Rejection

# csv would refuse fields of more than 131,072 characters; the limit is the process's own.
csv.field_size_limit(RECORD_LENGTH)

Row = tuple[str, ...]


def has_columns(line: str, columns: tuple[str, ...]) -> bool:
    """Whether `line`, the first of a file, is a CSV header that names all of `columns`."""
    return {name.strip().strip('"') for name in line.lstrip("\ufeff").split(",")}.issuperset(columns)


class Table:
    """The rows of a CSV file with a header; iterating gives rows and rejections in file order.

    `columns` are what a row gives, whatever their order in the file and whatever stands between
    them. `start` matches the first line of a record: with it a row spoiled by a stray quote costs
    only itself, although the quote swallowed the rows after it.
    """

    def __init__(self, lines: Iterable[str], columns: tuple[str, ...], start: re.Pattern[str]) -> None:
        self._feed = _Feed(lines)
        self._start = start
        self._read_on()
        try:
            header = [name.lstrip("\ufeff").strip() for name in next(self._reader, [])]
        except (csv.Error, _TooLongError) as error:
            raise BrokenFile(f"The header is not valid CSV: {error}.") from error
        if missing := [name for name in columns if name not in header]:
            raise BrokenFile(f"The header lacks {', '.join(missing)}.")
        self._width = len(header)
        self._pick = itemgetter(*map(header.index, columns))

    @property
    def position(self) -> int:
        """The line on which the row given last begins."""
        return self._feed.position

    def __iter__(self) -> Iterator[Row | Rejection]:
        while True:
            self._feed.begin()
            try:
                row = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                if self._feed.ended:
                    raise BrokenFile(
                        f"The file is cut off: a quoted field of the record on line {self.position} is not closed."
                    ) from error
                yield self._spoiled("malformed_row", f"The row is not valid CSV: {error}.")
                continue
            except _TooLongError as error:
                yield self._spoiled("too_long", str(error))
                self._read_on()
                continue
            if len(row) == self._width:
                flawed = self._feed.flawed
                yield self._pick(row) if flawed is None else self.reject(flawed.reason, flawed.message)
            elif row:
                yield self._spoiled("wrong_columns", f"The row has {len(row)} columns, not {self._width}.")

    def _read_on(self) -> None:
        """Begin a row, whatever the reader was in the middle of."""
        self._reader = csv.reader(self._feed.lines(), strict=True)

    def reject(self, reason: str, message: str) -> Rejection:
        """The rejection of the row given last."""
        return Rejection(self.position, reason, message, "".join(self._feed.taken)[:RAW_LENGTH])

    def _spoiled(self, reason: str, message: str) -> Rejection:
        """Reject the lines up to the next that starts a record, and read on from there."""
        lines = self._feed.taken
        self._feed.give_back(next((n for n, line in enumerate(lines) if n and self._start.match(line)), len(lines)))
        if len(lines) > 1:
            message += f" It spans lines {self.position} to {self.position + len(lines) - 1}."
        return self.reject(reason, message)


class _Feed:
    """The lines for csv, which gets them without NUL, counted and remembered until their record is complete."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._source = iter(lines)
        self._again: deque[str] = deque()
        self._line = self._length = 0
        self.position = 1
        self.taken: list[str] = []
        self.ended = False
        self.flawed: Flawed | None = None

    def begin(self) -> None:
        """Start a record on the next line."""
        self.taken.clear()
        self._length, self.flawed = 0, None
        self.position = self._line + 1

    def give_back(self, kept: int) -> None:
        """Leave the record its first `kept` lines and read the others again."""
        self._again.extendleft(reversed(self.taken[kept:]))
        self._line -= len(self.taken) - kept
        del self.taken[kept:]

    def lines(self) -> Iterator[str]:
        """The lines, those given back first; raises _TooLongError where a record has no end."""
        again, taken = self._again, self.taken
        while True:
            line = again.popleft() if again else next(self._source, "")
            if not line:
                self.ended = True
                return
            self._line += 1
            self._length += len(line)
            taken.append(line)
            if type(line) is Flawed:
                self.flawed = self.flawed or line
                if line.reason == "too_long":
                    raise _TooLongError(line.message)
            if self._length > RECORD_LENGTH:
                raise _TooLongError(
                    f"The record is longer than {RECORD_LENGTH:,} characters:"
                    " a quoted field in it is probably never closed."
                )
            yield line.replace("\0", "") if "\0" in line else line


class _TooLongError(Exception):
    """The row at hand is longer than one may be; its lines so far have been taken."""
