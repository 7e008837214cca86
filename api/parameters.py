"""The values query parameters take: each reads text strictly and says what is wrong with it."""

import re
from datetime import UTC, datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date, parse_datetime

from authors.models import YEARS
from core.text import words
from core.textquery import SEARCH_LENGTH, TextQuery, TextQueryError

_INTEGER = re.compile(r"-?[0-9]{1,19}")
IDENTIFIER = re.compile(r"([a-z][a-z0-9_]{0,39}):([\w!-~ ]{1,200})")
_CLASS = re.compile(r"lcc:([A-Za-z]{1,3}[0-9]{0,5})")


def integer(text: str, low: int, high: int) -> int:
    """`text` as a whole number from `low` to `high`. Raises ValidationError (`invalid`, `out_of_range`)."""
    if not _INTEGER.fullmatch(text):
        raise ValidationError("Must be a whole number.", "invalid")
    if not low <= int(text) <= high:
        raise ValidationError(f"Must be from {low} to {high}.", "out_of_range")
    return int(text)


class Value(forms.Field):
    """One parameter's value. `schema` describes it in OpenAPI's terms."""

    schema: ClassVar[dict[str, Any]] = {"type": "string"}

    def clean(self, value: str | None) -> Any:
        """The value read, or None where the parameter is absent."""
        return None if value is None else self.read(value.strip())

    def read(self, text: str) -> Any:
        """`text` as this field's type. Raises ValidationError."""
        return text


def describe(name: str, value: Value, text: str) -> dict[str, Any]:
    """A query parameter in OpenAPI's terms."""
    described = {"description": text} if text else {}
    kind = {"minLength": 1} if value.schema.get("type") == "string" and "enum" not in value.schema else {}
    return {"in": "query", "name": name, "schema": {**value.schema, **kind}, **described}


class Integer(Value):
    """A whole number between bounds."""

    schema: ClassVar[dict[str, Any]] = {"type": "integer"}

    def __init__(self, low: int, high: int, **options: Any) -> None:
        super().__init__(**options)
        self.low, self.high = low, high

    def read(self, text: str) -> int:
        return integer(text, self.low, self.high)


class Year(Value):
    """A year; negative is BCE, and there is no year 0."""

    schema: ClassVar[dict[str, Any]] = {"type": "integer", "minimum": YEARS[0], "maximum": YEARS[1]}

    def read(self, text: str) -> int:
        year = integer(text, *YEARS)
        if year == 0:
            raise ValidationError("There is no year 0: 1 BCE is -1.", "out_of_range")
        return year


class Rating(Value):
    """A rating from 0 to 5."""

    schema: ClassVar[dict[str, Any]] = {"type": "number", "minimum": 0, "maximum": 5}

    def read(self, text: str) -> float:
        if not re.fullmatch(r"[0-9]{1,2}(\.[0-9]{1,10})?", text) or float(text) > 5:
            raise ValidationError("Must be a number from 0 to 5.", "invalid")
        return float(text)


class Flag(Value):
    """true or false."""

    schema: ClassVar[dict[str, Any]] = {"type": "boolean"}

    def read(self, text: str) -> bool:
        if text not in {"true", "false", "1", "0"}:
            raise ValidationError("Must be true or false.", "invalid")
        return text in {"true", "1"}


class Moment(Value):
    """A moment or a day, in ISO 8601; without an offset it is UTC."""

    schema: ClassVar[dict[str, Any]] = {"type": "string", "format": "date-time"}

    def read(self, text: str) -> datetime:
        try:
            # A plus sign that a client forgot to encode arrives as a space.
            found = parse_datetime(text.replace(" ", "+") if "T" in text else text)
            day = None if found else parse_date(text)
        except ValueError:
            found = day = None
        if found is None and day is None:
            raise ValidationError("Must be a moment such as 2026-11-21T09:30:00Z or a day.", "invalid")
        if found is None:
            assert day is not None
            return datetime(day.year, day.month, day.day, tzinfo=UTC)
        try:
            return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        except (OverflowError, ValueError):
            raise ValidationError("Is out of range.", "out_of_range") from None


class Choice(Value):
    """One of a few words."""

    def __init__(self, *allowed: str, **options: Any) -> None:
        super().__init__(**options)
        self.allowed = allowed
        self.schema = {"type": "string", "enum": list(allowed)}  # type: ignore[misc]

    def read(self, text: str) -> str:
        if text not in self.allowed:
            raise ValidationError(f"Must be one of {', '.join(self.allowed)}.", "invalid_choice")
        return text


class Words(Value):
    """Text to search for; with `operators` it may hold "phrases" and -exclusions."""

    schema: ClassVar[dict[str, Any]] = {"type": "string", "maxLength": SEARCH_LENGTH}

    def __init__(self, *, operators: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.operators = operators

    def read(self, text: str) -> TextQuery:
        try:
            return TextQuery.parse(text, operators=self.operators)
        except TextQueryError as error:
            raise ValidationError(str(error), error.code) from None


class Name(Value):
    """A name compared whole."""

    def read(self, text: str) -> str:
        if not words(text) or len(text) > 500:
            raise ValidationError("Must be a name of at most 500 characters.", "invalid")
        return text


class Work(Value):
    """A work's key, `source:value`."""

    def read(self, text: str) -> str:
        if not IDENTIFIER.fullmatch(text):
            raise ValidationError("Must be source:key, as openlibrary:OL45804W.", "invalid")
        return text


class ClassCode(Value):
    """A class code with its scheme: lcc:PS."""

    schema: ClassVar[dict[str, Any]] = {"type": "string", "example": "lcc:PS"}

    def read(self, text: str) -> str:
        found = _CLASS.fullmatch(text)
        if not found:
            raise ValidationError("Must be lcc: and a class, as lcc:PS.", "invalid")
        return found[1].upper()
