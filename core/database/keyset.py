"""Keyset pagination: the rows after a key are read as ranges of an index, never by skipping rows.

The textbook condition `(a, b, id) > (x, y, z)` holds for columns of one direction without nulls
only. Here the rows after a key are written as a chain of ranges, nearest first:
`a = x, b = y, id > z`, then `a = x, b > y`, then `a > x`, then `a is null`. Each is one range of an
index on (a, b, id), read in its own order and no further than the page, whatever the directions.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.db import connections
from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import Combinable, OrderBy, RawSQL
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

    def order_by(self, *, native: bool = False) -> OrderBy | None:
        """The ORDER BY item, which is None only in TierTerm. With `native` nulls stand where the index has them."""
        column = F(self.column)
        if not self.nullable or native:
            return column.desc() if self.descending else column.asc()
        placement: dict[str, Any] = {"nulls_first": True} if self.nulls_first else {"nulls_last": True}
        return column.desc(**placement) if self.descending else column.asc(**placement)

    def equals(self, value: Any) -> Q:
        """The condition that the column is `value`, which may be None."""
        return Q(**{f"{self.column}__isnull": True}) if value is None else Q(**{self.column: value})

    def beyond(self, value: Any) -> list[Q]:
        """The conditions of the ranges that hold the rows after `value` in this term's order, nearest first."""
        null, present = self._null_or_not()
        if value is None:
            return [present] if self.nulls_first else []
        further = Q(**{f"{self.column}__{'lt' if self.descending else 'gt'}": value})
        return [further, null] if self.nullable and not self.nulls_first else [further]

    def everything(self) -> list[Q]:
        """The conditions of the ranges that hold all rows, in this term's order."""
        if not self.nullable:
            return [Q()]
        null, present = self._null_or_not()
        return [null, present] if self.nulls_first else [present, null]

    def leading_ranges(self, ordering: "Ordering", after: "Key | None") -> Iterator[tuple[int, Q]]:
        """The `ranges` of an ordering that this term leads."""
        return ranges(ordering, after)

    def _null_or_not(self) -> tuple[Q, Q]:
        # SQLite finds IS NOT NULL in an index; for NOT (… IS NULL), which `~` makes, it reads all of it.
        return Q(**{f"{self.column}__isnull": True}), Q(**{f"{self.column}__isnull": False})


Key = Sequence[Any]
Ordering = tuple[Term, ...]


def reverse(ordering: Ordering) -> Ordering:
    """The terms of `ordering`, each in the opposite order."""
    return tuple(term.reversed() for term in ordering)


@dataclass(frozen=True)
class TierTerm(Term):
    """A leading term whose few values are conditions rather than a column: best tier first.

    A tier of few rows is read through the search index by its condition in `tiers`, and sorted. A tier in
    `scanned_tiers` has too many: the rest of the ordering is scanned instead, and each row tested by the equal
    condition in `scan_conditions`.

    Every tier's condition includes the list's own, `pk__in=within`; `each` tests a single row for that.
    """

    tiers: tuple[Q, ...] = ()
    scan_conditions: tuple[Q, ...] = ()
    scanned_tiers: frozenset[int] = frozenset()
    within: Combinable | None = None
    each: Q = field(default_factory=Q)

    def unfiltered(self, rows: QuerySet[M]) -> QuerySet[M]:
        """`rows` without `pk__in=within` on SQLite, which would look up every row of it; PostgreSQL plans by it."""
        if connections[rows.db].vendor == "postgresql":
            return rows
        bare, where = _bare(rows), rows.query.where
        others = [node for node in where.children if getattr(node, "rhs", None) != self.within]
        bare.query.where = WhereNode(others, where.connector, where.negated)
        return bare

    def looked_at(self, rows: QuerySet[M]) -> QuerySet[M]:
        """`rows` by conditions that are tested row by row: the fastest way to count a sample of them."""
        bare = self.unfiltered(rows)
        return rows if bare is rows else bare.filter(self.each)

    def order_by(self, *, native: bool = False) -> OrderBy | None:
        """None within one tier; across tiers, the ORDER BY item of the annotation named by `column`."""
        return None if native else super().order_by()

    def equals(self, value: Any) -> Q:
        """The condition that a row is in the tier `value`."""
        tier: Q = self.scan_conditions[value] if value in self.scanned_tiers else self.tiers[value]
        return tier

    def following(self, value: int | None) -> Iterator[int]:
        """Yield the numbers of the tiers after `value`, or before it in a reversed ordering; all for None."""
        numbers = range(len(self.tiers))
        if value is not None:
            numbers = numbers[:value] if self.descending else numbers[value + 1 :]
        yield from reversed(numbers) if self.descending else numbers

    def whole(self, number: int, then: Term) -> Iterator[tuple[int, Q]]:
        """Yield a tier as `ranges` does: a scanned tier as ranges of the next term, `then`; any other as one."""
        if number not in self.scanned_tiers:
            yield 0, self.tiers[number]
            return
        for condition in then.everything():
            yield 1, self.scan_conditions[number] & condition


