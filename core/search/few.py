"""Searching for few rows: one statement finds all that match, counts them, and sorts them where they are."""
# ruff: noqa: S608, S610

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from django.db import connections
from django.db.models import Q, QuerySet
from django.db.models.expressions import Combinable, RawSQL

from core.database.counting import EXACT_UP_TO, PROBE_ROWS, sample, sample_share
from core.database.expressions import AnyOf
from core.database.keyset import Key, Ordering, Term, bare, sorted_page
from core.search.conditions import indexed_condition, row_condition
from core.search.index import TextIndex
from core.search.query import Match

FEW = EXACT_UP_TO
"""The most rows that are all found and sorted."""

Sql = tuple[str, tuple[Any, ...]]


class Search(Protocol):
    """A search of a table's rows, which ranks them by tiers, 0 first."""

    @property
    def index(self) -> TextIndex:
        """The text index."""

    @property
    def levels(self) -> dict[int, Match]:
        """By the number of a tier: the Match of its rows together with those of the tiers before it. Best first."""

    @property
    def bearing(self) -> "QuerySet[Any, Any] | None":
        """The ids of the rows that match whatever words they have: tier 0. None if there are none."""

    @property
    def tested(self) -> Q:
        """The condition of the rows that match, to be tested on each row."""

    def beginnings(self) -> Sequence[str]:
        """All words there are for the last word's prefix; none where these are too many, or there is no prefix."""

    def relevance(self, level: Combinable) -> dict[str, Combinable]:
        """The annotations by which a row has its tier as `relevance`; `level` is its number in `levels`, or 0."""


class FewRows(NamedTuple):
    """A page of a search with at most FEW rows."""

    keys: list[tuple[Any, ...]]
    """The values of the page's rows that were asked for."""
    number: int
    """The number of rows that match."""


