"""Table: reads a CSV catalogue row by row, with correct line numbers, and rejects bad rows one at a time."""

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from operator import itemgetter

from books.importing.records import RAW_LENGTH, RECORD_LENGTH, BrokenFile, Flawed, Rejection, readable_key

# The default limit is 131,072 characters a field; the setting applies to the whole process.
csv.field_size_limit(RECORD_LENGTH)

Row = tuple[str, ...]


def has_columns(line: str, columns: tuple[str, ...]) -> bool:
    """Whether the first line of a file, `line`, is a CSV header that names all of `columns`."""
    return {name.strip().strip('"') for name in line.lstrip("\ufeff").split(",")}.issuperset(columns)


class Table:
    """A CSV file with a header; iterating yields a tuple for each row, or a Rejection, in the order of the file.

    A row has the values of `columns` in that order, whatever the order in the file; the first of them is the record's
    key, other columns are ignored. `start` is a pattern of the first line of a record: after a stray quote, which joins
    rows, reading resumes at the next line that matches, so that only one row is rejected.
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
        """The number of the line on which the current row begins."""
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
                flawed, picked = self._feed.flawed, self._pick(row)
                yield picked if flawed is None else self.reject(flawed.reason, flawed.message, picked[0].strip())
            elif row:
                yield self._spoiled("wrong_columns", f"The row has {len(row)} columns, not {self._width}.")

    def _read_on(self) -> None:
        """Go on with a new csv reader at the next line, outside of any quoted field."""
        self._reader = csv.reader(self._feed.lines(), strict=True)

    def reject(self, reason: str, message: str, key: str = "") -> Rejection:
        """A Rejection of the current row, with its lines as they stand in the file, and its record's key if known."""
        return Rejection(self.position, reason, message, "".join(self._feed.taken)[:RAW_LENGTH], readable_key(key))

    def _spoiled(self, reason: str, message: str) -> Rejection:
        """A Rejection of the current row, which ends before the next line that looks like the start of a record.

        Reading goes on at that line.
        """
        lines = self._feed.taken
        self._feed.unread(next((n for n, line in enumerate(lines) if n and self._start.match(line)), len(lines)))
        if len(lines) > 1:
            message += f" It spans lines {self.position} to {self.position + len(lines) - 1}."
        return self.reject(reason, message)


class _Feed:
    """Gives lines to a csv reader, without NUL characters; counts them, and keeps those of the current record."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._source = iter(lines)
        self._unread: deque[str] = deque()
        self._line = self._length = 0
        self.position = 1
        self.taken: list[str] = []
        self.ended = False
        self.flawed: Flawed | None = None

    def begin(self) -> None:
        """Begin a new record at the next line: forget the lines of the last one."""
        self.taken.clear()
        self._length, self.flawed = 0, None
        self.position = self._line + 1

    def unread(self, count: int) -> None:
        """Give back the lines of the current record after its first `count`: they will be read again."""
        self._unread.extendleft(reversed(self.taken[count:]))
        self._line -= len(self.taken) - count
        del self.taken[count:]

    def lines(self) -> Iterator[str]:
        """Yield the lines, first those given back. Raises _TooLongError where a record exceeds RECORD_LENGTH."""
        unread, taken = self._unread, self.taken
        while True:
            line = unread.popleft() if unread else next(self._source, "")
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
    """Raised where the current record exceeds RECORD_LENGTH characters; its lines so far stay in `_Feed.taken`."""
