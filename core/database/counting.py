"""How many rows a list has, without counting a table: exact up to a bound, an estimate past it."""

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
"""Times EXACT_UP_TO below which a first look is enough to count; between the two a larger sample decides."""

PROBE_ROWS, TIER_ROWS, BROAD_ROWS, SAMPLE_ROWS = 400, 1_000, 1_600, 3_000
"""Rows a first look and an estimate look at; an estimate's relative error is about 1 / sqrt(rows that match).

Where a tenth of the first look match, BROAD_ROWS are enough for 8 %.
"""

_sizes: dict[str, int] = {}
"""Rough sizes of tables, only to choose how large a share of one a sample is; each count renews its own."""


class BoundedCount(NamedTuple):
    """How the rows of a list are counted with less work than by the list itself."""

    statement: tuple[str, tuple[Any, ...]]
    """Selects as many rows, up to EXACT_UP_TO + 1."""
    looked_at: QuerySet[Any]
    """The same rows, each of which is looked at: to count some of them."""


class Count(NamedTuple):
    """A number of rows, and whether it is that number exactly."""

    value: int
    exact: bool


def stored_count(*names: str) -> Count:
    """The kept counts of these names, added up."""
    return Count(sum(int(total or 0) for total in stored_total(*names).values_list("total", flat=True)), exact=True)


def stored_total(*names: str) -> QuerySet[Any, Any]:
    """The same as one row of one column, `total`, to be read along with something else."""
    return _total(RowCount.objects.filter(name__in=names))


def rough_size(prefix: str) -> int:
    """About how many rows the table has whose kept counts begin with `prefix`; asks once a process."""
    if prefix not in _sizes:
        _sizes[prefix] = sum(int(total or 0) for total in _size(prefix).values_list("total", flat=True))
    return _sizes[prefix]


def cache_key(rows: QuerySet[Any]) -> str:
    """What tells `rows` from others whose number is asked for."""
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
    """How many `rows` there are: exact up to EXACT_UP_TO or if `exact`, else estimated from a sample.

    `prefix` names the table's kept counts. With `share` the answer is kept in the cache, under the generation of
    the data it was counted from and the `name` that `called` gives `rows`. `bounded` is what counts them with less
    work, where there is such.
    """
    current = generation(rows.db) if share else None
    key = f"count:{_digest(current, exact, name)}"
    if current and (found := cache.get(key)):
        return Count(*found)
    rows = rows.order_by().values("pk")
    count = Count(rows.count(), exact=True) if exact else _count(rows, prefix, bounded)
    if current:
        cache.set(key, tuple(count), settings.COUNT_CACHE_SECONDS)
    return count


def sampled_sizes(rows: QuerySet[Any], column: str, *, prefix: str) -> dict[Any, int]:
    """About how many of `rows` have each value of `column`, from TIER_ROWS rows of the table: {} for a small one."""
    share = _share(TIER_ROWS, prefix)
    if share == 1:
        return {}
    found = _sample(rows.order_by(), TIER_ROWS, prefix).values_list(column).annotate(number=RowsCounted("pk"))
    return {value: round(number / share) for value, number in found}


def _count(rows: QuerySet[Any], prefix: str, given: BoundedCount | None) -> Count:
    """A look at a few rows decides whether to count up to the bound or to estimate, in one statement.

    Counting a condition that many rows meet can make the database read them all before the bound stops it.
    """
    broad = round(FEW_MARGIN * EXACT_UP_TO * _share(PROBE_ROWS, prefix))
    everywhere = max(broad, PROBE_ROWS // 10)
    each = given.looked_at.values("pk") if given else rows
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
    found, sampled, broadly, total = _row(rows, statement, params)
    share = _share(SAMPLE_ROWS if broadly is None else BROAD_ROWS, prefix)
    sampled = sampled if broadly is None else broadly
    _sizes[prefix] = int(total or 0)
    if found is not None and found <= EXACT_UP_TO:
        return Count(found, exact=True)
    if sampled is None:
        share = _share(SAMPLE_ROWS, prefix)
        sampled = _sample(each, SAMPLE_ROWS, prefix).count()
    estimate = round(sampled / share)
    if found is None and estimate <= BROAD_MARGIN * EXACT_UP_TO:
        (found,) = _row(rows, f"SELECT count(*) FROM ({bounded}) AS bounded", bounded_params)  # noqa: S608
        if found <= EXACT_UP_TO:
            return Count(found, exact=True)
    return Count(max(found or 0, min(estimate, rough_size(prefix))), exact=False)


def _row(rows: QuerySet[Any], statement: str, params: tuple[Any, ...]) -> tuple[Any, ...]:
    with connections[rows.db].cursor() as cursor:
        cursor.execute(statement, params)
        return tuple(cursor.fetchone())


def _compiled(rows: QuerySet[Any, Any]) -> tuple[str, tuple[Any, ...]]:
    return rows.query.sql_with_params()


def _share(number: int, prefix: str) -> float:
    return min(1.0, number / max(1, rough_size(prefix)))


def _sample(rows: QuerySet[Any], number: int, prefix: str) -> QuerySet[Any]:
    """The matches among about `number` rows of the table, always the same ones; none where that is the whole table."""
    share = _share(number, prefix)
    return rows.filter(sample_key__lt=round(SAMPLE_RANGE * share) if share < 1 else 0)


def _size(prefix: str) -> QuerySet[Any, Any]:
    return _total(RowCount.objects.filter(name__startswith=prefix))


def _total(rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    total: QuerySet[Any, Any] = rows.order_by().annotate(one=Value(1)).values("one").annotate(total=Sum("value"))
    return total.values("total")


def _digest(*parts: object) -> str:
    return hashlib.blake2b(repr(parts).encode(), digest_size=20).hexdigest()
