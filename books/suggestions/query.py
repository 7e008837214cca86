"""A typed query as groups of phrases, and those of them that the text index is searched for."""

from typing import NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper

from books.search.words import MOST_BEGINNINGS, words_with_prefix
from books.suggestions.sql import Group
from core.search.query import Phrase, TextQuery

MOST_WORDS = 100
"""Words that begin with the last typed one up to which the index is searched for them: more are in too many rows."""


def groups_of(query: TextQuery) -> list[Group]:
    """The phrases of `query`, each a group of its own."""
    return [(phrase,) for phrase in dict.fromkeys(query.include)]


class Sought(NamedTuple):
    """The groups that the text index is searched for, and those that each row found is tested for."""

    indexed: list[Group]
    tested: list[Group]


def sought(connection: BaseDatabaseWrapper, groups: list[Group]) -> Sought | None:
    """How rows that have all `groups` are found; None if no word begins as the last typed one, so that no row has.

    A prefix is looked up by the words that begin with it. If they are more than MOST_WORDS, they are in too many rows,
    and each row is tested for it. Runs one statement.
    """
    *others, (last,) = groups
    # With the shorter of two spellings more words begin.
    beginning = min((tokens[-1] for tokens in last.spellings), key=len)
    begun = words_with_prefix(connection, beginning, MOST_WORDS + 1)
    if not begun:
        return None
    if len(begun) > MOST_WORDS:
        before = last.tokens[:-1]
        return Sought([*others, (Phrase(before),)] if before else others, [(last,)])
    if len(begun) <= MOST_BEGINNINGS and last.prefix and last.spellings == ((beginning,),):
        return Sought([*others, tuple(Phrase((word,)) for word in begun)], [])
    return Sought(groups, [])
