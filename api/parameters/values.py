"""Value, the type of a query parameter's values, and its subclasses: each reads a text or says what is wrong."""

import re
from datetime import UTC, datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from drf_spectacular.utils import OpenApiParameter

from authors.models import YEARS
from core.search.query import SEARCH_LENGTH, TextQuery, TextQueryError
from core.text import words

# The OpenAPI document has these patterns as they are; ECMA-262 with the flag u (ajv) and without it (Swagger UI), Rust
# and Python read them. So they have no \w, \s, \p{L} or \Z, which these engines read differently or not at all.
TEXT = r"^[^\u0000\ufffd]+$"
"""Any text without NUL, which no database stores, and without U+FFFD, which replaces bytes that are not UTF-8."""
SCHEME = "[a-z][a-z0-9_]{0,39}"
_INTEGER = re.compile(r"-?[0-9]{1,19}")
_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,400})?([eE][+-]?[0-9]{1,4})?")
_WORK = rf"^{SCHEME}:[^\u0000-\u0020\u007f\ufffd][^\u0000-\u001f\u007f\ufffd]{{0,199}}$"
# ISO 8601 also has forms that RFC 3339 excludes, such as 20261121 and 2026-W47-6.
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T|$)")
_CLASS = r"^lcc:[A-Za-z]{1,3}[0-9]{0,5}$"
NAME_LENGTH = 500
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def integer(text: str, low: int, high: int) -> int:
    """The integer that `text` says, from `low` to `high`. Raises ValidationError (`invalid`, `out_of_range`)."""
    if not _INTEGER.fullmatch(text):
        raise ValidationError("Must be a whole number.", "invalid")
    if not low <= int(text) <= high:
        raise ValidationError(f"Must be from {low} to {high}.", "out_of_range")
    return int(text)


class Value(forms.Field):
    """The type of a query parameter's values, here any text; a subclass reads a narrower type.

    `schema` describes the type in OpenAPI's terms; `note` ends the description of each parameter of the type.
    """

    schema: ClassVar[dict[str, Any]] = {"type": "string", "pattern": TEXT}
    note: ClassVar[str] = ""

    def clean(self, value: str | None) -> Any:
        """The value that the text `value` says; None where the parameter is absent. Raises ValidationError."""
        return None if value is None else self.read(value)

    def read(self, text: str) -> Any:
        """The value that `text` says: here the text itself. A subclass raises ValidationError for a wrong text."""
        return text


def matches(pattern: str, text: str) -> bool:
    """Whether the whole of `text` matches `pattern`, a regular expression of the OpenAPI document with ^ and $."""
    # Python's $ also matches before a final line break, ECMA-262's does not.
    return bool(re.fullmatch(pattern[1:-1], text))


def describe(name: str, value: Value, text: str = "", **schema: Any) -> dict[str, Any]:
    """The query parameter `name` of the type `value`, as an OpenAPI parameter object.

    `text` is its description; `schema` has members to add to the type's schema.
    """
    sentences = [part for part in (text or str(value.help_text), value.note) if part]
    assert sentences, f"The parameter {name} has no description."
    kind = {"minLength": 1} if value.schema.get("type") == "string" and "enum" not in value.schema else {}
    return {
        "in": "query",
        "name": name,
        "schema": {**value.schema, **kind, **schema},
        "description": ". ".join(sentences),
    }


def openapi_parameter(described: dict[str, Any]) -> OpenApiParameter:
    """The parameter that `describe` describes, as drf-spectacular takes it."""
    return OpenApiParameter(described["name"], described["schema"], description=described["description"])


class Integer(Value):
    """A whole number from `low` to `high`."""

    def __init__(self, low: int, high: int, **options: Any) -> None:
        super().__init__(**options)
        self.low, self.high = low, high
        self.schema = {"type": "integer", "minimum": low, "maximum": high}  # type: ignore[misc]

    def read(self, text: str) -> int:
        return integer(text, self.low, self.high)


class Year(Value):
    """A year from YEARS; a negative one is BCE, and there is no year 0."""

    schema: ClassVar[dict[str, Any]] = {
        "type": "integer",
        "minimum": YEARS[0],
        "maximum": YEARS[1],
        "not": {"const": 0},
    }
    note = "A negative year is BCE; there is no year 0"

    def read(self, text: str) -> int:
        year = integer(text, *YEARS)
        if year == 0:
            raise ValidationError("There is no year 0: 1 BCE is -1.", "out_of_range")
        return year


