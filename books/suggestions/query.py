"""A typed query as groups of phrases, and those of them that the text index is searched for."""

from django.db.backends.base.base import BaseDatabaseWrapper

from books.search.words import words_with_prefix
from books.suggestions.sql import Group
from core.search.query import Phrase, TextQuery

MOST_WORDS = 100
"""Words that begin with the last typed one up to which the index is searched for them: more are in too many rows."""


def groups_of(query: TextQuery) -> list[Group]:
    """The phrases of `query`, each a group of its own."""
    return [(phrase,) for phrase in dict.fromkeys(query.include)]


def sought(connection: BaseDatabaseWrapper, groups: list[Group]) -> list[Group]:
    """The `groups` without the last typed beginning, if more than MOST_WORDS words have it. Runs one statement."""
    (last,) = groups[-1]
    # With the shorter of two spellings more words begin.
    beginning = min((tokens[-1] for tokens in last.spellings), key=len)
    begun = words_with_prefix(connection, beginning, MOST_WORDS + 1)
    if len(begun) <= MOST_WORDS:
        return groups
    rest = groups[:-1]
    if last.tokens[:-1]:
        rest = [*rest, (Phrase(last.tokens[:-1]),)]
    return rest
