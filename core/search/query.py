"""TextQuery: the words and phrases of a text that was typed to search for."""

import re
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import NamedTuple, Self

from core.text import initials, is_lone_cjk, match_key, query_spellings, words

PARTS = re.compile(r'(-?)"([^"]*)"?|(-?)([^\s"]+)')
"""The parts of a typed text: the groups are a hyphen and what it excludes, a phrase in quotes, then a word."""
SEARCH_LENGTH = 200
"""Characters of the longest query accepted."""


class TextQueryError(ValueError):
    """Raised for a typed text that cannot be searched for; `code` says why."""

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
    """What an index is searched for: rows with every phrase of `include`, each in one of the fields `columns`.

    Left out are rows with a phrase of `exclude` in one of `exclude_columns`, and rows that `excluding` matches.
    """

    columns: tuple[str, ...]
    include: tuple[Phrase, ...]
    exclude: tuple[Phrase, ...] = ()
    exclude_columns: tuple[str, ...] = ()
    excluding: "Match | None" = None


class _Part(NamedTuple):
    """A part of what was typed, a word or a quoted phrase, that has a letter or digit."""

    text: str
    excluded: bool = False
    quoted: bool = False


@dataclass(frozen=True)
class TextQuery:
    """A parsed search query: phrases that a row must have, and phrases that it must not have.

    `text` is the words of the former in their first spelling, to be compared with match keys; `typed` is what was typed
    of them, in which there may be an ISBN.
    """

    text: str
    include: tuple[Phrase, ...]
    exclude: tuple[Phrase, ...] = ()
    typed: str = field(default="", compare=False)

    @classmethod
    def parse(cls, typed: str, *, operators: bool = False) -> Self:
        """Parse what a client `typed`: every word is a phrase to find, the last one by its beginning (prefix).

        With `operators`, words in quotes are one phrase, and a hyphen before a word or quote excludes it. Raises
        TextQueryError with the code `too_long`, `nothing_to_search` or `only_exclusions`.
        """
        if len(typed) > SEARCH_LENGTH:
            raise TextQueryError("too_long", f"At most {SEARCH_LENGTH} characters can be searched for.")
        every = _parts(typed) if operators else [_Part(word) for word in typed.split()]
        # A sign alone, such as &, asks for nothing; it counts for the whole title.
        parts = [part for part in every if words(part.text)]
        sought = [part for part in parts if not part.excluded]
        if not sought:
            if parts:
                raise TextQueryError("only_exclusions", "A search needs at least one word that is not excluded.")
            raise TextQueryError("nothing_to_search", "There is no letter or digit to search for.")
        include = _phrases(sought)
        if not sought[-1].quoted:
            include[-1] = replace(include[-1], prefix=True)
        positive = " ".join(part.text for part in every if not part.excluded)
        exclude = [_phrase(part.text) for part in parts if part.excluded]
        # A word that is typed sixty times is searched for once: it took two seconds.
        return cls(match_key(positive), tuple(dict.fromkeys(include)), tuple(dict.fromkeys(exclude)), positive)

    def within(self, *columns: str, exclude_columns: tuple[str, ...] = (), excluding: Match | None = None) -> Match:
        """A Match for rows that have every phrase of this query in the fields `columns`."""
        return Match(columns, self.include, self.exclude, exclude_columns or columns, excluding)


def _parts(typed: str) -> list[_Part]:
    parts = []
    for excluded_phrase, phrase, excluded_word, word in PARTS.findall(typed):
        parts.append(_Part(phrase or word, bool(excluded_phrase or excluded_word), bool(phrase)))
    return parts


def _phrases(parts: list[_Part]) -> list[Phrase]:
    """The phrases that a row must have. Initials in a row of initials may also stand in the word that they make.

    J. R. R. is (j or jrr) and (r or jrr) and (r or jrr): a row has the letters, in any order, or all of them joined.
    """
    phrases: list[Phrase] = []
    for kind, found in groupby(parts, _kind):
        row = list(found)
        if kind and len(row) > 1:
            letters = [initials(part.text) for part in row]
            joined = "".join(letter for several in letters for letter in several)
            phrases += [Phrase(several, other=(joined,)) for several in letters]
        else:
            phrases += [_phrase(part.text) for part in row]
    return phrases


def _kind(part: _Part) -> str:
    """The kind of row of initials that `part` may be in: with stops or without; empty if it is no initials."""
    if part.quoted or not initials(part.text):
        return ""
    return "stops" if part.text.endswith(".") else "blanks"


def _phrase(text: str) -> Phrase:
    tokens, *others = query_spellings(text)
    return Phrase(tokens, is_lone_cjk(tokens[-1]), *others)
