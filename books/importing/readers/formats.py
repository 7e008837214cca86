"""Lists the supported catalogue formats, and opens files of any of them.

To add a format: write a reader, a module with `source` and `read`, and name it in `FORMATS`.
"""

import gzip
import io
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
    """The interface of a reader module."""

    @property
    def COLUMNS(self) -> Sequence[str]:  # noqa: N802 - a module's constant
        """The columns that a file's header must name; empty where the format has no columns."""

    def source(self, first_line: str) -> str | None:
        """The name of the file's source, if `first_line` is a header of this format; else None."""

    def read(self, lines: Iterable[str]) -> Items:
        """Yield the records and rejections of a file, from all of its lines, the header included."""


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
    """An open catalogue; `items` can be iterated once. `size` is the file's size in bytes."""

    format: str
    source: str
    items: Items
    size: int
    file: BinaryIO

    def position(self) -> int:
        """The number of bytes read, compressed ones where the file is gzipped, for a progress bar."""
        return self.size if self.file.closed else min(self.file.tell(), self.size)

    def close(self) -> None:
        """Close the file."""
        self.file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_catalogue(path: str | Path, format: str | None = None) -> Catalogue:
    """Open the catalogue at `path`, gzipped or not; without `format` the format is detected by the first line.

    Raises BrokenFile where the format is unknown, and during iteration of `items` where the file is damaged.
    """
    file = Path(path).open("rb")  # noqa: SIM115 - the catalogue closes it
    try:
        return read_catalogue(file, Path(path).stat().st_size, format)
    except BaseException:
        file.close()
        raise


def read_catalogue(file: BinaryIO, size: int, format: str | None = None) -> Catalogue:
    """Like `open_catalogue`, for an open, seekable binary file of `size` bytes."""
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
        source = None if isinstance(first, Flawed) else FORMATS[name].source(first)
        if source is not None:
            return Catalogue(name, source, FORMATS[name].read(chain([first], lines)), size, file)
    raise BrokenFile(_refusal(start, first, format))


def _refusal(start: bytes, first: str, format: str | None) -> str:
    """The message that refuses a file, by its first bytes and first line, and the format asked for, if any."""
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
    """Decode the lines of `stream`; wrong or too long ones are Flawed. Raises BrokenFile on damaged gzip data."""
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
    """Read the rest of a line whose beginning has been read, and drop it."""
    while (piece := stream.readline(RECORD_LENGTH)) and not piece.endswith(b"\n"):
        pass
