"""Counts the rows of a list without reading a whole table: exactly up to a bound, by an estimate beyond it."""

import hashlib
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.db.models import Count as RowsCounted
from django.db.models import QuerySet, Sum, Value

from core.database.fields import SAMPLE_RANGE
from core.freshness.generation import generation
from core.models import RowCount

EXACT_UP_TO = 10_000
BROAD_MARGIN = 1.3
"""Times EXACT_UP_TO that an estimate must reach before an exact count is not even tried."""

FEW_MARGIN = 0.7
"""Times EXACT_UP_TO below which the first sample leads to an exact count; above it a larger sample decides."""

PROBE_ROWS, TIER_ROWS, BROAD_ROWS, SAMPLE_ROWS = 400, 1_000, 1_600, 3_000
"""Rows in a first sample and in the samples of estimates, whose relative error is about 1 / sqrt(rows that match).

Where a tenth of the first sample match, BROAD_ROWS are enough for 8 %.
"""

_sizes: dict[str, int] = {}
"""Rough sizes of tables, by prefix, from which the share of a table in a sample follows; each count updates its own."""


class BoundedCount(NamedTuple):
    """Two cheaper ways to count the rows of a list than running the list's own query."""

    statement: tuple[str, tuple[Any, ...]]
    """SQL and parameters that select as many rows as the list has, at most EXACT_UP_TO + 1."""
    per_row: QuerySet[Any]
    """The rows of the list by conditions that are tested row by row: for counting a sample of them."""


class Count(NamedTuple):
    """The number of a list's rows, `value`, and whether it is exact or an estimate."""

    value: int
    exact: bool


def stored_count(*names: str) -> Count:
    """The sum of the stored row counts that have these `names`, read from the database now; exact."""
    return Count(_sum(stored_total(*names)), exact=True)


def stored_total(*names: str) -> QuerySet[Any, Any]:
    """A queryset for the sum of the stored row counts that have these `names`: one row with one column, `total`."""
    return _total(RowCount.objects.filter(name__in=names))


def rough_size(prefix: str) -> int:
    """About how many rows a table has: the sum of the stored row counts whose names begin with `prefix`.

    It is read from the database once in a process.
    """
    if prefix not in _sizes:
        _sizes[prefix] = _sum(_size(prefix))
    return _sizes[prefix]


def cache_key(rows: QuerySet[Any]) -> str:
    """A text that names the query `rows`: a digest of its SQL and parameters, under which its count is cached."""
    return _digest(_compiled(rows.order_by().values("pk")))


def count_rows(
    rows: QuerySet[Any],
    *,
    prefix: str,
    name: str,
    exact: bool = False,
    share: bool = True,
    bounded: BoundedCount | None = None,
) -> Count:
    """Count `rows`: exact up to EXACT_UP_TO rows or if `exact`, else an estimate from a sample of the table.

    The stored row counts whose names begin with `prefix` say how large the table is. With `share` the count is cached,
    under `name` (the `cache_key` of the rows) and the database's generation from before counting. `bounded`, if given,
    is a cheaper way to count the rows.
    """
    current = generation(rows.db) if share else None
    key = f"count:{_digest(current, exact, name)}"
    if current and (cached := cache.get(key)):
        return Count(*cached)
    rows = rows.order_by().values("pk")
    count = Count(rows.count(), exact=True) if exact else _count(rows, prefix, bounded)
    if current:
        cache.set(key, tuple(count), settings.COUNT_CACHE_SECONDS)
    return count


def sampled_sizes(rows: QuerySet[Any], column: str, *, prefix: str) -> dict[Any, int]:
    """About how many of `rows` have each value of `column`, from a sample of TIER_ROWS rows of the table.

    The result maps a value to a number; it is {} for a table of fewer rows than the sample.
    """
    share = _share(TIER_ROWS, prefix)
    if share == 1:
        return {}
    sizes = _sample(rows.order_by(), TIER_ROWS, prefix).values_list(column).annotate(number=RowsCounted("pk"))
    return {value: round(number / share) for value, number in sizes}


