"""Forgiving one typo a word."""

from collections.abc import Iterator
from itertools import chain

from django.db.backends.base.base import BaseDatabaseWrapper

from books.search.spelling import edits
from books.suggestions.query import Group, Token, Typed, WordCounts, counted

SHORTEST, LONGEST = 4, 24
"""Fewest and most letters of a word that is corrected."""

CORRECTED_WORDS = 6
"""Most words of a query that are corrected: each costs some 500 look-ups."""

MEANT = 8
"""Most corrections of a word; the commonest words are taken."""

MANY_BEGUN = 50
"""Words with one prefix that are counted, to estimate how common it is."""


def corrected(connection: BaseDatabaseWrapper, typed: Typed) -> Typed | None:
    """A Typed in which each word may also be one of the vocabulary that is one edit away; None if no word has any."""
    meant = {token: [Token(edit, token.prefix) for edit in edits(token.text)] for token in _doubtful(typed)}
    known = counted(connection, list(chain(*meant.values(), meant)), MANY_BEGUN) if meant else {}
    groups = tuple(_widened(group, meant.get(group.tokens[0], []), known) for group in typed.groups)
    return Typed("", groups) if any(len(group.tokens) > 1 for group in groups) else None


def _doubtful(typed: Typed) -> Iterator[Token]:
    tokens = [group.tokens[0] for group in typed.groups]
    spelt = [t for t in tokens if SHORTEST <= len(t.text) <= LONGEST and t.text.isalpha() and not t.cjk]
    yield from spelt[-CORRECTED_WORDS:]


def _widened(group: Group, meant: list[Token], known: dict[Token, WordCounts]) -> Group:
    found = sorted((token for token in meant if token in known), key=lambda token: (-sum(known[token]), token))[:MEANT]
    return Group((*group.tokens, *found), WordCounts.total([group.counts, *(known[token] for token in found)]))
