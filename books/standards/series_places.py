"""Places in a series: the key by which `1`, `1.5`, `2`, `10`, `1-3` and `Prequel` come in reading order."""

import re
import unicodedata

from core.text import SORT_LENGTH, fold

_NUMBER = re.compile(r"(\d+)(?:\.(\d+))?")
_NEGATIVE = re.compile(r"[-−](\d+)(?:\.\d+)?")
_FRACTION = re.compile(r"(\d*) ?([¼-¾⅐-⅞])")
_UNIT = re.compile(
    r"^(?:v|vols?|volumes?|nos?|nr|numbers?|issue|bks?|books?|pts?|parts?|bd|band|teil|heft|t|tomes?|tomo)\b[. ]*(?=\d)"
)
_COMPLEMENTS = str.maketrans("0123456789", "9876543210")


def place_key(place: str) -> str | None:
    """The sort key of `place`: numbers by value, then words; None for a place without either, which sorts last.

    `Vol. 2` is the number 2, as `#2` is. Each number is written as the number of its digits, then the digits, so that
    keys compare as text.
    """
    text = fold(_FRACTION.sub(_decimal, place)).strip()
    if negative := _NEGATIVE.fullmatch(text):
        digits = negative[1].lstrip("0") or "0"
        return f"-{99 - len(digits):02}{digits.translate(_COMPLEMENTS)}"
    text = _UNIT.sub("", re.sub(r"^[\W_]+|[\W_]+$", "", text))
    return _NUMBER.sub(_comparable, text)[:SORT_LENGTH] or None


def _decimal(match: re.Match[str]) -> str:
    return f"{int(match[1] or 0) + unicodedata.numeric(match[2]):g}"


def _comparable(match: re.Match[str]) -> str:
    digits, decimals = (match[1]).lstrip("0") or "0", (match[2] or "").rstrip("0")
    return f"{len(digits):02}{digits}{'.' if decimals else ''}{decimals}"
