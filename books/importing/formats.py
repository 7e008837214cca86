"""The catalogue formats Octavo reads, and opening a file of any of them.

To add a format: write a reader, a module with `source` and `read`, and name it in `FORMATS`.
"""

import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self, cast

from books.importing import goodbooks, gutenberg, octavo
from books.importing.records import BrokenFile, Items
from books.importing.tables import RECORD_LENGTH


class Reader(Protocol):
    """What a reader's module offers."""

    def source(self, first_line: str) -> str | None:
        """The name of the source whose file begins like this; None where it is another format's."""

    def read(self, lines: Iterable[str]) -> Items:
        """The records and rejections of a file, given by its lines, the first included."""


FORMATS: dict[str, Reader] = {
    "gutenberg": gutenberg,
    "goodbooks": goodbooks,
    "octavo": octavo,
}
"""Format name, as in `?source_format=`, to its reader."""

_GZIP = b"\x1f\x8b"


@dataclass(slots=True)
class Catalogue:
    """An open catalogue: read `items` once, in order; `position()` of `size` bytes have been consumed."""

    format: str
    source: str
    items: Items
    size: int
    file: BinaryIO

    def position(self) -> int:
        """How many bytes of the file as it is stored have been read, for a progress bar."""
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
    """The catalogue in the file at `path`, gzipped or not; its format is found out where none is named.

    Raises BrokenFile where the format is unknown, and while `items` are read where the file is damaged.
    """
    file = Path(path).open("rb")  # noqa: SIM115 - the catalogue closes it
    try:
        return read_catalogue(file, Path(path).stat().st_size, format)
    except BaseException:
        file.close()
        raise


def read_catalogue(file: BinaryIO, size: int, format: str | None = None) -> Catalogue:
    """The catalogue in an open, seekable binary file of `size` bytes, as `open_catalogue`."""
    if format is not None and format not in FORMATS:
        raise BrokenFile(f"There is no format {format!r}. {_known()}")
    zipped = file.read(2) == _GZIP
    file.seek(0)
    # GzipFile.readline is Python; a buffer over it is C.
    stream = io.BufferedReader(cast(io.RawIOBase, gzip.GzipFile(fileobj=file))) if zipped else file
    lines = _decoded(stream)
    try:
        first = next(lines, "")
    except BrokenFile as error:
        raise BrokenFile(f"{error} {_known()}") from error
    if not first.strip():
        raise BrokenFile("The file is empty.")
    for name in [format] if format else FORMATS:
        source = FORMATS[name].source(first)
        if source is not None:
            return Catalogue(name, source, FORMATS[name].read(chain([first], lines)), size, file)
    start = first.strip()[:80]
    if format:
        raise BrokenFile(f"The file is not of the format {format!r}: it begins with {start!r}.")
    raise BrokenFile(f"The format is not known: the file begins with {start!r}. {_known()}")


def _known() -> str:
    return f"The formats known are {', '.join(FORMATS)}, each in UTF-8, gzipped or not."


def _decoded(stream: BinaryIO | io.BufferedReader) -> Iterator[str]:
    """The lines of `stream` as text; raises BrokenFile where it is cut off or not UTF-8."""
    number = 0
    try:
        for line in iter(partial(stream.readline, RECORD_LENGTH), b""):
            number += 1
            if len(line) == RECORD_LENGTH and not line.endswith(b"\n"):
                raise BrokenFile(f"Line {number} is longer than {RECORD_LENGTH:,} bytes.")
            yield line.decode("utf-8" if number > 1 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise BrokenFile(f"Line {number} is not UTF-8 text (byte {error.start + 1} of it).") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BrokenFile(f"The gzip file is damaged or cut off after line {number}: {error}.") from error
