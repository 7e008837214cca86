"""Reads and checks ISBNs in all forms in which people write them. Stored are thirteen digits without hyphens."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from stdnum import isbn as standard
from stdnum.exceptions import InvalidChecksum

# stdnum alone would also take nine digits (a Standard Book Number of the sixties) and 979-0, an ISMN.
_SHAPE = re.compile(r"[0-9]{9}[0-9X]|978[0-9]{10}|979[1-9][0-9]{9}")
# The word ISBN, and the 10 or 13 of `ISBN-13`: no digits of the number, because no group of publishers begins with 10
# or 13 before a hyphen or blank.
_LABEL = re.compile(r"[A-Z]?ISBNS?(?:[ -]?1[03](?![0-9]))?")
_LABEL_FIRST = re.compile(rf"\A(?:URN:)?{_LABEL.pattern}[ :]*")
# Digits with hyphens between them, which end with the text, a blank or a mark: never a part of a longer number or of
# a code like `on1234567890`. Letters behind it are taken for a word that lacks its blank (`0316769177pbk`).
_PIECE = re.compile(
    r"(?<![0-9A-Z])(?<![0-9]-)(?>[0-9]+(?:-[0-9]+)*(?:-?X(?![A-Z]))?|X(?![A-Z]))(?!-?[0-9])(?![A-Z]*[0-9])"
)
_DASHES = re.compile(r"[-.]+")
# Dashes that Unicode does not class as such: minus signs, a bullet, the Japanese long vowel mark, a line of a box.
_OTHER_DASHES = frozenset("\u2212\u02d7\u2043\u30fc\u2500")
_OTHER_X = frozenset("\u03a7\u03c7\u0425\u0445")
"""The Greek and Cyrillic letters that stand on the key of x."""


class InvalidISBN(ValueError):
    """Raised for text that is no ISBN: `code` is `malformed` (not its shape) or `checksum` (wrong check digit)."""

    def __init__(self, text: str, code: str) -> None:
        problem = "a wrong check digit" if code == "checksum" else "not the shape of an ISBN"
        super().__init__(f"{text[:40]!r} has {problem}.")
        self.code = code


def isbn13(text: str) -> str:
    """The 13 digits of `text`, which must be one ISBN-10 or -13 in any form and nothing else. Raises InvalidISBN."""
    compact = _LABEL_FIRST.sub("", _plain(text)).replace(" ", "").replace("-", "")
    if not _SHAPE.fullmatch(compact):
        raise InvalidISBN(text, "malformed")
    if not (found := _validated(compact)):
        raise InvalidISBN(text, "checksum")
    return found


def isbns_in(text: str) -> tuple[str, ...]:
    """The valid ISBNs anywhere in `text`, as ISBN-13 without doubles, in order.

    An ISBN has ten or thirteen digits of any script, with dashes and blanks between them, and `ISBN` or other words
    around it. One with a wrong check digit is left out; none is cut out of a longer number.
    """
    plain = _LABEL.sub("|", _plain(text))
    pieces = list(_PIECE.finditer(plain))
    found, first = dict[str, None](), 0
    while first < len(pieces):
        isbn, used = _longest(plain, pieces[first : first + 13])
        if isbn:
            found[isbn] = None
        first += used
    return tuple(found)


def isbn10(isbn13: str) -> str | None:
    """The ten-digit form of a valid ISBN-13; None if it has none (only those that begin with 978 have one)."""
    return standard.to_isbn10(isbn13) if isbn13.startswith("978") else None


def _longest(plain: str, pieces: Sequence[re.Match[str]]) -> tuple[str, int]:
    """The longest valid ISBN that the first of `pieces` make together, and how many do; without one, empty and 1."""
    digits, longest = "", ("", 1)
    for number, piece in enumerate(pieces, start=1):
        if number > 1 and plain[pieces[number - 2].end() : piece.start()].strip(" -"):
            break
        digits += piece[0].replace("-", "")
        if len(digits) > 13:
            break
        if _SHAPE.fullmatch(digits) and (isbn := _validated(digits)):
            longest = isbn, number
    return longest


def _validated(compact: str) -> str:
    """The ISBN-13 of ten or thirteen digits, or empty text if the check digit is wrong."""
    try:
        return str(standard.validate(compact, convert=True))
    except InvalidChecksum:
        return ""


def _plain(text: str) -> str:
    """`text` in capitals, with ASCII's digits, blanks and hyphens; dots between digits are hyphens too."""
    if not text.isascii():
        text = "".join(map(_plain_character, text))
    return _DASHES.sub("-", " ".join(text.upper().split()))


@lru_cache(maxsize=4096)
def _plain_character(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd" or character in _OTHER_DASHES:
        return "-"
    if category == "Cf":  # directional marks, zero-width blanks and soft hyphens
        return ""
    if character in _OTHER_X:
        return "X"
    # Letters of full width become ASCII's; a superscript digit stays, because it is a footnote's number.
    plain = unicodedata.normalize("NFKC", character)
    return plain if plain.isalpha() else character
