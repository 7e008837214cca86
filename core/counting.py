"""How many rows a list has, without counting a table: exact up to a bound, an estimate past it."""

import hashlib
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.db.models import QuerySet, Sum, Value

from core.fields import SAMPLE_RANGE
from core.generation import generation
from core.models import RowCount

EXACT_UP_TO = 10_000
SAMPLE_ROWS = 2_000
"""Rows an estimate looks at; its relative error is about 1 / sqrt(SAMPLE_ROWS × the share that matches)."""


class Count(NamedTuple):
    """A number of rows, and whether it is that number exactly."""

    value: int
    exact: bool


def kept(*names: str) -> Count:
    """The kept counts of these names, added up."""
    return Count(RowCount.objects.filter(name__in=names).aggregate(total=Sum("value"))["total"] or 0, exact=True)


_sizes: dict[str, int] = {}
"""Rough sizes of tables, only to choose how large a share of one a sample is; each estimate renews its own."""


def count_rows(rows: QuerySet[Any], *, prefix: str, exact: bool = False, share: bool = True) -> Count:
    """How many `rows` there are: exact up to EXACT_UP_TO or if `exact`, else estimated from a sample.

    `prefix` names the table's kept counts. With `share` the answer is kept in the cache, under
    the generation of the data it was counted from.
    """
    rows = rows.order_by()
    sql, params = _exact(rows) if exact else _bounded(rows, prefix)
    current = generation(rows.db) if share else None
    key = f"count:{_digest(current, sql, params)}"
    if current and (found := cache.get(key)):
        return Count(*found)
    with connections[rows.db].cursor() as cursor:
        cursor.execute(sql, params)
        number, sampled, size = cursor.fetchone()
    count = Count(number, exact=True)
    if not exact and number > EXACT_UP_TO:
        count = Count(max(number, round(sampled / _sample_share(prefix))), exact=False)
        _sizes[prefix] = size or 0
    if current:
        cache.set(key, tuple(count), settings.COUNT_CACHE_SECONDS)
    return count


def _exact(rows: QuerySet[Any]) -> tuple[str, tuple[Any, ...]]:
    sql, params = rows.values("pk").query.sql_with_params()
    return f"SELECT count(*), 0, 0 FROM ({sql}) AS found", params  # noqa: S608 - compiled by the ORM


def _bounded(rows: QuerySet[Any], prefix: str) -> tuple[str, tuple[Any, ...]]:
    """One statement that counts up to the bound, and looks at the sample only past it."""
    sql, params = rows.values("pk")[: EXACT_UP_TO + 1].query.sql_with_params()
    sample = rows.filter(sample_key__lt=round(SAMPLE_RANGE * _sample_share(prefix)))
    sample_sql, sample_params = sample.values("pk").query.sql_with_params()
    size_sql, size_params = _size(prefix).query.sql_with_params()
    statement = f"""
        SELECT n,
            CASE WHEN n > {EXACT_UP_TO} THEN (SELECT count(*) FROM ({sample_sql}) AS sample) END,
            CASE WHEN n > {EXACT_UP_TO} THEN ({size_sql}) END
        FROM (SELECT count(*) AS n FROM ({sql}) AS bounded) AS counted
    """  # noqa: S608 - compiled by the ORM
    return statement, (*sample_params, *size_params, *params)


def _size(prefix: str) -> QuerySet[Any]:
    return (
        RowCount.objects.filter(name__startswith=prefix)
        .order_by()
        .annotate(one=Value(1))
        .values("one")
        .annotate(total=Sum("value"))
        .values("total")
    )


def _sample_share(prefix: str) -> float:
    if prefix not in _sizes:
        _sizes[prefix] = sum(total or 0 for total in _size(prefix).values_list("total", flat=True))
    return min(1.0, SAMPLE_ROWS / max(1, _sizes[prefix]))


def _digest(current: str | None, sql: str, params: tuple[Any, ...]) -> str:
    return hashlib.blake2b(repr((current, sql, params)).encode(), digest_size=20).hexdigest()
