"""Suggests books, authors and subjects while a query is typed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import F

from books.models import Book
from books.suggestions.candidates import Suggestion, find
from books.suggestions.query import Typed
from books.suggestions.sources import SOURCES
from books.suggestions.spelling import corrected
from books.suggestions.sql import SHOWN
from core.search.query import TextQuery

SCARCE = 3
"""Suggestions below which the words are corrected."""

_PLACES = {source.type: place for place, source in enumerate(SOURCES)}


def suggest(query: TextQuery, limit: int, isbns: Sequence[str] = ()) -> list[Suggestion]:
    """At most `limit` suggestions: books that bear one of `isbns`, then rows that have every word of `query`.

    The last word counts as prefix. If fewer than SCARCE rows have all words, and no book bears an ISBN, rows follow
    that have corrections of the words. Types take turns within a tier. It runs two statements, or four with
    corrections; one more with `isbns`.
    """
    bearing = _bearing(isbns) if isbns else []
    typed = Typed.of(connection, query)
    found = find(connection, typed)
    if not bearing and len(found) < SCARCE and (meant := corrected(connection, typed)):
        exact = {(row.type, row.id) for row in found}
        found += [row for row in find(connection, meant) if (row.type, row.id) not in exact]
    first = {(row.type, row.id) for row in bearing}
    return [*bearing, *(row for row in mixed(found) if (row.type, row.id) not in first)][:limit]


def _bearing(isbns: Sequence[str]) -> list[Suggestion]:
    """The books that bear one of `isbns`, the most popular first."""
    rows = Book.objects.with_isbn(list(isbns)).order_by(F("popularity").desc(nulls_last=True), "id")
    found = rows.values_list("id", "title", "popularity")[:SHOWN]
    return [Suggestion("book", pk, None, title, 0, popularity) for pk, title, popularity in found]


def mixed(found: Iterable[Suggestion]) -> list[Suggestion]:
    """All suggestions `found`, better tiers first; within a tier first the best of each type, then each second best."""
    ranked: defaultdict[tuple[int, str], list[Suggestion]] = defaultdict(list)
    for row in sorted(found, key=lambda row: row.rank):
        ranked[row.tier, row.type].append(row)
    turns = [(tier, turn, _PLACES[kind], row) for (tier, kind), rows in ranked.items() for turn, row in enumerate(rows)]
    return [row for *_, row in sorted(turns, key=lambda turn: turn[:3])]
