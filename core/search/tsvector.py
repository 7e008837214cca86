"""Writes PostgreSQL's tsvectors as text: each token with its position and its weight."""

from collections.abc import Iterable
from functools import cache
from operator import add

_LAST_PLACE = 16_383
"""PostgreSQL's tsvector knows no later position."""


def lexemes(weighted: Iterable[tuple[str, Iterable[str]]]) -> str:
    """The text of a tsvector: of token texts, given in pairs of a weight and the texts that have it.

    A position is left free after each text, so that no phrase spans two texts.
    """
    words: list[str] = []
    places: list[str] = []
    start = 1
    for weight, texts in weighted:
        for text in texts:
            tokens = text.split()
            words += tokens
            places += _places(weight, start, len(tokens))
            start += len(tokens) + 1
    return " ".join(map(add, words, places))


@cache
def _all_places(weight: str) -> list[str]:
    return [f":{place}{weight}" for place in range(1, _LAST_PLACE + 1)]


def _places(weight: str, start: int, number: int) -> list[str]:
    """The suffixes of `number` lexemes that follow each other, such as `:7A` (position 7, weight A).

    The position of the first is `start` + 1.
    """
    every = _all_places(weight)
    places = every[start : start + number]
    return places if len(places) == number else places + every[-1:] * (number - len(places))
