"""Search queries: the words and phrases of a typed text."""

import re
from dataclasses import dataclass, field, replace
from typing import Self

from core.text import is_lone_cjk, query_tokens, words

_PARTS = re.compile(r'(-?)"([^"]*)"?|(-?)([^\s"]+)')
SEARCH_LENGTH = 200
"""Characters of the longest query accepted."""


class TextQueryError(ValueError):
    """The text cannot be searched for; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Phrase:
    """Tokens that must stand side by side; with `prefix` the last one may be only the beginning of a word.

    `other` is a second spelling of the tokens, empty if there is none: a row has the phrase if it has either.
    """

    tokens: tuple[str, ...]
    prefix: bool = False
    other: tuple[str, ...] = ()

    @property
    def spellings(self) -> tuple[tuple[str, ...], ...]:
        """The tokens of each spelling, one or two."""
        return (self.tokens, self.other) if self.other else (self.tokens,)


@dataclass(frozen=True)
class Match:
    """Matches rows with every phrase of `include` in `columns` and none of `exclude` in `exclude_columns`.

    Rows that `excluding` matches are left out.
    """

    columns: tuple[str, ...]
    include: tuple[Phrase, ...]
    exclude: tuple[Phrase, ...] = ()
    exclude_columns: tuple[str, ...] = ()
    excluding: "Match | None" = None


@dataclass(frozen=True)
class TextQuery:
    """A parsed query. `text` is its words that are not excluded, folded, for comparing with match keys.

    `typed` is what was typed of these, to be searched for numbers such as ISBNs.
    """

    text: str
    include: tuple[Phrase, ...]
    exclude: tuple[Phrase, ...] = ()
    typed: str = field(default="", compare=False)

    @classmethod
    def parse(cls, typed: str, *, operators: bool = False) -> Self:
        """Read `typed`: all words, the last by prefix; with `operators` also "phrases" and -exclusions.

        Raises TextQueryError: `too_long`, `nothing_to_search`, `only_exclusions`.
        """
        if len(typed) > SEARCH_LENGTH:
            raise TextQueryError("too_long", f"At most {SEARCH_LENGTH} characters can be searched for.")
        include: list[Phrase] = []
        exclude: list[Phrase] = []
        positive: list[str] = []
        unfolded: list[str] = []
        last_is_phrase = False
        for negative, quoted, text in cls._parts(typed, operators):
            tokens = tuple(query_tokens(text))
            if not tokens:
                continue
            (exclude if negative else include).append(Phrase(tokens, prefix=is_lone_cjk(tokens[-1])))
            if not negative:
                positive.extend(words(text))
                unfolded.append(text)
                last_is_phrase = quoted
        if not include:
            if exclude:
                raise TextQueryError("only_exclusions", "A search needs at least one word that is not excluded.")
            raise TextQueryError("nothing_to_search", "There is no letter or digit to search for.")
        if not last_is_phrase:
            include[-1] = replace(include[-1], prefix=True)
        return cls(" ".join(positive), tuple(include), tuple(exclude), " ".join(unfolded))

    @staticmethod
    def _parts(typed: str, operators: bool) -> list[tuple[bool, bool, str]]:
        """(excluded, quoted, text) of each part of `typed` that holds a word."""
        if not operators:
            return [(False, False, word) for word in typed.split() if words(word)]
        parts = []
        for excluded_phrase, phrase, excluded_word, word in _PARTS.findall(typed):
            text = phrase or word
            if words(text):
                parts.append((bool(excluded_phrase or excluded_word), bool(phrase), text))
        return parts

    def within(self, *columns: str, exclude_columns: tuple[str, ...] = (), excluding: Match | None = None) -> Match:
        """The Match of rows that have every phrase of this query in `columns`."""
        return Match(columns, self.include, self.exclude, exclude_columns or columns, excluding)