def ranges(ordering: Ordering, after: Key | None) -> Iterator[tuple[int, Q]]:
    """Yield (index of the first term not fixed, condition) for each range of rows after the key, nearest first."""
    if isinstance(leading := ordering[0], TierTerm):
        yield from _tier_ranges(leading, ordering, after)
    elif after is None:
        yield from ((0, condition) for condition in ordering[0].everything())
    else:
        yield from _following(ordering, after, last=0)


def _following(ordering: Ordering, after: Key, last: int) -> Iterator[tuple[int, Q]]:
    """Yield the ranges after the key in which a term, from the last down to number `last`, is the first not fixed."""
    for moving in range(len(ordering) - 1, last - 1, -1):
        fixed = Q()
        for term, value in zip(ordering[:moving], after, strict=False):
            fixed &= term.equals(value)
        for condition in ordering[moving].beyond(after[moving]):
            yield moving, fixed & condition


def _tier_ranges(leading: TierTerm, ordering: Ordering, after: Key | None) -> Iterator[tuple[int, Q]]:
    if after is not None:
        yield from _following(ordering, after, last=1)
    for number in leading.following(None if after is None else after[0]):
        yield from leading.whole(number, ordering[1])


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
    if selective and not isinstance(ordering[0], TierTerm):
        following = reduce(or_, (condition for _, condition in ranges(ordering, after))) if after else Q()
        matching = _bare(rows).filter(AnyOf(rows.order_by().values("pk"))).filter(following)
        return matching.order_by(*_order(ordering))[offset : offset + limit]
    if isinstance(ordering[0], TierTerm):
        rows = ordering[0].unfiltered(rows)
    branches = [
        rows.filter(condition).order_by(*_order(ordering, moving, without=_null(ordering, moving, condition)))
        for moving, condition in ordering[0].leading_ranges(ordering, after)
    ]
    if len(branches) == 1:
        return branches[0][offset : offset + limit]
    parts, params = list[str](), list[Any]()
    for index, branch in enumerate(branches):
        sql, branch_params = branch.values("pk")[: offset + limit].query.sql_with_params()
        parts.append(f"SELECT * FROM ({sql}) AS range_{index}")  # noqa: S608 - compiled by the ORM
        params.extend(branch_params)
    union = f"SELECT * FROM ({' UNION ALL '.join(parts)} LIMIT {int(limit)} OFFSET {int(offset)}) AS page"  # noqa: S608
    return _bare(rows).filter(pk__in=RawSQL(union, params)).order_by(*_order(ordering))


def is_selective(matches: int, of: int, limit: int) -> bool:
    """Whether sorting all `matches` reads fewer rows than scanning an order until `limit` of them are met.

    A scan of `of` rows meets a match every `of / matches` rows.
    """
    return matches * matches <= limit * of


def with_scanned_tiers(ordering: Ordering, sizes: Mapping[int, int], of: int, limit: int) -> Ordering:
    """`ordering`, whose tiers have these `sizes` in a table of `of` rows; tiers too large to be sorted are scanned."""
    leading = ordering[0]
    assert isinstance(leading, TierTerm)
    broad = frozenset(number for number, size in sizes.items() if not is_selective(size, of, limit))
    return (replace(leading, scanned_tiers=broad), *ordering[1:])


def _bare(rows: QuerySet[M]) -> QuerySet[M]:
    """`rows` with their joins, prefetches and annotations, but without any condition."""
    bare = rows.all()
    bare.query.where = WhereNode()
    return bare


def _null(ordering: Ordering, moving: int, condition: Q) -> int | None:
    """The number of the term that is null in all of a tier's range, which need not be ordered by it; or None.

    No index has popularity falling and ids rising, so PostgreSQL would sort every row without a popularity.
    """
    if not isinstance(ordering[0], TierTerm) or moving != 1 or not ordering[1].nullable:
        return None
    return 1 if _asks_for(condition, ordering[1].equals(None)) else None


def _asks_for(condition: Q, part: Q) -> bool:
    """Whether the only child of `part` is one of the conditions that `condition` joins by AND."""
    if condition.connector != Q.AND or condition.negated:
        return False
    return any(
        child in part.children or (isinstance(child, Q) and _asks_for(child, part)) for child in condition.children
    )


def _order(ordering: Ordering, moving: int = -1, *, without: int | None = None) -> list[OrderBy]:
    """The ORDER BY of a range: the terms up to number `moving` are fixed in it, or free of nulls.

    `without` is the number of a term that is null in the whole range: PostgreSQL would sort by it nevertheless.
    """
    items = (term.order_by(native=index <= moving) for index, term in enumerate(ordering) if index != without)
    return [item for item in items if item is not None]
