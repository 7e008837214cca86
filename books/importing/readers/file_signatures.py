"""Recognizes files that are no catalogue by their first bytes or their header, for an error message with advice."""

from collections.abc import Mapping, Sequence
from itertools import chain

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a zip file (or a spreadsheet or a document, which are zip files): unpack it, or save it as CSV"),
    (b"PK\x05\x06", "an empty zip file"),
    (b"\xfd7zXZ\x00", "compressed with xz: unpack it first"),
    (b"BZh", "compressed with bzip2: unpack it first"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd: unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it first"),
    (b"Rar!\x1a\x07", "a RAR archive: unpack it first"),
    (b"\x1f\x8b", "gzipped twice: unpack it once"),
    (b"%PDF-", "a PDF document"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"PGDMP", "a PostgreSQL dump"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document: save it as CSV"),
    (b"\xff\xfe\x00\x00", "text in UTF-32: save it as UTF-8"),
    (b"\x00\x00\xfe\xff", "text in UTF-32: save it as UTF-8"),
    (b"\xff\xfe", "text in UTF-16: save it as UTF-8"),
    (b"\xfe\xff", "text in UTF-16: save it as UTF-8"),
)
_TEXTS: tuple[tuple[bytes, str], ...] = (
    (b"<!doctype html", "an HTML page: the address it was fetched from may ask for a login"),
    (b"<html", "an HTML page: the address it was fetched from may ask for a login"),
    (b"<", "XML"),
    (b"{", 'JSON without Octavo\'s header, {"_format": "octavo", "version": 1, "source": …}, as its first line'),
    (b"[", "a JSON array: one object to a line is read, without brackets and commas around them"),
)
_TAR = slice(257, 262)
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}

START = 512
"""Bytes of a file that are examined."""


def kind_of_file(start: bytes) -> str | None:
    """What kind of file begins with the bytes `start`, with advice, as part of a sentence; None if it is not known.

    `start` are the file's first START bytes.
    """
    if start[_TAR] == b"ustar":
        return "a tar archive: unpack it first"
    for signature, name in _SIGNATURES:
        if start.startswith(signature):
            return name
    if _is_wide(start):
        return "text in UTF-16: save it as UTF-8"
    if start[:5].isdigit() and start[20:24] == b"4500":
        return "MARC 21"
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return next((name for beginning, name in _TEXTS if text.startswith(beginning)), None)


def _is_wide(start: bytes) -> bool:
    """Whether every second one of the first 16 bytes is NUL: text in UTF-16 without a byte order mark."""
    first = start[:16]
    return len(first) >= 8 and any(not any(first[half::2]) and all(first[1 - half :: 2]) for half in (0, 1))


def explain_header(line: str, formats: Mapping[str, Sequence[str]]) -> str | None:
    """A sentence on how the header `line` differs from that of the most similar format.

    `formats` maps a format's name to the columns that its header must have. None if the line has no column of any.
    """
    separator = max(chain(",", _SEPARATORS), key=line.count)
    names = [name.strip().strip('"').strip() for name in line.removeprefix("\ufeff").split(separator)]
    common = {format: len(set(columns).intersection(names)) for format, columns in formats.items()}
    closest = max(common, key=common.__getitem__, default="")
    if not closest or not common[closest]:
        return None
    missing = [name for name in formats[closest] if name not in names]
    unknown = [name[:40] for name in names if name not in formats[closest]]
    differences = []
    if separator in _SEPARATORS:
        differences.append(f"its columns are separated by {_SEPARATORS[separator]}, not by commas")
    if missing:
        differences.append(f"it lacks {', '.join(missing)}")
        if unknown:
            differences.append(f"it has {', '.join(map(repr, unknown[:20]))}, which {closest} does not know")
    return f"It is like the format {closest!r}, but {'; '.join(differences)}." if differences else None
