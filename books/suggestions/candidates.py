"""The statements that select suggestions. Each reads a bounded number of rows of a catalogue of any size."""
# ruff: noqa: S608

from collections.abc import Sequence
from typing import NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper

from books.suggestions.query import Sought
from books.suggestions.sources import SOURCES, Source
from books.suggestions.sql import (
    SHOWN,
    Group,
    Sql,
    begins,
    best,
    by_id,
    first,
    has_words,
    indexed,
    is_text,
)

MOST_BEGINNING = 100
"""Rows that begin with a text, by each key, which are all ranked. Of more, the first of them and the best rows are."""

MOST_FOUND = 3_000
"""Most rows that have the words which are all ranked. Of more, the MORE best rows are tested."""

BEST = 600
"""The best rows of a kind, which are tested in order until SHOWN match."""

MORE = 10 * BEST
"""The best rows of a kind that are tested where few of the BEST match, but too many of all to be ranked."""

ENOUGH = SHOWN // 2
"""Matches among the best rows of a kind at which the index is not searched: three kinds share a response."""

IS_TEXT, BEGINS, HAS_WORDS, CORRECTED = range(4)
"""The tiers of suggestions: a row that is the typed text, begins with it, has its words, or has them corrected."""


class Suggestion(NamedTuple):
    """A row that matches. `weight` ranks it in its tier: the popularity of a book, else the number of books."""

    type: str
    id: int
    slug: str | None
    text: str
    tier: int
    weight: int | None

    @property
    def rank(self) -> tuple[int, bool, int, int]:
        """A sort key that puts the better of two suggestions of one type first."""
        return (self.tier, self.weight is None, -(self.weight or 0), self.id)


def beginning(connection: BaseDatabaseWrapper, text: str) -> list[Suggestion]:
    """The best rows of each kind that begin with `text`, at most SHOWN of each."""
    return _run(connection, [_beginning(source, text) for source in SOURCES])


def having(connection: BaseDatabaseWrapper, groups: Sequence[Group], sought: Sought, tier: int) -> list[Suggestion]:
    """The best rows of each kind that have a phrase of each of `groups`, at most SHOWN of each.

    Where the best rows give too few, the text index is searched as `sought` says.
    """
    return _run(connection, [_having(source, groups, sought, tier, connection.vendor) for source in SOURCES])


class _Part(NamedTuple):
    """The part of a statement about one kind: its common table expressions, and its rows."""

    tables: list[Sql]
    rows: Sql


def _beginning(source: Source, text: str) -> _Part:
    table = f"{source.type}_first"
    overfull = f"(SELECT count(*) FROM {table}) >= {MOST_BEGINNING}"
    rows = best(source, begins(source, text), BEST, overfull).within(
        f"SELECT * FROM {table} UNION ALL SELECT * FROM ({{}}) AS best"
    )
    return _Part([_table(table, first(source, text, MOST_BEGINNING))], _ranked(source, is_text(source, text), rows))


def _having(source: Source, groups: Sequence[Group], sought: Sought, tier: int, vendor: str) -> _Part:
    walked, matching, found = (f"{source.type}_{name}" for name in ("best", "matching", "found"))
    tables = [_table(walked, best(source, has_words(source, groups), BEST))]
    rows = [Sql(f"SELECT * FROM {walked}")]
    if sought.indexed:
        ids = indexed(source, sought.indexed, vendor).within(f"{{}} AND (SELECT count(*) FROM {walked}) < {ENOUGH}")
        if vendor == "postgresql":
            # With the limit in the same query the planner would read the whole table; so it still stops there.
            tables.append(_table(matching, ids))
            ids = Sql(f"SELECT * FROM {matching}")
        tables.append(_table(found, ids.within(f"{{}} LIMIT {MOST_FOUND + 1}")))
        rest = has_words(source, sought.tested)
        few = f"(SELECT count(*) FROM {found}) <= {MOST_FOUND}"
        rows.append(rest.within(f"{by_id(source, found, vendor)} AND {few} AND {{}}"))
        if tier == HAS_WORDS:
            # Not for corrections, of which there are many: to test a row for them takes ten times as long.
            many = best(source, has_words(source, groups), MORE, f"NOT {few}")
            rows.append(many.within("SELECT * FROM ({}) AS more"))
    return _Part(tables, _ranked(source, Sql(str(tier)), Sql.join(" UNION ALL ", rows)))


def _table(name: str, rows: Sql) -> Sql:
    return rows.within(f"{name} AS MATERIALIZED ({{}})")


def _ranked(source: Source, tier: Sql, rows: Sql) -> Sql:
    """The best of `rows`, in which one may come once by each key and once among the best."""
    most = SHOWN * (len(source.keys) + 1)
    ranked = Sql.join(
        " ",
        [
            tier.within(f"SELECT '{source.type}' AS type, id, slug, text, {{}} AS tier, weight FROM"),
            rows.within("({}) AS r"),
        ],
    )
    return ranked.within(f"SELECT * FROM ({{}} ORDER BY tier, weight IS NULL, weight DESC, id LIMIT {most}) AS ranked")


def _run(connection: BaseDatabaseWrapper, parts: list[_Part]) -> list[Suggestion]:
    tables = Sql.join(", ", [table for part in parts for table in part.tables])
    rows = Sql.join(" UNION ALL ", [part.rows for part in parts])
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {tables.text} {rows.text}", (*tables.params, *rows.params))
        return list(dict.fromkeys(Suggestion(*row) for row in cursor.fetchall()))
