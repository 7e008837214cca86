"""Readers: read a list's rows and show them, by a serializer's read plan, or as model instances where it has none."""

from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import DateTimeField, F, Field, Model, QuerySet, Subquery, TextField
from django.db.models.functions import Cast

from core.database.counting import stored_count, stored_total
from core.database.expressions import Among
from core.database.keyset import Ordering, page, reverse
from core.database.shuffling import ShuffledTerm
from core.database.statements import STATEMENTS, Slot, Statement
from serializers.base import Serializer
from serializers.plans.plan import Plan, plan_of

Rows = QuerySet[Any, Any]


@dataclass(frozen=True)
class PageQuery:
    """What to read for one page: the `limit` rows that follow the key `after` in the ordering.

    If `backwards`, it is the rows that precede the key, nearest first.
    """

    identity: str
    """The list's path, filters and order, as its cursors are signed with them."""
    rows: Rows
    ordering: Ordering
    limit: int
    after: list[Any] | None
    backwards: bool
    offset: int
    selective: bool = False
    stored_counts: tuple[str, ...] = ()
    """Names of the stored counts that add up to the list's length; the page's statement reads their sum too."""

    def cache_key(self, plan: Plan, open_key: tuple[Any, ...] | None) -> Hashable:
        """The key under which the page's compiled statement is cached: everything that the statement depends on.

        Besides the query's own fields: the ids that filters looked up.
        """
        chosen = (self.backwards, self.limit, self.offset, self.selective, self.stored_counts)
        ids, vendor = looked_up_ids(self.rows), connections[self.rows.db].vendor
        return vendor, plan, self.identity, open_key, *chosen, ids

    def page(self, rows: Rows, after: list[Any] | None) -> Rows:
        """The queryset `rows` narrowed to this page; values of the key `after` may be Slots, which are filled later."""
        terms = reverse(self.ordering) if self.backwards else self.ordering
        return page(rows, terms, limit=self.limit, after=after, offset=self.offset, selective=self.selective)


def looked_up_ids(rows: Rows) -> tuple[tuple[int, ...], ...]:
    """The ids that filters of `rows` read from the database, a tuple for each filter.

    The query's SQL holds these ids, so it is valid only as long as the database gives the same ones.
    """
    return getattr(rows, "known", ())


class PlanReader:
    """Reads rows as tuples of the columns of a read plan, by statements that are compiled once and cached."""

    def __init__(self, plan: Plan, base_url: str) -> None:
        self.plan, self.base_url = plan, base_url

    def page(self, query: PageQuery) -> tuple[list[Any], int | None]:
        """The rows of a page, and the sum of the stored counts; None without stored counts or without any row."""
        rows = self._statement(query).run(query.rows.db, query.after or ())
        return rows, int(rows[0][-1] or 0) if rows and query.stored_counts else None

    def _statement(self, query: PageQuery) -> Statement:
        """The statement of a page, from the cache unless its text depends on the key: a random order's ranges do."""
        if isinstance(query.ordering[0], ShuffledTerm):
            return Statement.of(self._select(query, query.after))
        after, open_key = _opened(query)
        return STATEMENTS.get(query.cache_key(self.plan, open_key), lambda: self._select(query, after))

    def _select(self, query: PageQuery, after: list[Any] | None) -> Rows:
        total = [Subquery(stored_total(*query.stored_counts))] if query.stored_counts else []
        return self.plan.select(query.page(query.rows, after), *key_columns(query), *total)

    def listed(self, keys: Sequence[tuple[Any, ...]], query: PageQuery) -> list[Any]:
        """The rows of a page, given by their keys in `query`'s ordering, each of which is followed by the row's id."""
        found = self.by_id(query.rows.model, [pk for *_, pk in keys])
        return [(*found[pk], *key) for *key, pk in keys if pk in found]

    def by_id(self, model: type[Model], ids: Collection[int]) -> dict[int, Any]:
        """The rows of `model` with these `ids`, by id."""
        vendor = connections[DEFAULT_DB_ALIAS].vendor
        statement = STATEMENTS.get(
            (vendor, self.plan, Among),
            lambda: self.plan.select(model._default_manager.filter(Among(Slot(0, TextField()))), "pk"),
        )
        rows = statement.run(DEFAULT_DB_ALIAS, [Among.ids_text(ids, vendor)]) if ids else []
        return {row[-1]: row[:-1] for row in rows}

    def key(self, row: Any, query: PageQuery) -> list[Any]:
        """The values of `row` in the columns of the ordering: the key that a cursor holds."""
        start, fields = len(self.plan.columns), _columns(query.rows.model)
        values = row[start : start + len(query.ordering)]
        return [
            _moment(value) if isinstance(fields.get(term.column), DateTimeField) else value
            for term, value in zip(query.ordering, values, strict=True)
        ]

    def find(self, name: Hashable, rows: Callable[..., Rows], **given: tuple["Field[Any, Any]", Any]) -> list[Any]:
        """The rows, as tuples, of the queryset that `rows` makes of the values `given`.

        Each is given as a pair of the field whose type it has and the value. `name` is the cache key of the compiled
        statement: one name must always stand for one queryset.
        """
        slots = {key: Slot(index, field) for index, (key, (field, _)) in enumerate(given.items())}
        key = (connections[DEFAULT_DB_ALIAS].vendor, self.plan, name)
        statement = STATEMENTS.get(key, lambda: self.plan.select(rows(**slots)))
        return statement.run(DEFAULT_DB_ALIAS, [value for _, value in given.values()])

    def show(self, rows: list[Any]) -> list[dict[str, Any]]:
        """The JSON documents of `rows`, as dicts."""
        columns = len(self.plan.columns)
        return self.plan.make([row[:columns] for row in rows], self.base_url)


