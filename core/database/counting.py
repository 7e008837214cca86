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

PROBE_ROWS, TIER_ROWS, BROAD_ROWS, SAMPLE_ROWS = 400, 2_000, 1_600, 3_000
"""Rows in a first sample and in the samples of estimates, whose relative error is about 1 / sqrt(rows that match).

Where a tenth of the first sample match, BROAD_ROWS are enough for 8 %.
"""

_sizes: dict[str, int] = {}
"""Rough sizes of tables, by prefix, from which the share of a table in a sample follows; each count updates its own."""


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
) -> Count:
    """Count `rows`: exact up to EXACT_UP_TO rows or if `exact`, else an estimate from a sample of the table.

    `prefix` names the table's row counts. With `share` the number is cached, under the generation of the
    data it was counted from and `name`, the rows' `cache_key`.
    """
    current = generation(rows.db) if share else None
    key = f"count:{_digest(current, exact, name)}"
    if current and (cached := cache.get(key)):
        return Count(*cached)
    rows = rows.order_by().values("pk")
    count = Count(rows.count(), exact=True) if exact else _count(rows, prefix)
    if current:
        cache.set(key, tuple(count), settings.COUNT_CACHE_SECONDS)
    return count


def sampled_sizes(rows: QuerySet[Any], column: str, *, prefix: str) -> dict[Any, int]:
    """About how many of `rows` have each value of `column`, from a sample of TIER_ROWS; {} for a smaller table."""
    _sizes[prefix] = _sum(_size(prefix))
    share = sample_share(TIER_ROWS, prefix)
    sizes = sample(rows.order_by(), TIER_ROWS, prefix).values_list(column).annotate(number=RowsCounted("pk"))
    return {value: round(number / share) for value, number in sizes}


def _count(rows: QuerySet[Any], prefix: str) -> Count:
    """Count up to the bound or estimate, as a first sample decides: in one statement, or two if the sample misled.

    It runs one statement, and another where that sample misled. Counting rows that are many can make the database read
    them all before the bound stops it.
    """
    broad = round(FEW_MARGIN * EXACT_UP_TO * sample_share(PROBE_ROWS, prefix))
    everywhere = max(broad, PROBE_ROWS // 10)
    probe, probe_params = _compiled(sample(rows, PROBE_ROWS, prefix))
    larger, larger_params = _compiled(sample(rows, SAMPLE_ROWS, prefix))
    smaller, smaller_params = _compiled(sample(rows, BROAD_ROWS, prefix))
    bounded, bounded_params = _compiled(rows[: EXACT_UP_TO + 1])
    size, size_params = _compiled(_size(prefix))
    statement = f"""
        SELECT
            CASE WHEN few <= {broad} THEN (SELECT count(*) FROM ({bounded}) AS bounded) END,
            CASE WHEN few > {broad} AND few <= {everywhere} THEN (SELECT count(*) FROM ({larger}) AS sampled) END,
            CASE WHEN few > {everywhere} THEN (SELECT count(*) FROM ({smaller}) AS sampled) END,
            ({size})
        FROM (SELECT count(*) AS few FROM ({probe}) AS probed) AS probe
    """  # noqa: S608 - compiled by the ORM
    params = (*bounded_params, *larger_params, *smaller_params, *size_params, *probe_params)
    counted, sampled, broadly, total = _row(rows, statement, params)
    share = sample_share(SAMPLE_ROWS if broadly is None else BROAD_ROWS, prefix)
    sampled = sampled if broadly is None else broadly
    _sizes[prefix] = int(total or 0)
    if counted is not None and counted <= EXACT_UP_TO:
        return Count(counted, exact=True)
    if sampled is None:
        share = sample_share(SAMPLE_ROWS, prefix)
        sampled = sample(rows, SAMPLE_ROWS, prefix).count()
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


def sample_share(number: int, prefix: str) -> float:
    """The share of the table's rows that a sample of `number` rows has: 1 for a smaller table."""
    return min(1.0, number / max(1, rough_size(prefix)))


def sample(rows: QuerySet[Any], number: int, prefix: str) -> QuerySet[Any]:
    """The `rows` that are in a fixed sample of about `number` rows of the table; none for a smaller table."""
    share = sample_share(number, prefix)
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
