"""Typed: a typed query as the words that a suggestion must have, with about how many rows have each word."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper

from authors.search import AUTHOR_INDEX
from books.search.indexes import BOOK_INDEX, SUBJECT_INDEX
from core.search.counts import row_counts
from core.search.query import Match, Phrase, TextQuery
from core.text import LAST_CHARACTER, is_cjk

MANY_WORDS = 1_000
"""Words with one prefix at which counting stops, because together they are common."""

COMMON = 2**31
"""The count of a prefix that too many words have."""


class WordCounts(NamedTuple):
    """About how many titles, author names and subjects have a word."""

    titles: int = 0
    names: int = 0
    subjects: int = 0

    @classmethod
    def total(cls, counts: Iterable["WordCounts"]) -> "WordCounts":
        """The sums of `counts`: at most so many titles, names and subjects have any of the words."""
        return cls(*map(sum, zip(cls(), *counts, strict=True)))


class Token(NamedTuple):
    """A word of a query; with `prefix` only the beginning of a word."""

    text: str
    prefix: bool

    @property
    def phrase(self) -> Phrase:
        """The Phrase, for core.search, that consists of this one word."""
        return Phrase((self.text,), self.prefix)

    @property
    def cjk(self) -> bool:
        """Whether it is Chinese or Japanese, and so may stand anywhere in a run of characters."""
        return is_cjk(self.text)


@dataclass(frozen=True)
class Group:
    """Tokens of which a suggestion must have one: first the typed one, then its corrections; and their counts."""

    tokens: tuple[Token, ...]
    counts: WordCounts


@dataclass(frozen=True)
class Typed:
    """A typed query: groups of tokens, of each of which a suggestion must have one.

    `text` is the folded query; it is "" for a query with corrections, whose text no suggestion can equal.
    """

    text: str
    groups: tuple[Group, ...]

    @classmethod
    def of(cls, connection: BaseDatabaseWrapper, query: TextQuery) -> "Typed":
        """A Typed for `query`, without corrections; one statement reads how common its words are."""
        tokens = dict.fromkeys(
            Token(text, phrase.prefix and text is phrase.tokens[-1])
            for phrase in query.include
            for text in phrase.tokens
        )
        known = counted(connection, tokens, MANY_WORDS)
        return cls(query.text, tuple(Group((token,), known.get(token, WordCounts())) for token in tokens))


_MOST_COUNTED = 10_001
"""Rows at which the counting of a word's rows stops."""

_POSTGRESQL = """
    SELECT word, false, 0 FROM books_word WHERE word = ANY(%s)
    UNION ALL
    SELECT start, true, (
        SELECT count(*) FROM (SELECT 1 FROM books_word WHERE word >= start AND word < start || %s LIMIT %s) AS begun
    ) FROM unnest(%s::text[]) AS start
"""
_SQLITE = """
    SELECT word, 0, 0 FROM books_word WHERE word IN (SELECT value FROM json_each(%s))
    UNION ALL
    SELECT start.value, 1, (
        SELECT count(*) FROM (
            SELECT 1 FROM books_word WHERE word >= start.value AND word < start.value || %s LIMIT %s
        )
    ) FROM json_each(%s) AS start
"""
_COUNTED = ((BOOK_INDEX, "title"), (AUTHOR_INDEX, "names"), (SUBJECT_INDEX, "name"))


def counted(connection: BaseDatabaseWrapper, tokens: Collection[Token], many: int) -> dict[Token, WordCounts]:
    """The counts of the `tokens` in the text indexes; a prefix of `many` words or more has the counts COMMON."""
    words = [token.text for token in tokens if not token.prefix]
    starts = [token.text for token in tokens if token.prefix]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL, [words, LAST_CHARACTER, many, starts])
        else:
            cursor.execute(_SQLITE, [json.dumps(words), LAST_CHARACTER, many, json.dumps(starts)])
        rows = cursor.fetchall()
    begun = {Token(text, bool(prefix)): number for text, prefix, number in rows if number or not prefix}
    found = [token for token, number in begun.items() if number < many][:300]
    matches = [(index, Match((field,), (token.phrase,))) for token in found for index, field in _COUNTED]
    numbers = iter(row_counts(connection, matches, _MOST_COUNTED))
    counts = dict.fromkeys(begun, WordCounts(COMMON, COMMON, COMMON))
    return counts | {token: WordCounts(next(numbers), next(numbers), next(numbers)) for token in found}
