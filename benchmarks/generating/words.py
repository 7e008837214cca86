"""The words that generated titles, names and subjects are made of: the bundled sample's, then invented ones."""

from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from books import importing
from core.text import words

SAMPLE = Path(importing.__file__).parent / "sample" / "classics.ndjson"

_OPENINGS = (
    "b", "br", "c", "ch", "cl", "d", "dr", "f", "fl", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "pr", "qu", "r",
    "s", "st", "t", "tr", "v", "w", "z", "sh", "th",
)  # fmt: skip
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ea", "ou", "ie")
_CLOSINGS = ("n", "r", "l", "s", "t", "m", "ck", "nd", "rt")
_ACCENTED = 25
"""One word in so many has an accent, if it has an e."""


@cache
def _sample() -> list[dict[str, Any]]:
    lines = SAMPLE.read_bytes().splitlines()
    return [orjson.loads(line) for line in lines[1:]]


def _by_frequency(found: Iterable[str]) -> list[str]:
    counted = Counter(found)
    return sorted(counted, key=lambda word: (-counted[word], word))


def invented(number: int) -> str:
    """A pronounceable word, unique for each `number`."""
    accented = number % _ACCENTED == 0
    number, closing = divmod(number, len(_CLOSINGS))
    parts = [_CLOSINGS[closing]]
    while True:
        number, opening = divmod(number, len(_OPENINGS))
        number, vowel = divmod(number, len(_VOWELS))
        parts.append(_OPENINGS[opening] + _VOWELS[vowel])
        if number <= 0:
            word = "".join(reversed(parts))
            return word.replace("e", "é", 1) if accented else word
        number -= 1


def vocabulary(size: int) -> list[str]:
    """`size` different words, the most frequent first."""
    known = _by_frequency(
        word for book in _sample() for text in (book["title"], book.get("description", "")) for word in words(text)
    )
    return _filled(known, size)


def _filled(known: list[str], size: int) -> list[str]:
    there = set(known)
    # The first invented words would be short and similar.
    number = len(_OPENINGS) * len(_VOWELS) * len(_CLOSINGS)
    while len(known) < size:
        if (word := invented(number)) not in there:
            known.append(word)
        number += 1
    return known[:size]


def _names() -> list[list[str]]:
    return [author["name"].split() for book in _sample() for author in book.get("authors", ()) if author.get("name")]


@cache
def given_names() -> list[str]:
    """Given names, the most frequent first."""
    return _by_frequency(name[0] for name in _names() if len(name) > 1 and len(name[0]) > 2)


@cache
def family_names(size: int) -> list[str]:
    """`size` different family names."""
    known = _by_frequency(name[-1] for name in _names() if len(name) > 1 and name[-1].isalpha())
    return [name[:1].upper() + name[1:] for name in _filled(known, size)]
