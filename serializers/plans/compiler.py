"""Compiles a serializer to a read plan: the columns that it needs, and Python source that turns rows into dicts.

For `title = Text()`, `category = Nested(CategoryLinkSerializer)` the plan's columns are
`title, category_id, category.name, category.slug` and its text is

    [{"title": a0, "category": None if a1 is None else {"name": a2, …}} for a0, a1, a2, a3 in rows]

where the dict of a category is made once, whatever the number of rows that refer to it. A nested set is one more
column, a JSON array of its rows, with a comprehension of its own. Every joined or prefetched relation must be one that
the queryset itself names, so that the plan reads the rows from which model instances would be made.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import OuterRef, Prefetch, QuerySet
from django.db.models.functions import Cast

from serializers.base import Aggregated, Field, Method, Nested, Serializer, Strings, Text, Timestamp, Url
from serializers.plans.expressions import RelatedSet

_PLAIN = (models.CharField, models.TextField, models.IntegerField)
# Columns of these types are read as text: Python's loaders for them cost more than the rest of a row.
_AS_TEXT = (models.DateTimeField, models.JSONField)


class NotCompilable(Exception):
    """Raised for a serializer that needs model instances; the message names the field and the reason."""


@dataclass
class Code:
    """Names of the variables in a plan's source that do not stand for columns: URL prefixes, functions, and memos.

    A memo is a dict that holds the dicts made of a joined relation, by the relation's id.
    """

    prefixes: dict[str, str] = field(default_factory=dict)
    functions: dict[str, Any] = field(default_factory=dict)
    joined: list[str] = field(default_factory=list)
    _levels: Iterable[int] = field(default_factory=count)

    def prefix(self, path: str) -> str:
        """The name of the variable that holds the base URL followed by `path`."""
        return self.prefixes.setdefault(path, f"prefix{len(self.prefixes)}")

    def function(self, function: Any) -> str:
        """The name of a new variable that holds `function`."""
        name = f"function{len(self.functions)}"
        self.functions[name] = function
        return name

    def memo(self) -> str:
        """The name of a new variable for a memo, by which a dict is made once for all rows that refer to one row."""
        self.joined.append(f"memo{len(self.joined)}")
        return self.joined[-1]

    def letter(self) -> str:
        """The letter that the names of the next Level's variables begin with."""
        return chr(ord("a") + next(iter(self._levels)))


class Level:
    """The rows of one queryset in a plan's source: those of a page, or if `inside` those of a related set."""

    def __init__(self, rows: QuerySet[Any, Any], code: Code, *, inside: bool = False) -> None:
        self.rows, self.model, self.code, self.inside = rows, rows.model, code, inside
        self.letter = code.letter()
        self.columns: list[Any] = []
        self._known: dict[str, str] = {}
        self.present: set[str] = set()
        """Relations that the source has tested for null."""

    @property
    def variables(self) -> str:
        """Python source of the variables into which a row is unpacked: `a0, a1, `."""
        names = (f"{self.letter}{index}" for index in range(len(self.columns)))
        return "".join(f"{name}, " for name in names)

    def column(self, path: str) -> tuple[str, "models.Field[Any, Any]"]:
        """The name of the variable that holds the column at the dotted `path`, and the model field.

        Raises NotCompilable.
        """
        *relations, name = path.split(".")
        model: type[models.Model] = self.model
        joined: Any = self.rows.query.select_related
        for depth, relation in enumerate(relations, 1):
            joined = joined.get(relation) if isinstance(joined, dict) else None
            if joined is None:
                raise NotCompilable(f"{path}: the queryset's select_related does not name it")
            link = model._meta.get_field(relation)
            if getattr(link, "null", True) and ".".join(relations[:depth]) not in self.present:
                raise NotCompilable(f"{path}: there may be no {relation}; Nested shows null for none")
            model = link.related_model  # type: ignore[assignment]
        try:
            column = model._meta.get_field(name)
        except FieldDoesNotExist:
            column = next((f for f in model._meta.concrete_fields if f.attname == name), None)  # type: ignore[assignment]
        if not isinstance(column, models.Field) or not column.concrete or (column.is_relation and column.name == name):
            raise NotCompilable(f"{path}: not a column")
        column = getattr(column, "target_field", column)
        return self._variable("__".join((*relations, name)), column), column

    def _variable(self, path: str, column: "models.Field[Any, Any]") -> str:
        if path not in self._known:
            self._known[path] = self.add(Cast(path, models.TextField()) if isinstance(column, _AS_TEXT) else path)
        return self._known[path]

    def add(self, column: Any) -> str:
        """Add `column` to the columns that are read, and return the name of its variable."""
        self.columns.append(column)
        return f"{self.letter}{len(self.columns) - 1}"

    def value(self, path: str, loads: str = "loads") -> str:
        """Python source of the value at the dotted `path`, as a model instance would have it.

        `loads` is the name of the function that parses JSON. Raises NotCompilable.
        """
        variable, column = self.column(path)
        if isinstance(column, models.JSONField):
            return _unless_null(column, variable, f"{loads}({variable})")
        if isinstance(column, models.FloatField):
            # In a JSON array the databases write 4.0 as 4.
            return _unless_null(column, variable, f"float({variable})") if self.inside else variable
        if isinstance(column, models.BooleanField):
            return _unless_null(column, variable, f"bool({variable})")
        if not isinstance(column, _PLAIN):
            raise NotCompilable(f"{path}: a {type(column).__name__} is not read as a model instance would have it")
        return variable

    def related(self, relation: str) -> "Level":
        """A new Level for the rows of the related set `relation`. Raises NotCompilable."""
        prefetch = next((p for p in self._prefetches() if p.prefetch_through == relation), None)
        if prefetch is None:
            raise NotCompilable(f"{relation}: the queryset's prefetch_related does not name it")
        link: Any = self.model._meta.get_field(relation)
        if not link.one_to_many:
            raise NotCompilable(f"{relation}: not the other side of a foreign key")
        rows = link.related_model._base_manager.all() if prefetch.queryset is None else prefetch.queryset
        return Level(rows.filter(**{link.field.name: OuterRef("pk")}), self.code, inside=True)

    def _prefetches(self) -> Iterable["Prefetch[str]"]:
        for lookup in self.rows._prefetch_related_lookups:  # type: ignore[attr-defined]
            yield lookup if isinstance(lookup, Prefetch) else Prefetch(lookup)


