"""The supported catalogue formats, and functions that open a file of any of them.

To add a format: write a reader, a module with `source` and `read`, and name it in `FORMATS`.
"""

import gzip
import io
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self, cast

from books.importing.readers import goodbooks, gutenberg, octavo
from books.importing.readers.file_signatures import START, explain_header, kind_of_file
from books.importing.records import RAW_LENGTH, RECORD_LENGTH, BrokenFile, Flawed, Items


class Reader(Protocol):
    """The interface of the module that reads one format."""

    @property
    def COLUMNS(self) -> Sequence[str]:  # noqa: N802 - a module's constant
        """The columns that a file's header must name; empty for a format without columns."""

    def source(self, first_line: str) -> str | None:
        """The name of a file's source if its first line is a header of this format, "" if it names none; else None."""

    def read(self, lines: Iterable[str]) -> Items:
        """Yield the records and rejections of a file; `lines` are all of its lines, the header included."""


FORMATS: dict[str, Reader] = {
    "gutenberg": gutenberg,
    "goodbooks": goodbooks,
    "octavo": octavo,
}
"""The reader of each format, by its name, as in `?source_format=`."""

_GZIP, _BOM = b"\x1f\x8b", b"\xef\xbb\xbf"
_DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile)


@dataclass(slots=True)
class Catalogue:
    """An open catalogue file. `items` are its records and rejections, to be iterated once; `size` is in bytes."""

    format: str
    source: str
    items: Items
    size: int
    file: BinaryIO

    def position(self) -> int:
        """How many bytes of the file have been read, for a progress bar; compressed bytes if the file is gzipped."""
        return self.size if self.file.closed else min(self.file.tell(), self.size)

    def close(self) -> None:
        """Close the catalogue's file."""
        self.file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


SOURCE = re.compile(r"[A-Za-z0-9._:-]{1,40}")
"""The name of a source."""


def open_catalogue(path: str | Path, format: str | None = None, source: str | None = None) -> Catalogue:
    """Open the catalogue file at `path`, gzipped or not. Without `format` the first line decides which format it is.

    `source` names whose keys the records have, instead of what the file says. Raises BrokenFile if the format or the
    source is unknown, and while `items` is iterated if the file is damaged.
    """
    file = Path(path).open("rb")  # noqa: SIM115 - the catalogue closes it
    try:
        return read_catalogue(file, Path(path).stat().st_size, format, source)
    except BaseException:
        file.close()
        raise


def read_catalogue(file: BinaryIO, size: int, format: str | None = None, source: str | None = None) -> Catalogue:
    """Open the catalogue in `file`, an open binary file of `size` bytes that can seek.

    `format`, `source` and the exceptions are those of `open_catalogue`.
    """
    if source is not None and not SOURCE.fullmatch(source):
        raise BrokenFile(f"{source!r} names no source: 1 to 40 letters, digits, - _ . and : do.")
    if format is not None and format not in FORMATS:
        raise BrokenFile(f"There is no format {format!r}. {_known()}")
    zipped = file.read(2) == _GZIP
    file.seek(0)
    # GzipFile.readline is implemented in Python; BufferedReader.readline is faster, in C.
    stream = io.BufferedReader(cast(io.RawIOBase, gzip.GzipFile(fileobj=file))) if zipped else file
    try:
        start = stream.read(START)
        stream.seek(len(_BOM) if start.startswith(_BOM) else 0)
        lines = _decoded(stream)
        first = next(lines, "")
    except _DAMAGED as error:
        raise BrokenFile(f"The gzip file is damaged: {error}. {_known()}") from error
    for name in [format] if format else FORMATS:
        said = None if isinstance(first, Flawed) else FORMATS[name].source(first)
        if said is not None:
            if not (owner := source or said):
                raise BrokenFile("The file does not say whose records these are: name their source.")
            if not SOURCE.fullmatch(owner):
                raise BrokenFile(f"The header's source is {owner!r}: 1 to 40 letters, digits, - _ . and : name one.")
            return Catalogue(name, owner, FORMATS[name].read(chain([first], lines)), size, file)
    raise BrokenFile(_refusal(start, first, format))


def _refusal(start: bytes, first: str, format: str | None) -> str:
    """A message that says why a file is refused, by its first bytes and line, and the format asked for, if any."""
    if not first:
        return "The file is empty."
    if not first.strip() and not start.strip():
        return f"The file begins with empty lines, or is empty. {_known()}"
    refused = f"The file is not of the format {format!r}" if format else "The format is not known"
    headers = {name: reader.COLUMNS for name, reader in FORMATS.items() if reader.COLUMNS and format in (None, name)}
    if what := kind_of_file(start):
        return f"{refused}: the file is {what}. {_known()}"
    if isinstance(first, Flawed):
        return f"{refused}: {first.message} {_known()}"
    begins = f"{refused}: {'it' if format else 'the file'} begins with {first.strip()[:80]!r}."
    return " ".join(filter(None, [begins, explain_header(first, headers), _known()]))


def _known() -> str:
    return f"The formats known are {', '.join(FORMATS)}, each in UTF-8, gzipped or not."


def _decoded(stream: BinaryIO | io.BufferedReader) -> Iterator[str]:
    """Yield the lines of `stream` as text; a line that is not UTF-8, or too long, as a Flawed.

    Raises BrokenFile where gzip data is damaged.
    """
    number = 0
    try:
        for line in iter(partial(stream.readline, RECORD_LENGTH), b""):
            number += 1
            if len(line) == RECORD_LENGTH and not line.endswith(b"\n"):
                _skip_line(stream)
                message = f"Line {number} is longer than {RECORD_LENGTH:,} bytes."
                yield Flawed.of(line[:RAW_LENGTH], "too_long", message)
                continue
            try:
                text = line.decode()
            except UnicodeDecodeError as error:
                message = f"Line {number} is not UTF-8 text (byte {error.start + 1} of it)."
                text = Flawed.of(line, "not_utf8", message)
            yield text
    except _DAMAGED as error:
        if not number:
            raise
        raise BrokenFile(f"The gzip file is damaged or cut off after line {number}: {error}.") from error


def _skip_line(stream: BinaryIO | io.BufferedReader) -> None:
    """Read on to the end of a line whose beginning has been read, and drop what is read."""
    while (piece := stream.readline(RECORD_LENGTH)) and not piece.endswith(b"\n"):
        pass
