"""Keyset pagination: the rows after a key are read as ranges of an index, never by skipping rows.

The textbook condition `(a, b, id) > (x, y, z)` holds for columns of one direction without nulls
only. Here the rows after a key are written as a chain of ranges, nearest first:
`a = x, b = y, id > z`, then `a = x, b > y`, then `a > x`, then `a is null`. Each is one range of an
index on (a, b, id), read in its own order and no further than the page, whatever the directions.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any, NamedTuple, TypeVar

from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import OrderBy, RawSQL
from django.db.models.sql.where import WhereNode

from core.database.expressions import AnyOf

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Term:
    """One column of an ordering. Rows without a value (null) come last, or first in a reversed ordering."""

    column: str
    descending: bool = False
    nullable: bool = False
    nulls_first: bool = False

    def reversed(self) -> "Term":
        """This term in the opposite order."""
        return replace(self, descending=not self.descending, nulls_first=not self.nulls_first)

    def order_by(self, *, native: bool = False) -> OrderBy:
        """The ORDER BY item. `native` leaves nulls where the index has them: for ranges all null or without nulls."""
        column = F(self.column)
        if not self.nullable or native:
            return column.desc() if self.descending else column.asc()
        placement: dict[str, Any] = {"nulls_first": True} if self.nulls_first else {"nulls_last": True}
        return column.desc(**placement) if self.descending else column.asc(**placement)

    def equals(self, value: Any) -> Q:
        """The condition that the column is `value`, which may be None."""
        return Q(**{f"{self.column}__isnull": True}) if value is None else Q(**{self.column: value})

    def beyond(self, value: Any) -> list[tuple[Q, bool]]:
        """The ranges of rows after `value`, in this term's order: their conditions, and whether the column is null."""
        null, present = self._null_or_not()
        if value is None:
            return [present] if self.nulls_first else []
        further = Q(**{f"{self.column}__{'lt' if self.descending else 'gt'}": value}), False
        return [further, null] if self.nullable and not self.nulls_first else [further]

    def everything(self) -> list[tuple[Q, bool]]:
        """The ranges of all rows, as `beyond` gives them."""
        if not self.nullable:
            return [(Q(), False)]
        null, present = self._null_or_not()
        return [null, present] if self.nulls_first else [present, null]

    def leading_ranges(self, ordering: "Ordering", after: "Key | None") -> Iterator["Range"]:
        """The ranges of a page of `ordering`, whose first term is this one; some terms have ranges of their own."""
        return ranges(ordering, after)

    def _null_or_not(self) -> tuple[tuple[Q, bool], tuple[Q, bool]]:
        # SQLite finds IS NOT NULL in an index; for NOT (… IS NULL), which `~` makes, it reads all of it.
        return (Q(**{f"{self.column}__isnull": True}), True), (Q(**{f"{self.column}__isnull": False}), False)


Key = Sequence[Any]
Ordering = tuple[Term, ...]


def reverse(ordering: Ordering) -> Ordering:
    """The terms of `ordering`, each in the opposite order."""
    return tuple(term.reversed() for term in ordering)


class Range(NamedTuple):
    """The rows of an ordering in which the terms before number `moving` are fixed and that one is not."""

    moving: int
    condition: Q
    null: bool
    """Whether the term `moving`, or one before it, is null in every row of the range."""


def ranges(ordering: Ordering, after: Key | None) -> Iterator[Range]:
    """The ranges of the rows after the key `after`, or of all rows for None, nearest first."""
    if after is None:
        yield from (Range(0, condition, null) for condition, null in ordering[0].everything())
        return
    for moving in range(len(ordering) - 1, -1, -1):
        fixed, nulls = Q(), None in after[:moving]
        for term, value in zip(ordering[:moving], after, strict=False):
            fixed &= term.equals(value)
        for condition, null in ordering[moving].beyond(after[moving]):
            yield Range(moving, fixed & condition, nulls or null)


def page(
    rows: QuerySet[M],
    ordering: Ordering,
    *,
    limit: int,
    after: Key | None = None,
    offset: int = 0,
    selective: bool = False,
) -> QuerySet[M]:
    """The `limit` rows of `rows` that follow `after`, in one statement that reads about that many.

    Each range becomes a branch of a UNION ALL that is itself ordered and limited; the branches run in
    turn and stop when the page is full. With `selective` the caller knows that few rows match at all:
    then all of them are read first and sorted, whatever the database's statistics say.
    """
    if selective:
        matching = bare(rows).filter(AnyOf(rows.order_by().values("pk")))
        return sorted_page(matching, ordering, limit=limit, after=after, offset=offset)
    branches = [
        rows.filter(each.condition).order_by(*_order(ordering, each))
        for each in ordering[0].leading_ranges(ordering, after)
    ]
    if len(branches) == 1:
        return branches[0][offset : offset + limit]
    parts, params = list[str](), list[Any]()
    for index, branch in enumerate(branches):
        sql, branch_params = branch.values("pk")[: offset + limit].query.sql_with_params()
        parts.append(f"SELECT * FROM ({sql}) AS range_{index}")  # noqa: S608 - compiled by the ORM
        params.extend(branch_params)
    union = f"SELECT * FROM ({' UNION ALL '.join(parts)} LIMIT {int(limit)} OFFSET {int(offset)}) AS page"  # noqa: S608
    return bare(rows).filter(pk__in=RawSQL(union, params)).order_by(*_order(ordering))


def sorted_page(
    rows: QuerySet[M], ordering: Ordering, *, limit: int, after: Key | None = None, offset: int = 0
) -> QuerySet[M]:
    """The page of `page` by reading and sorting all `rows`."""
    following = reduce(or_, (each.condition for each in ranges(ordering, after))) if after else Q()
    return rows.filter(following).order_by(*_order(ordering))[offset : offset + limit]


def is_selective(matches: int, of: int, limit: int) -> bool:
    """Whether sorting all `matches` reads fewer rows than scanning an order until `limit` of them are met.

    A scan of `of` rows meets a match every `of / matches` rows.
    """
    return matches * matches <= limit * of


def bare(rows: QuerySet[M]) -> QuerySet[M]:
    """`rows` with its joins, prefetches and annotations, but without conditions."""
    everything = rows.all()
    everything.query.where = WhereNode()
    return everything


def _order(ordering: Ordering, within: Range | None = None) -> list[OrderBy]:
    """The ORDER BY of `ordering`, or of a range of it.

    Where a null is followed by an id that runs the other way, no index has both: PostgreSQL would sort every row
    without a popularity. The id alone orders such a range.
    """
    if within is None:
        return [term.order_by() for term in ordering]
    *others, last = ordering
    if within.null and len(others) == 1 and others[0].descending != last.descending:
        return [last.order_by()]
    return [term.order_by(native=index <= within.moving) for index, term in enumerate(ordering)]
