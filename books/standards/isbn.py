"""Reads and checks ISBNs. Stored are thirteen digits without hyphens."""

import re

from stdnum import isbn as standard
from stdnum.exceptions import InvalidChecksum
from stdnum.util import clean

# stdnum alone would also take nine digits (a Standard Book Number of the sixties) and 979-0, an ISMN.
_SHAPE = re.compile(r"[0-9]{9}[0-9X]|978[0-9]{10}|979[1-9][0-9]{9}")


class InvalidISBN(ValueError):
    """Raised for text that is no ISBN: `code` is `malformed` (not its shape) or `checksum` (wrong check digit)."""

    def __init__(self, text: str, code: str) -> None:
        problem = "a wrong check digit" if code == "checksum" else "not the shape of an ISBN"
        super().__init__(f"{text[:40]!r} has {problem}.")
        self.code = code


def isbn13(text: str) -> str:
    """The 13 digits of the ISBN-10 or ISBN-13 in `text`, which may have hyphens and spaces. Raises InvalidISBN."""
    compact = clean(text, " -").strip().upper()
    if not _SHAPE.fullmatch(compact):
        raise InvalidISBN(text, "malformed")
    try:
        return standard.validate(compact, convert=True)
    except InvalidChecksum:
        raise InvalidISBN(text, "checksum") from None


def isbn10(isbn13: str) -> str | None:
    """The ten-digit form of a valid ISBN-13; None if it has none (only those that begin with 978 have one)."""
    return standard.to_isbn10(isbn13) if isbn13.startswith("978") else None
