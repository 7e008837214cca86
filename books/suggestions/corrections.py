"""Forgiving one typo a word: the words at one edit from it that the table of words has."""

import json
from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

from books.search.spelling import edits
from books.suggestions.query import MOST_WORDS, Sought
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


def corrected(
    connection: BaseDatabaseWrapper, groups: list[Group], typed: Sought | None
) -> tuple[list[Group], Sought] | None:
    """`groups` with the corrections of words beside them, and how their rows are found; None if there are none.

    The words that no row has are corrected, or if there are none, all. `typed` is how rows are found without
    corrections. Of many corrections those are taken with which most words begin: words that are common have more forms.
    Rows are not looked up by a group with a beginning of very many words. Runs one statement.
    """
    doubtful = dict(_doubtful(groups))
    near = {place: edits(word) for place, word in doubtful.items()}
    known = _known(connection, sorted(set(doubtful.values()).union(*near.values()))) if doubtful else {}
    unknown = {place for place, word in doubtful.items() if not _is_known(groups[place][0], known.get(word))}
    meant = {place: _meant(groups[place][0], near[place], known) for place in unknown or doubtful}
    last = len(groups) - 1
    if not any(meant.values()) or (typed is None and not meant.get(last)):
        return None
    found = [(*group, *meant.get(place, ())) for place, group in enumerate(groups)]
    sought = Sought([], [])
    for place, group in enumerate(found):
        if place == last and typed and not meant.get(place):
            sought = Sought(sought.indexed + typed.indexed[last:], sought.tested + typed.tested)
        else:
            (sought.tested if _is_broad(group, known) else sought.indexed).append(group)
    return found, sought


def _is_known(phrase: Phrase, found: tuple[bool, int] | None) -> bool:
    return bool(found and (phrase.prefix or found[0]))


def _is_broad(group: Group, known: dict[str, tuple[bool, int]]) -> bool:
    return any(phrase.prefix and known.get(phrase.tokens[-1], (False, 0))[1] > MOST_WORDS for phrase in group)


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
