"""Finds the best suggestions by one SQL statement, which reads about as much of a large catalogue as of a small one.

If few rows have the typed words, all of these are read from the text index. If many have them, a fixed number of the
best rows is tested, and of the rows that begin with the text: only worse rows of very many can be missed.
"""
# ruff: noqa: S608

from typing import NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper

from books.suggestions.query import Group, Typed
from books.suggestions.sources import SOURCES, Source
from books.suggestions.sql import (
    BEGUN,
    ENOUGH,
    FEW,
    FIRST,
    READ,
    SHOWN,
    Sql,
    beginning,
    begins,
    by_id,
    indexed,
    matches,
    ranked,
    tier,
    walked,
)

MERGED = 10_000
"""Most rows of a prefix that are intersected with the rows of other words."""


class Suggestion(NamedTuple):
    """A row that matches. Its `tier` is 0 if it is the typed text, 1 if it begins with it, 2 if it has its words,
    3 if it has them corrected. `weight` ranks it in its tier: the popularity of a book, else the number of books.
    """

    type: str
    id: int
    slug: str | None
    text: str
    tier: int
    weight: int | None

    @property
    def rank(self) -> tuple[int, bool, int, int]:
        """A sort key by which the better of two suggestions of one type comes first."""
        return (self.tier, self.weight is None, -(self.weight or 0), self.id)


def find(connection: BaseDatabaseWrapper, typed: Typed) -> list[Suggestion]:
    """The best suggestions for the typed text: of each type at most SHOWN, the best first."""
    searches = [_Search(source, typed, connection.vendor) for source in SOURCES]
    tables = Sql.join(", ", [table for search in searches for table in search.tables()])
    rows = Sql.join(" UNION ALL ", [search.best().within("SELECT * FROM ({}) AS best") for search in searches])
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {tables.text} {rows.text}", (*tables.params, *rows.params))
        return [Suggestion(*row) for row in cursor.fetchall()]


class _Search:
    """The part of the SQL statement that finds suggestions of one type."""

    def __init__(self, source: Source, typed: Typed, vendor: str) -> None:
        self.source, self.typed, self.vendor = source, typed, vendor
        # Intersecting a prefix that very many rows have costs more than it saves; whole words are skipped through.
        self.merged = [group for group in typed.groups if not (group.tokens[0].prefix and self._count(group) > MERGED)]
        self.least = min(map(self._count, self.merged), default=MERGED + 1)

    def tables(self) -> list[Sql]:
        """SQL of the common table expressions for this type; the last one has the ids of the rows that may be shown."""
        source, text = self.source, self.typed.text
        # A table of its own: with the limit in the same query the planner would read the whole table.
        index = self._table("indexed", indexed(source, self.merged, self.vendor))
        if self.least <= FEW:
            return [index, self._table("found", self._indexed(READ))]
        first, best = self._name("first"), self._name("best")
        where = "SELECT id FROM ({{}}) AS more WHERE (SELECT count(*) FROM {}) {}"
        tables = [self._table("best", walked(source, matches(source, self.typed.groups)))]
        found = [Sql(f"SELECT id FROM {best}")]
        if text:
            tables.append(self._table("first", beginning(source, text)))
            found.append(ranked(source, self.typed, Sql(f"SELECT * FROM {first}")))
            found.append(walked(source, begins(source, text)).within(where.format(first, f">= {BEGUN}")))
        if self.least <= MERGED:
            tables.append(index)
            # Several words may have few rows together.
            found.append(
                self._indexed(READ if len(self.typed.groups) > 1 else FIRST).within(where.format(best, f"< {ENOUGH}"))
            )
        return [*tables, self._table("found", Sql.join(" UNION ", found))]

    def _indexed(self, most: int) -> Sql:
        """SQL of the ids of the best among the first `most` rows that the text index gives."""
        ids = f"(SELECT * FROM {self._name('indexed')} LIMIT {most})"
        return ranked(self.source, self.typed, Sql(f"SELECT t.* FROM {by_id(self.source, ids, self.vendor)}"))

    def best(self) -> Sql:
        """SQL of the rows to show, the best first."""
        source, typed = self.source, self.typed
        rank = tier(source, typed.text).within(
            f"SELECT '{source.type}' AS type, t.id, {source.slug} AS slug, {source.text} AS text, {{}} AS tier,"
            f" {source.weight} AS weight FROM {by_id(source, self._name('found'), self.vendor)} AND"
        )
        order = Sql(f"ORDER BY tier, {source.weight} IS NULL, {source.weight} DESC, t.id LIMIT {SHOWN}")
        return Sql.join(" ", [rank, matches(source, typed.groups), order])

    def _count(self, group: Group) -> int:
        return int(getattr(group.counts, self.source.kind))

    def _name(self, part: str) -> str:
        return f"{self.source.type}_{part}"

    def _table(self, part: str, rows: Sql) -> Sql:
        return rows.within(f"{self._name(part)} AS MATERIALIZED ({{}})")