def dict_text(serializer: type[Serializer], level: Level, path: str = "") -> str:
    """Python source of the dict that `serializer` makes of a row, or of the relation at `path` of a row.

    Raises NotCompilable.
    """
    items = (f"{name!r}: {_text(name, f, level, path)}" for name, f in serializer.declared_fields().items())
    return f"{{{', '.join(items)}}}"


def _text(name: str, shown: Any, level: Level, path: str) -> str:
    """Python source of the value of the field `name`, declared as `shown`. Raises NotCompilable."""
    if isinstance(shown, Method) or not isinstance(shown, Field):
        raise NotCompilable(f"{path}{name}: a method of a model instance")
    at = f"{path}{shown.attr or name}"
    if isinstance(shown, Nested):
        return _set(shown.serializer, level.related(at), level) if shown.many else _joined(shown, level, at)
    if isinstance(shown, Aggregated):
        rows = level.related(at)
        values = ", ".join(rows.value(column) for column in shown.columns)
        return f"{level.code.function(shown.make)}({_rows(f'[{values}]', rows, level)})"
    if isinstance(shown, Url):
        variable, column = level.column(at)
        number = isinstance(column, models.IntegerField)
        return f"f'{{{level.code.prefix(shown.prefix)}}}{{{variable if number else f'quoted({variable})'}}}/'"
    if type(shown).as_getter is not Field.as_getter:
        raise NotCompilable(f"{path}{name}: {type(shown).__name__} reads a model instance")
    if isinstance(shown, Timestamp):
        return _timestamp(shown, level, at)
    if isinstance(shown, Text) and shown.null:
        return f"({level.value(at)} or None)"
    value = level.value(at, "known" if isinstance(shown, Strings) and shown.interned else "loads")
    return f"{level.code.function(shown.to_value)}({value})" if shown._is_to_value_overridden() else value


def _timestamp(shown: Timestamp, level: Level, path: str) -> str:
    """Python source that cuts the value to show from the database's text, `2026-11-21 09:30:00.25+00`, in UTC."""
    variable, column = level.column(path)
    if not isinstance(column, models.DateTimeField) or type(shown) is not Timestamp:
        raise NotCompilable(f"{path}: not a moment")
    return _unless_null(column, variable, f"f'{{{variable}[:10]}}T{{{variable}[11:19]}}Z'")


def _unless_null(column: "models.Field[Any, Any]", variable: str, text: str) -> str:
    return f"(None if {variable} is None else {text})" if column.null else text


def _joined(shown: Nested, level: Level, path: str) -> str:
    *above, name = path.split(".")
    variable, _ = level.column(".".join((*above, f"{name}_id")))
    level.present.add(path)
    text, memo = dict_text(shown.serializer, level, f"{path}."), level.code.memo()
    return f"(None if {variable} is None else {memo}.get({variable}) or {memo}.setdefault({variable}, {text}))"


def _set(serializer: type[Serializer], rows: Level, level: Level) -> str:
    return _rows(dict_text(serializer, rows), rows, level)


def _rows(item: str, rows: Level, level: Level) -> str:
    """Python source of a list that has the value of the source `item` for each row of a related set."""
    variable = level.add(RelatedSet(rows.rows, rows.columns))
    return f"([{item} for {rows.variables}in loads({variable})] if {variable} else [])"
