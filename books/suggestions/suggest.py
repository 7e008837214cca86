"""Suggests books, authors and subjects while a query is typed."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import connection

from books.suggestions.candidates import Suggestion, find
from books.suggestions.query import Typed
from books.suggestions.sources import SOURCES
from books.suggestions.spelling import corrected
from core.search.query import TextQuery

SCARCE = 3
"""Suggestions below which the words are corrected."""

_PLACES = {source.type: place for place, source in enumerate(SOURCES)}


def suggest(query: TextQuery, limit: int) -> list[Suggestion]:
    """At most `limit` suggestions: rows that have every word of `query`, the last one as prefix, the best first.

    If there are fewer than SCARCE, rows follow that have corrections of the words. Types take turns within a tier. It
    runs two statements, or four with corrections.
    """
    typed = Typed.of(connection, query)
    found = find(connection, typed)
    if len(found) < SCARCE and (meant := corrected(connection, typed)):
        exact = {(row.type, row.id) for row in found}
        found += [row for row in find(connection, meant) if (row.type, row.id) not in exact]
    return mixed(found)[:limit]


def mixed(found: Iterable[Suggestion]) -> list[Suggestion]:
    """All suggestions `found`, better tiers first; within a tier first the best of each type, then each second best."""
    ranked: defaultdict[tuple[int, str], list[Suggestion]] = defaultdict(list)
    for row in sorted(found, key=lambda row: row.rank):
        ranked[row.tier, row.type].append(row)
    turns = [(tier, turn, _PLACES[kind], row) for (tier, kind), rows in ranked.items() for turn, row in enumerate(rows)]
    return [row for *_, row in sorted(turns, key=lambda turn: turn[:3])]
