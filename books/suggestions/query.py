"""A typed query as the words that a suggestion must have, and how common each word is."""

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
        """The sums, which are upper bounds of how many have any of the words."""
        return cls(*map(sum, zip(cls(), *counts, strict=True)))


class Token(NamedTuple):
    """A word, or with `prefix` the beginning of one."""

    text: str
    prefix: bool

    @property
    def phrase(self) -> Phrase:
        """The phrase that this one word is."""
        return Phrase((self.text,), self.prefix)

    @property
    def cjk(self) -> bool:
        """Whether it may stand anywhere in a run of characters, as Chinese and Japanese words do."""
        return is_cjk(self.text)


@dataclass(frozen=True)
class Group:
    """Tokens of which a text must have one: first the typed one, then its corrections."""

    tokens: tuple[Token, ...]
    counts: WordCounts


@dataclass(frozen=True)
class Typed:
    """The groups of which a text must have a token each. `text` is the query folded, or empty for a corrected query."""

    text: str
    groups: tuple[Group, ...]

    @classmethod
    def of(cls, connection: BaseDatabaseWrapper, query: TextQuery) -> "Typed":
        """`query` without corrections, its words counted by one statement."""
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
