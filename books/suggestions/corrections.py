"""Forgiving one typo a word: the words at one edit from it that the table of words has."""

import json
from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

from books.search.spelling import edits
from books.suggestions.query import MOST_WORDS
from books.suggestions.sql import Group
from core.search.query import Phrase
from core.text import LAST_CHARACTER, is_cjk

SHORTEST, LONGEST = 4, 24
"""Fewest and most letters of a word that is corrected."""

CORRECTED_WORDS = 6
"""Most words of a query that are corrected: each costs some 500 look-ups."""

MEANT = 8
"""Most corrections of a word."""

MOST_BEGUN = MOST_WORDS + 1
"""Words that begin with an edit up to which they are counted."""

_POSTGRESQL = """
    SELECT edit, EXISTS (SELECT 1 FROM books_word WHERE word = edit COLLATE "C"), (
        SELECT count(*) FROM (
            SELECT 1 FROM books_word WHERE word >= edit COLLATE "C" AND word < (edit || %s) COLLATE "C" LIMIT %s
        ) AS begun
    ) FROM unnest(%s::text[]) AS edit
"""
_SQLITE = """
    SELECT edit.value, EXISTS (SELECT 1 FROM books_word WHERE word = edit.value), (
        SELECT count(*) FROM (
            SELECT 1 FROM books_word WHERE word >= edit.value AND word < edit.value || %s LIMIT %s
        )
    ) FROM json_each(%s) AS edit
"""


def corrected(connection: BaseDatabaseWrapper, groups: list[Group]) -> tuple[list[Group], list[Group]]:
    """`groups` with the corrections of each word beside it, none if no word has any; and those to search the index for.

    Of many corrections those are taken with which most words begin: words that are common have more forms. A group
    with a beginning of very many words is not searched for. Runs one statement.
    """
    doubtful = {place: edits(word) for place, word in _doubtful(groups)}
    known = _known(connection, sorted(set().union(*doubtful.values()))) if doubtful else {}
    found = [(*group, *_meant(group[0], doubtful.get(place, set()), known)) for place, group in enumerate(groups)]
    if found == groups:
        return [], []
    return found, [group for group in found if not any(_is_broad(phrase, known) for phrase in group)]


def _is_broad(phrase: Phrase, known: dict[str, tuple[bool, int]]) -> bool:
    return phrase.prefix and known.get(phrase.tokens[-1], (False, 0))[1] > MOST_WORDS


def _meant(typed: Phrase, near: set[str], known: dict[str, tuple[bool, int]]) -> list[Phrase]:
    """The corrections of a typed word among the texts `near` it: words, or where it is a prefix beginnings of words."""
    # What the typed text begins with is no correction of it.
    near = {edit for edit in near if edit in known and not (typed.prefix and typed.tokens[0].startswith(edit))}
    counted = [(-known[edit][1], edit) for edit in near if typed.prefix or known[edit][0]]
    return [Phrase((edit,), typed.prefix) for _, edit in sorted(counted)[:MEANT]]


def _known(connection: BaseDatabaseWrapper, edits: list[str]) -> dict[str, tuple[bool, int]]:
    """For each of `edits` with which words begin: whether it is one, and how many there are, up to MOST_BEGUN."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL, [LAST_CHARACTER, MOST_BEGUN, edits])
        else:
            cursor.execute(_SQLITE, [LAST_CHARACTER, MOST_BEGUN, json.dumps(edits)])
        return {edit: (bool(is_word), begun) for edit, is_word, begun in cursor.fetchall() if begun}


def _doubtful(groups: list[Group]) -> Iterator[tuple[int, str]]:
    """The words that are corrected, by the places of their groups."""
    spelt = [(place, phrase.tokens[0]) for place, (phrase,) in enumerate(groups) if len(phrase.tokens) == 1]
    doubtful = [
        (place, word)
        for place, word in spelt
        if SHORTEST <= len(word) <= LONGEST and word.isalpha() and not is_cjk(word)
    ]
    yield from doubtful[-CORRECTED_WORDS:]