def _count(rows: QuerySet[Any], prefix: str, given: BoundedCount | None) -> Count:
    """Count `rows` up to the bound EXACT_UP_TO, or estimate their number, as a first small sample suggests.

    It runs one statement, and another where that sample misled. Counting rows that are many can make the database read
    them all before the bound stops it.
    """
    broad = round(FEW_MARGIN * EXACT_UP_TO * _share(PROBE_ROWS, prefix))
    everywhere = max(broad, PROBE_ROWS // 10)
    each = given.per_row.values("pk") if given else rows
    probe, probe_params = _compiled(_sample(each, PROBE_ROWS, prefix))
    sample, sample_params = _compiled(_sample(each, SAMPLE_ROWS, prefix))
    smaller, smaller_params = _compiled(_sample(each, BROAD_ROWS, prefix))
    bounded, bounded_params = given.statement if given else _compiled(rows[: EXACT_UP_TO + 1])
    size, size_params = _compiled(_size(prefix))
    statement = f"""
        SELECT
            CASE WHEN few <= {broad} THEN (SELECT count(*) FROM ({bounded}) AS bounded) END,
            CASE WHEN few > {broad} AND few <= {everywhere} THEN (SELECT count(*) FROM ({sample}) AS sampled) END,
            CASE WHEN few > {everywhere} THEN (SELECT count(*) FROM ({smaller}) AS sampled) END,
            ({size})
        FROM (SELECT count(*) AS few FROM ({probe}) AS probed) AS probe
    """  # noqa: S608 - compiled by the ORM
    params = (*bounded_params, *sample_params, *smaller_params, *size_params, *probe_params)
    counted, sampled, broadly, total = _row(rows, statement, params)
    share = _share(SAMPLE_ROWS if broadly is None else BROAD_ROWS, prefix)
    sampled = sampled if broadly is None else broadly
    _sizes[prefix] = int(total or 0)
    if counted is not None and counted <= EXACT_UP_TO:
        return Count(counted, exact=True)
    if sampled is None:
        share = _share(SAMPLE_ROWS, prefix)
        sampled = _sample(each, SAMPLE_ROWS, prefix).count()
    estimate = round(sampled / share)
    if counted is None and estimate <= BROAD_MARGIN * EXACT_UP_TO:
        (counted,) = _row(rows, f"SELECT count(*) FROM ({bounded}) AS bounded", bounded_params)  # noqa: S608
        if counted <= EXACT_UP_TO:
            return Count(counted, exact=True)
    return Count(max(counted or 0, min(estimate, rough_size(prefix))), exact=False)


def _row(rows: QuerySet[Any], statement: str, params: tuple[Any, ...]) -> tuple[Any, ...]:
    with connections[rows.db].cursor() as cursor:
        cursor.execute(statement, params)
        return tuple(cursor.fetchone())


def _compiled(rows: QuerySet[Any, Any]) -> tuple[str, tuple[Any, ...]]:
    return rows.query.sql_with_params()


def _share(number: int, prefix: str) -> float:
    return min(1.0, number / max(1, rough_size(prefix)))


def _sample(rows: QuerySet[Any], number: int, prefix: str) -> QuerySet[Any]:
    """The `rows` that are in a fixed sample of about `number` rows of the whole table; none if the table is smaller."""
    share = _share(number, prefix)
    return rows.filter(sample_key__lt=round(SAMPLE_RANGE * share) if share < 1 else 0)


def _size(prefix: str) -> QuerySet[Any, Any]:
    return _total(RowCount.objects.filter(name__startswith=prefix))


def _sum(total: QuerySet[Any, Any]) -> int:
    return sum(int(value or 0) for value in total.values_list("total", flat=True))


def _total(rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    total: QuerySet[Any, Any] = rows.order_by().annotate(one=Value(1)).values("one").annotate(total=Sum("value"))
    return total.values("total")


def _digest(*parts: object) -> str:
    return hashlib.blake2b(repr(parts).encode(), digest_size=20).hexdigest()
