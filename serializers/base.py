"""The fields and the base class of every serializer. Only this module imports serpy.

It corrects serpy's pitfalls: text fields return None for None (StrField returns 'None'), number fields return None
(IntField raises), an absent value keeps its key, and a serializer's context reaches the nested ones. Every field also
has its OpenAPI schema.

serpy applies a serializer to model instances. Requests are answered by its read plan, to which
serializers.plans.compiler compiles it; a property test compares the results of both.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, ClassVar
from urllib.parse import quote

import serpy

from authors.models import YEARS
from core.server.prepared import MAX_ID
from core.text import SLUG

API_ROOT = "/api/v1"
Schema = dict[str, Any]
Rows = Sequence[Sequence[Any]]
# Schemas of values in responses; the bounds are those of the tables and of the parameters.
KEY: Schema = {"minimum": 1, "maximum": MAX_ID}
SLUG_FORM: Schema = {"pattern": f"^{SLUG}$"}
YEAR: Schema = {"minimum": YEARS[0], "maximum": YEARS[1]}
COUNT: Schema = {"minimum": 0}
STRINGS: Schema = {"type": "array", "items": {"type": "string"}}
IDENTIFIERS: Schema = {"type": "object", "additionalProperties": STRINGS}


def nullable(schema: Schema) -> Schema:
    """An OpenAPI schema of null and of the values that `schema` allows."""
    kind = schema.get("type")
    return {**schema, "type": [kind, "null"]} if isinstance(kind, str) else {"oneOf": [schema, {"type": "null"}]}


class Field(serpy.Field):  # type: ignore[misc]
    """A field of a serializer, shown as it is. `attr` is the dotted path to its value, by default the field's name."""

    schema: Schema = {}

    def __init__(self, attr: str | None = None, *, null: bool = False, help: str = "", **schema: Any) -> None:
        super().__init__(attr=attr)
        self.null = null
        self.schema = {**type(self).schema, **schema}
        if null:
            self.schema = nullable(self.schema)
        if help:
            self.schema["description"] = help


class Integer(Field):
    """A field that is a whole number."""

    schema: Schema = {"type": "integer"}


class Number(Field):
    """A field that is a number."""

    schema: Schema = {"type": "number"}


class Text(Field):
    """A field that is a text. With `null`, an empty text is shown as null."""

    schema: Schema = {"type": "string"}

    def __init__(self, attr: str | None = None, *, null: bool = False, **options: Any) -> None:
        super().__init__(attr, null=null, **options)
        if null:
            self.to_value = _text_or_none


def _text_or_none(value: str | None) -> str | None:
    return value or None


class Strings(Field):
    """A field that is a list of texts, stored as JSON. With `interned`, a plan parses equal lists only once."""

    schema: Schema = STRINGS

    def __init__(self, attr: str | None = None, *, interned: bool = False, **options: Any) -> None:
        super().__init__(attr, **options)
        self.interned = interned


class Timestamp(Field):
    """A field that is a time in UTC, shown to the second: `2026-11-21T09:30:00Z`."""

    schema: Schema = {"type": "string", "format": "date-time"}

    def to_value(self, value: datetime | None) -> str | None:
        """The time as RFC 3339 writes it, to the second; None for None."""
        return None if value is None else f"{value.isoformat(timespec='seconds')[:19]}Z"


class Computed(Field):
    """A field whose value the function `make` computes from the value of one column."""

    def __init__(self, make: Callable[[Any], Any], attr: str, **options: Any) -> None:
        super().__init__(attr, **options)
        self.to_value = make


class Aggregated(Field):
    """A field that the function `make` computes from the rows of a related set, each with the values of `columns`."""

    def __init__(self, make: Callable[[Rows], Any], attr: str, *columns: str, **options: Any) -> None:
        super().__init__(attr, **options)
        self.make, self.columns = make, columns

    def as_getter(self, name: str, serializer: type) -> Callable[[Any], Any]:
        """A function for serpy: of a model instance, it returns the value to show. It uses a prefetched related set."""
        related, make, columns = attrgetter(self.attr), self.make, [attrgetter(column) for column in self.columns]
        return lambda instance: make([[column(row) for column in columns] for row in related(instance).all()])


class Url(Field):
    """A field that is the absolute URL of a resource: `Url("books", "id")` shows …/api/v1/books/{id}/."""

    schema: Schema = {"type": "string", "format": "uri"}
    getter_takes_serializer = True

    def __init__(self, collection: str, key: str, **options: Any) -> None:
        super().__init__(key, **options)
        self.prefix = f"{API_ROOT}/{collection}/"
        self.key = attrgetter(key)

    def as_getter(self, name: str, serializer: type) -> Callable[["Serializer", Any], str]:
        """A function for serpy: of the serializer and a model instance, it returns the URL."""
        prefix, key = self.prefix, self.key
        return lambda parent, instance: f"{parent.base_url}{prefix}{quote(str(key(instance)))}/"


class Nested(Field):
    """A field with another serializer's output: for one object (or null) or, with `many`, for a related set."""

    getter_takes_serializer = True

    def __init__(
        self, serializer: type["Serializer"], attr: str | None = None, *, many: bool = False, **options: Any
    ) -> None:
        super().__init__(attr, **options)
        self.serializer, self.many = serializer, many

    def as_getter(self, name: str, serializer: type) -> Callable[["Serializer", Any], Any]:
        """A function for serpy: of the outer serializer and a model instance, it returns the nested output.

        The nested serializer gets the outer one's context.
        """
        related, many, nested = attrgetter(self.attr or name), self.many, self.serializer

        def get(parent: "Serializer", instance: Any) -> Any:
            value = related(instance)
            if many:
                return nested(value.all(), many=True, context=parent.context).data
            return None if value is None else nested(value, context=parent.context).data

        return get


class Method(serpy.MethodField):  # type: ignore[misc]
    """A field that the serializer's method `get_<name>` computes from a model instance.

    A serializer with such a field has no read plan, and its responses take ten times as long: prefer Computed and
    Aggregated.
    """

    def __init__(self, schema: Schema) -> None:
        super().__init__()
        self.schema = schema


class Serializer(serpy.Serializer):  # type: ignore[misc]
    """The base of all serializers, which make plain dicts of objects, with the fields in the order of declaration.

    `context["base_url"]` is what URLs begin with, such as https://books.example.org.
    """

    _field_map: ClassVar[dict[str, Any]]
    _compiled_fields: ClassVar[tuple[Any, ...]]

    def __init__(
        self, instance: Any = None, many: bool = False, context: Mapping[str, Any] | None = None, **options: Any
    ) -> None:
        super().__init__(instance, many=many, **options)
        self.context = context or {}
        self.base_url = self.context.get("base_url", "")

    @classmethod
    def declared_fields(cls) -> dict[str, Any]:
        """The serializer's fields by name, in the order in which they are shown."""
        return cls._field_map

    @classmethod
    def only(cls, fields: Mapping[str, Any]) -> type["Serializer"]:
        """A subclass of this serializer that has the fields `fields`, by name, and no others."""
        meta: Any = type(cls)
        narrowed: type[Serializer] = meta(cls.__name__, (cls,), {"__doc__": cls.__doc__})
        narrowed._field_map = dict(fields)
        narrowed._compiled_fields = tuple(cls._compile_fields(narrowed._field_map, narrowed))
        return narrowed