class Rating(Value):
    """A number from 0 to 5."""

    schema: ClassVar[dict[str, Any]] = {"type": "number", "minimum": 0, "maximum": 5}

    def read(self, text: str) -> float:
        if not _NUMBER.fullmatch(text) or not 0 <= float(text) <= 5:
            raise ValidationError("Must be a number from 0 to 5.", "invalid")
        return float(text)


class Flag(Value):
    """`true` or `false`."""

    schema: ClassVar[dict[str, Any]] = {"type": "boolean"}

    def read(self, text: str) -> bool:
        if text not in {"true", "false"}:
            raise ValidationError("Must be true or false.", "invalid")
        return text == "true"


class Moment(Value):
    """A day, or a day and time, as RFC 3339 writes them; a time without an offset is in UTC."""

    schema: ClassVar[dict[str, Any]] = {
        "anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]
    }
    note = "A day begins at midnight UTC, and a time without an offset is UTC"

    def read(self, text: str) -> datetime:
        try:
            # A plus sign that a client forgot to encode arrives as a space.
            found = parse_datetime(text.replace(" ", "+")) if _DAY.match(text) else None
        except ValueError:
            found = None
        if found is None:
            raise ValidationError("Must be a moment such as 2026-11-21T09:30:00Z or a day.", "invalid")
        try:
            return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        except OverflowError:
            # In UTC it is in the year 0 or 10000, which no row has: the first or last timestamp finds the same rows.
            return _FIRST if found.year == 1 else _LAST


class Choice(Value):
    """One of the words `allowed`.

    With a `component`, clients generated from the OpenAPI document have a type of that name.
    """

    components: ClassVar[dict[str, dict[str, Any]]] = {}
    """The schemas of all components by name."""

    def __init__(self, *allowed: str, component: str = "", **options: Any) -> None:
        super().__init__(**options)
        self.allowed = allowed
        self.schema = {"type": "string", "enum": list(allowed)}  # type: ignore[misc]
        if component:
            self.components[component] = self.schema
            self.schema = {"$ref": f"#/components/schemas/{component}"}  # type: ignore[misc]

    def read(self, text: str) -> str:
        if text not in self.allowed:
            raise ValidationError(f"Must be one of {', '.join(self.allowed)}.", "invalid_choice")
        return text


class Words(Value):
    """Text to search for, parsed to a TextQuery; with `operators` it may hold "phrases" and -exclusions."""

    schema: ClassVar[dict[str, Any]] = {"type": "string", "maxLength": SEARCH_LENGTH, "pattern": TEXT}

    def __init__(self, *, operators: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.operators = operators

    def read(self, text: str) -> TextQuery:
        try:
            return TextQuery.parse(text, operators=self.operators)
        except TextQueryError as error:
            raise ValidationError(str(error), error.code) from None


class Name(Value):
    """A name, which is compared as a whole."""

    schema: ClassVar[dict[str, Any]] = {"type": "string", "maxLength": NAME_LENGTH, "pattern": TEXT}

    def read(self, text: str) -> str:
        if not words(text) or len(text) > NAME_LENGTH:
            raise ValidationError(f"Must be a name of at most {NAME_LENGTH} characters.", "invalid")
        return text


class Work(Value):
    """The key of a work, `source:value`, such as `openlibrary:OL45804W`."""

    schema: ClassVar[dict[str, Any]] = {"type": "string", "pattern": _WORK}

    def read(self, text: str) -> str:
        if not matches(_WORK, text):
            raise ValidationError("Must be source:key, as openlibrary:OL45804W.", "invalid")
        return text


class ClassCode(Value):
    """A class code after the name of its scheme, such as `lcc:PS`."""

    schema: ClassVar[dict[str, Any]] = {"type": "string", "pattern": _CLASS}

    def read(self, text: str) -> str:
        if not matches(_CLASS, text):
            raise ValidationError("Must be lcc: and a class, as lcc:PS.", "invalid")
        return text.removeprefix("lcc:").upper()
