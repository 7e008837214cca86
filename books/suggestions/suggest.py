"""Suggestions while a query is typed: books, authors and subjects."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import F

from books.models import Book
from books.suggestions.candidates import CORRECTED, HAS_WORDS, Suggestion, beginning, having
from books.suggestions.corrections import corrected
from books.suggestions.query import groups_of, sought
from books.suggestions.sources import SOURCES
from books.suggestions.sql import SHOWN
from core.search.query import TextQuery

SCARCE = 3
"""Suggestions below which the words are corrected."""

_PLACES = {source.type: place for place, source in enumerate(SOURCES)}


def suggest(query: TextQuery, limit: int, isbns: Sequence[str] = ()) -> list[Suggestion]:
    """At most `limit` rows: the books that bear one of `isbns`, then rows that begin with the text of `query`.

    Where these are fewer than `limit`, rows that have all words follow, the last by prefix; where fewer than SCARCE
    have, and no book bears an ISBN, rows that have corrections of the words. The types take turns within a tier. Runs
    one statement if enough begin with the text, else two or three, five with corrections; one more with `isbns`.
    """
    bearing = _bearing(isbns) if isbns else []
    found = beginning(connection, query.text)
    if len(found) < limit:
        groups = groups_of(query)
        typed = sought(connection, groups)
        if typed:
            found += having(connection, groups, typed, HAS_WORDS)
        if not bearing and len(_once(found)) < SCARCE and (meant := corrected(connection, groups, typed)):
            found += having(connection, *meant, CORRECTED)
    return _once([*bearing, *mixed(_once(found))])[:limit]


def _once(found: Iterable[Suggestion]) -> list[Suggestion]:
    """`found` without the rows that stand before."""
    rows: dict[tuple[str, int], Suggestion] = {}
    for row in found:
        rows.setdefault((row.type, row.id), row)
    return list(rows.values())


def _bearing(isbns: Sequence[str]) -> list[Suggestion]:
    """The books that bear one of `isbns`, the most popular first."""
    rows = Book.objects.with_isbn(list(isbns)).order_by(F("popularity").desc(nulls_last=True), "id")
    found = rows.values_list("id", "title", "popularity")[:SHOWN]
    return [Suggestion("book", pk, None, title, 0, popularity) for pk, title, popularity in found]


def mixed(found: Iterable[Suggestion]) -> list[Suggestion]:
    """All of `found`, better tiers first; within a tier the best of each type, then the second best of each."""
    ranked: defaultdict[tuple[int, str], list[Suggestion]] = defaultdict(list)
    for row in sorted(found, key=lambda row: row.rank):
        ranked[row.tier, row.type].append(row)
    turns = [(tier, turn, _PLACES[kind], row) for (tier, kind), rows in ranked.items() for turn, row in enumerate(rows)]
    return [row for *_, row in sorted(turns, key=lambda turn: turn[:3])]