def few_rows(
    search: Search,
    rows: QuerySet[Any],
    ordering: Ordering,
    *,
    columns: Sequence[Any],
    limit: int,
    after: Key | None,
    offset: int,
    prefix: str,
    probe: bool = True,
) -> FewRows | None:
    """`columns` of the `limit` rows behind `after` of those `rows` that `search` matches; None for more than FEW.

    With `probe` PostgreSQL first tests a sample, because GIN collects every row of a word even under a LIMIT. `prefix`
    is that of the table's row counts.
    """
    connection = connections[rows.db]
    sampled: Sql = ("SELECT 1 LIMIT 0", ())
    if connection.vendor == "postgresql" and probe:
        sampled = _ids(sample(rows.filter(search.tested), PROBE_ROWS, prefix))
    # Only on a first page by relevance it is known that the best levels have all its rows.
    enough = offset + limit if after is None and ordering[0] == Term("relevance") else None
    found, params = _found(search, rows, connection.vendor, enough)
    page, page_params = (
        _page(search, rows, ordering, limit=limit, after=after, offset=offset)
        .values_list(*columns, "pk")
        .query.sql_with_params()
    )
    most = round(FEW * sample_share(PROBE_ROWS, prefix))
    statement = f"""
        WITH probe AS MATERIALIZED (
            SELECT count(*) <= {most} AS is_small FROM ({sampled[0]}) AS sampled
        ), {found}
        SELECT (SELECT count(*) FROM matched), probe.is_small, page.*
        FROM probe LEFT JOIN ({page}) AS page ON 1 = 1
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, (*sampled[1], *params, *page_params))
        read = cursor.fetchall()
    number, is_small, *_ = read[0]
    # Without a row, the last column is null.
    return FewRows([row[2:] for row in read if row[-1] is not None], number) if is_small and number <= FEW else None


def _page(search: Search, rows: QuerySet[Any], ordering: Ordering, **place: Any) -> QuerySet[Any]:
    """The page of the rows in the table `found`."""
    table = connections[rows.db].ops.quote_name(rows.model._meta.db_table)
    found = bare(rows).filter(AnyOf(RawSQL("SELECT id FROM found", ())))
    joined = found.extra(tables=["found"], where=[f"found.id = {table}.id"])  # nosec B610 # names of tables
    return sorted_page(joined.annotate(**search.relevance(RawSQL("found.level", ()))), ordering, **place)


def _found(search: Search, rows: QuerySet[Any], vendor: str, enough: int | None) -> Sql:
    """The tables `matched`, of at most FEW + 1 rows that match, and `found`, of all of them with their levels.

    `found` is empty where there are more than FEW; with `enough` it has only the best levels that have so many rows
    together. On PostgreSQL a row of the index tells its level when it is read; on SQLite the index is searched for each
    level.
    """
    matched, params = (_matched_on_postgresql if vendor == "postgresql" else _matched_on_sqlite)(search, rows)
    best = f"""
        WHERE level <= coalesce((SELECT min(level) FROM (
            SELECT level, sum(count(*)) OVER (ORDER BY level) AS so_far FROM ranked GROUP BY level
        ) AS sizes WHERE so_far >= {enough}), {max(search.levels)})
    """
    return f"{matched}, found AS (SELECT id, level FROM ranked {best if enough else ''})", params


_ALL_OR_NONE = "FROM matched WHERE (SELECT count(*) FROM matched) <= {}"


def _matched_on_postgresql(search: Search, rows: QuerySet[Any]) -> Sql:
    index, level, params = search.index, *_level(search, "postgresql")
    beginnings = search.beginnings()
    where, found_params = indexed_condition(index, search.levels[max(search.levels)], "postgresql", beginnings)
    if search.bearing is not None:
        bearing, bearing_params = search.bearing.query.sql_with_params()
        where, found_params = f"({where} OR {index.key} = ANY(ARRAY({bearing})))", (*found_params, *bearing_params)
    narrow, narrow_params = _ids(rows) if rows.query.where else ("", ())
    narrow = narrow and f"AND {index.key} IN ({narrow})"
    sql = f"""
        matched AS MATERIALIZED (
            SELECT {index.key} AS id, {level} AS level FROM {index.table}
            WHERE {where} AND (SELECT is_small FROM probe) {narrow} LIMIT {FEW + 1}
        ), ranked AS (SELECT * {_ALL_OR_NONE.format(FEW)})
    """
    return sql, (*params, *found_params, *narrow_params)


def _matched_on_sqlite(search: Search, rows: QuerySet[Any]) -> Sql:
    index, level, params = search.index, *_level(search, "sqlite")
    where, found_params = indexed_condition(index, search.levels[max(search.levels)], "sqlite")
    ids = f"SELECT rowid AS id FROM {index.table} WHERE {where}"
    if search.bearing is not None:
        bearing, bearing_params = search.bearing.query.sql_with_params()
        ids, found_params = f"{ids} UNION {bearing}", (*found_params, *bearing_params)
    narrow, narrow_params = _ids(rows) if rows.query.where else ("", ())
    # The sign keeps SQLite from searching the index for each row of the other conditions.
    narrow = narrow and f"WHERE +id IN ({narrow})"
    sql = f"""
        matched AS MATERIALIZED (SELECT id FROM ({ids}) AS matching {narrow} LIMIT {FEW + 1}),
        ranked AS MATERIALIZED (SELECT id, {level} AS level {_ALL_OR_NONE.format(FEW)})
    """
    return sql, (*found_params, *narrow_params, *params)


def _level(search: Search, vendor: str) -> Sql:
    """SQL of the level of a matching row of the index."""
    key = search.index.key if vendor == "postgresql" else "id"
    cases: list[Sql] = []
    if search.bearing is not None:
        bearing, params = search.bearing.query.sql_with_params()
        cases.append((f"WHEN {key} IN ({bearing}) THEN 0", params))
    *narrower, last = search.levels
    for level in narrower:
        where, params = row_condition(search.index, search.levels[level], vendor, key)
        cases.append((f"WHEN {where} THEN {level}", params))
    sql = f"CASE {' '.join(when for when, _ in cases)} ELSE {last} END"
    return sql, tuple(param for _, params in cases for param in params)


def _ids(rows: QuerySet[Any]) -> Sql:
    return rows.order_by().values("pk").query.sql_with_params()