class InstanceReader:
    """Reads rows as model instances, which serpy serializes: ten times slower, for serializers without a read plan."""

    def __init__(self, serializer: type[Serializer], base_url: str, *, detail: bool) -> None:
        self.serializer, self.context, self.detail = serializer, {"base_url": base_url}, detail

    def page(self, query: PageQuery) -> tuple[list[Any], int | None]:
        """The rows of a page as model instances, and the sum of the query's stored counts, None if it names none."""
        found = list(query.page(self._all(query.rows), query.after))
        return found, stored_count(*query.stored_counts).value if query.stored_counts else None

    def listed(self, keys: Sequence[tuple[Any, ...]], query: PageQuery) -> list[Any]:
        """The model instances of a page, given by their keys as for a PlanReader; with values no column has."""
        found, fields = self.by_id(query.rows.model, [pk for *_, pk in keys]), _columns(query.rows.model)
        for *key, pk in keys:
            for term, value in zip(query.ordering, key, strict=True):
                if pk in found and term.column not in fields:
                    setattr(found[pk], term.column, value)
        return [found[pk] for *_, pk in keys if pk in found]

    def by_id(self, model: type[Model], ids: Collection[int]) -> dict[int, Any]:
        """The instances of `model` with these `ids`, by id."""
        return {row.pk: row for row in self._all(model._default_manager.filter(pk__in=ids))}

    def key(self, row: Any, query: PageQuery) -> list[Any]:
        """The values of `row` in the columns of the ordering: the key that a cursor holds."""
        values = [getattr(row, term.column) for term in query.ordering]
        return [value.isoformat() if isinstance(value, datetime) else value for value in values]

    def find(self, name: Hashable, rows: Callable[..., Rows], **given: tuple["Field[Any, Any]", Any]) -> list[Any]:
        """The model instances of the queryset that `rows` makes of the values `given`.

        `name` and fields are not used.
        """
        return list(self._all(rows(**{key: value for key, (_, value) in given.items()})))

    def show(self, rows: list[Any]) -> list[dict[str, Any]]:
        """The JSON documents of `rows`, as dicts."""
        return self.serializer(rows, many=True, context=self.context).data

    def _all(self, rows: Any) -> Rows:
        return rows.for_detail() if self.detail else rows.for_list()


def reader(
    serializer: type[Serializer], model: type[Model], base_url: str, *, detail: bool
) -> PlanReader | InstanceReader:
    """The reader of rows of `model` as `serializer` shows them, with the joins that a detail or else a list needs."""
    plan = plan_of(serializer, model, detail=detail)
    return PlanReader(plan, base_url) if plan else InstanceReader(serializer, base_url, detail=detail)


def _columns(model: type[Model]) -> dict[str, "Field[Any, Any]"]:
    return model._meta._forward_fields_map  # type: ignore[attr-defined]


def _opened(query: PageQuery) -> tuple[list[Any] | None, tuple[Any, ...] | None]:
    """The key with its values open, and the part of it that the statement's text depends on: its nulls."""
    if query.after is None:
        return None, None
    fields, annotations = _columns(query.rows.model), query.rows.query.annotations
    key, fixed_parts = [], []
    for index, (term, value) in enumerate(zip(query.ordering, query.after, strict=True)):
        key.append(
            value if value is None else Slot(index, fields.get(term.column) or annotations[term.column].output_field)
        )
        fixed_parts.append(value if value is None else "open")
    return key, tuple(fixed_parts)


def key_columns(query: PageQuery) -> list[Any]:
    """Expressions for the columns of the query's ordering; timestamps as text, which has their microseconds."""
    fields = _columns(query.rows.model)
    return [
        Cast(term.column, TextField())
        if isinstance(field := fields.get(term.column), DateTimeField)
        else F(term.column)
        if field
        else term.column
        for term in query.ordering
    ]


def _moment(text: str) -> str:
    """A timestamp as the database gives it, `text`, with the offset `+00:00` that SQLite leaves out."""
    return text if "+" in text else f"{text}+00:00"
