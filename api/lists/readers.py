"""How a request's rows are read: by the plan of what is shown, or through model instances where there is none."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BigIntegerField, DateTimeField, F, Field, Model, QuerySet, Subquery, TextField
from django.db.models.functions import Cast

from core.database.counting import stored_count, stored_total
from core.database.keyset import Ordering, TierTerm, page, reverse
from core.database.statements import STATEMENTS, Slot
from core.search.statistics import STATISTICS
from serializers.base import Serializer
from serializers.plan import Plan, plan_of

Rows = QuerySet[Any, Any]


@dataclass(frozen=True)
class PageQuery:
    """A page's place in a list: the rows that follow `after` in an order, or that come before it."""

    identity: str
    """What the list is, with its filters and ordering."""
    rows: Rows
    ordering: Ordering
    limit: int
    after: list[Any] | None
    backwards: bool
    offset: int
    selective: bool
    kept: tuple[str, ...]
    """Names of the kept counts that add up to the list's length, to be read along."""

    @property
    def form(self) -> tuple[Hashable, ...]:
        """What a statement's text depends on, besides the list and the key."""
        broad = tuple(term.scanned_tiers for term in self.ordering if isinstance(term, TierTerm))
        known, version = looked_up_ids(self.rows), STATISTICS.version
        return self.backwards, self.limit, self.offset, self.selective, self.kept, broad, known, version

    def page(self, rows: Rows, after: list[Any] | None) -> Rows:
        """These of `rows`, after a key whose values may be open."""
        terms = reverse(self.ordering) if self.backwards else self.ordering
        return page(rows, terms, limit=self.limit, after=after, offset=self.offset, selective=self.selective)


def looked_up_ids(rows: Rows) -> tuple[tuple[int, ...], ...]:
    """The ids that filters read from the database and wrote into the query: it holds for these only."""
    return getattr(rows, "known", ())


class PlanReader:
    """Reads rows of a plan's columns, by statements compiled once for everything their text depends on."""

    def __init__(self, plan: Plan, base_url: str) -> None:
        self.plan, self.base_url = plan, base_url

    def page(self, stretch: PageQuery) -> tuple[list[Any], int | None]:
        """The rows of a page, and the list's kept length unless there is no row to carry it."""
        model, using = stretch.rows.model, stretch.rows.db
        after, shape = _opened(stretch, model)
        key = (connections[using].vendor, self.plan, stretch.identity, shape, *stretch.form)
        found = STATEMENTS.get(key, lambda: self._select(stretch, after)).run(using, stretch.after or ())
        return found, int(found[0][-1] or 0) if found and stretch.kept else None

    def _select(self, stretch: PageQuery, after: list[Any] | None) -> Rows:
        total = [Subquery(stored_total(*stretch.kept))] if stretch.kept else []
        keys = _keys(stretch.ordering, stretch.rows.model)
        return self.plan.select(stretch.page(stretch.rows, after), *keys, *total)

    def key(self, row: Any, stretch: PageQuery) -> list[Any]:
        """What the ordering compares of `row`."""
        start, fields = len(self.plan.columns), _columns(stretch.rows.model)
        values = row[start : start + len(stretch.ordering)]
        return [
            _moment(value) if isinstance(fields.get(term.column), DateTimeField) else value
            for term, value in zip(stretch.ordering, values, strict=True)
        ]

    def find(self, name: Hashable, rows: Callable[..., Rows], **given: tuple["Field[Any, Any]", Any]) -> list[Any]:
        """The few rows that `rows` finds by the values `given`, each with the field that says its type."""
        slots = {key: Slot(index, field) for index, (key, (field, _)) in enumerate(given.items())}
        key = (connections[DEFAULT_DB_ALIAS].vendor, self.plan, name)
        statement = STATEMENTS.get(key, lambda: self.plan.select(rows(**slots)))
        return statement.run(DEFAULT_DB_ALIAS, [value for _, value in given.values()])

    def show(self, rows: list[Any]) -> list[dict[str, Any]]:
        """What the serializer shows of `rows`."""
        columns = len(self.plan.columns)
        return self.plan.make([row[:columns] for row in rows], self.base_url)


class InstanceReader:
    """The same through model instances, which serpy shows: ten times slower, for what no plan can say."""

    def __init__(self, serializer: type[Serializer], base_url: str, *, detail: bool) -> None:
        self.serializer, self.context, self.detail = serializer, {"base_url": base_url}, detail

    def page(self, stretch: PageQuery) -> tuple[list[Any], int | None]:
        """The model instances of a page, and the list's kept length."""
        found = list(stretch.page(self._all(stretch.rows), stretch.after))
        return found, stored_count(*stretch.kept).value if stretch.kept else None

    def key(self, row: Any, stretch: PageQuery) -> list[Any]:
        """What the ordering compares of `row`."""
        values = [getattr(row, term.column) for term in stretch.ordering]
        return [value.isoformat() if isinstance(value, datetime) else value for value in values]

    def find(self, name: Hashable, rows: Callable[..., Rows], **given: tuple["Field[Any, Any]", Any]) -> list[Any]:
        """The few model instances that `rows` finds by the values `given`."""
        return list(self._all(rows(**{key: value for key, (_, value) in given.items()})))

    def show(self, rows: list[Any]) -> list[dict[str, Any]]:
        """What the serializer shows of `rows`."""
        return self.serializer(rows, many=True, context=self.context).data

    def _all(self, rows: Any) -> Rows:
        return rows.for_detail() if self.detail else rows.for_list()


def reader(
    serializer: type[Serializer], model: type[Model], base_url: str, *, detail: bool
) -> PlanReader | InstanceReader:
    """How to read what `serializer` shows of `model`, with the relations of a detail if `wide`, else of a list."""
    plan = plan_of(serializer, model, detail=detail)
    return PlanReader(plan, base_url) if plan else InstanceReader(serializer, base_url, detail=detail)


def _columns(model: type[Model]) -> dict[str, "Field[Any, Any]"]:
    return model._meta._forward_fields_map  # type: ignore[attr-defined]


def _opened(stretch: PageQuery, model: type[Model]) -> tuple[list[Any] | None, tuple[Any, ...] | None]:
    """The key with its values open, and what of it the statement's text depends on: nulls, and the tier."""
    if stretch.after is None:
        return None, None
    fields, key, shape = _columns(model), [], []
    for index, (term, value) in enumerate(zip(stretch.ordering, stretch.after, strict=True)):
        fixed = value is None or isinstance(term, TierTerm)
        key.append(value if fixed else Slot(index, fields.get(term.column) or BigIntegerField()))
        shape.append(value if fixed else "open")
    return key, tuple(shape)


def _keys(ordering: Ordering, model: type[Model]) -> list[Any]:
    """The columns that the ordering compares; moments as text, which keeps their microseconds."""
    fields = _columns(model)
    return [
        Cast(term.column, TextField())
        if isinstance(field := fields.get(term.column), DateTimeField)
        else F(term.column)
        if field
        else term.column
        for term in ordering
    ]


def _moment(text: str) -> str:
    """A moment of a database's text with its offset, which SQLite leaves out: all are in UTC."""
    return text if "+" in text else f"{text}+00:00"
