"""TextQuery: the words and phrases of a text that was typed to search for."""

import re
from dataclasses import dataclass
from typing import Self

from core.text import is_lone_cjk, query_tokens, words

_PARTS = re.compile(r'(-?)"([^"]*)"?|(-?)([^\s"]+)')
SEARCH_LENGTH = 200
"""Characters of the longest query accepted."""


class TextQueryError(ValueError):
    """Raised for a typed text that cannot be searched for; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Phrase:
    """Tokens that must stand side by side; with `prefix` the last one may be only the beginning of a word."""

    tokens: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True)
class Match:
    """What an index is searched for: rows with every phrase of `include`, each in one of the fields `columns`.

    Left out are rows with a phrase of `exclude` in one of `exclude_columns`, and rows that `excluding` matches.
    """

    columns: tuple[str, ...]
    include: tuple[Phrase, ...]
    exclude: tuple[Phrase, ...] = ()
    exclude_columns: tuple[str, ...] = ()
    excluding: "Match | None" = None


@dataclass(frozen=True)
class TextQuery:
    """A parsed search query: phrases that a row must have, and phrases that it must not have.

    `text` is the folded words of the former, to be compared with match keys.
    """

    text: str
    include: tuple[Phrase, ...]
    exclude: tuple[Phrase, ...] = ()

    @classmethod
    def parse(cls, typed: str, *, operators: bool = False) -> Self:
        """Parse what a client `typed`: every word is a phrase to find, the last one by its beginning (prefix).

        With `operators`, words in quotes are one phrase, and a hyphen before a word or quote excludes it. Raises
        TextQueryError with the code `too_long`, `nothing_to_search` or `only_exclusions`.
        """
        if len(typed) > SEARCH_LENGTH:
            raise TextQueryError("too_long", f"At most {SEARCH_LENGTH} characters can be searched for.")
        include: list[Phrase] = []
        exclude: list[Phrase] = []
        positive: list[str] = []
        last_is_phrase = False
        for negative, quoted, text in cls._parts(typed, operators):
            tokens = tuple(query_tokens(text))
            if not tokens:
                continue
            (exclude if negative else include).append(Phrase(tokens, prefix=is_lone_cjk(tokens[-1])))
            if not negative:
                positive.extend(words(text))
                last_is_phrase = quoted
        if not include:
            if exclude:
                raise TextQueryError("only_exclusions", "A search needs at least one word that is not excluded.")
            raise TextQueryError("nothing_to_search", "There is no letter or digit to search for.")
        if not last_is_phrase:
            include[-1] = Phrase(include[-1].tokens, prefix=True)
        return cls(" ".join(positive), tuple(include), tuple(exclude))

    @staticmethod
    def _parts(typed: str, operators: bool) -> list[tuple[bool, bool, str]]:
        """The parts of `typed` that hold a word, each as (whether it is excluded, whether it is quoted, its text)."""
        if not operators:
            return [(False, False, word) for word in typed.split() if words(word)]
        parts = []
        for excluded_phrase, phrase, excluded_word, word in _PARTS.findall(typed):
            text = phrase or word
            if words(text):
                parts.append((bool(excluded_phrase or excluded_word), bool(phrase), text))
        return parts

    def within(self, *columns: str, exclude_columns: tuple[str, ...] = (), excluding: Match | None = None) -> Match:
        """A Match for rows that have every phrase of this query in the fields `columns`."""
        return Match(columns, self.include, self.exclude, exclude_columns or columns, excluding)
