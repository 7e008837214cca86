"""The parts of what clients send for books: languages, credits, subjects, places in series, links and more."""

import math
import re
from datetime import date
from typing import Any, ClassVar

from rest_framework import serializers

from books.models import Subject
from books.standards.isbn import InvalidISBN, isbn13
from books.standards.languages import language_code
from books.standards.relators import known_role
from serializers.base import KEY
from serializers.writing.base import Body, Integer, Line, Slug

DEEPEST = 20
"""Levels of objects and lists within `extra`."""

_PUBLISHED = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")
_ADDRESS = re.compile(r"(?:https?|ftps?)://[^\s/]\S*", re.IGNORECASE)
_ISBN_LIKE = re.compile(r"(?:[0-9]{9}|[0-9]{12})[0-9X]")


class Language(Line):
    """A language: a code of any part of ISO 639, a tag or a name, kept as the shortest code."""

    default_error_messages: ClassVar = {"unknown": "Is no language that ISO 639 knows."}

    def to_internal_value(self, data: Any) -> str:
        """The code. Raises ValidationError."""
        if (found := language_code(super().to_internal_value(data))) is None:
            self.fail("unknown")
        return found[0]


class Isbn(Line):
    """An ISBN-10 or ISBN-13 in any form; one with a wrong check digit, which books do bear, stays as it is."""

    default_error_messages: ClassVar = {"malformed": "Has not the form of an ISBN."}

    def to_internal_value(self, data: Any) -> str:
        """The thirteen digits, or the text with the wrong check digit. Raises ValidationError."""
        text = super().to_internal_value(data)
        try:
            return isbn13(text)
        except InvalidISBN as error:
            if error.code == "malformed" and not _ISBN_LIKE.fullmatch(re.sub(r"[\s-]", "", text.upper())):
                self.fail("malformed")
            return text


class Published(Line):
    """A date: YYYY, YYYY-MM or YYYY-MM-DD; empty or null for none."""

    default_error_messages: ClassVar = {"no_date": "Must be YYYY, YYYY-MM or YYYY-MM-DD, and there be such a day."}

    def to_internal_value(self, data: Any) -> str:
        """The date as it was sent. Raises ValidationError."""
        text = super().to_internal_value(data)
        if text and not _is_date(text):
            self.fail("no_date")
        return text


def _is_date(text: str) -> bool:
    if not (parts := _PUBLISHED.fullmatch(text)):
        return False
    try:
        date(int(parts[1]), int(parts[2] or 1), int(parts[3] or 1))
    except ValueError:
        return False
    return True


class Role(Line):
    """A MARC relator, in words or as its code."""

    default_error_messages: ClassVar = {"unknown": "Is no MARC relator, such as author, translator or editor."}

    def to_internal_value(self, data: Any) -> str:
        """The relator in words. Raises ValidationError."""
        if (role := known_role(super().to_internal_value(data))) is None:
            self.fail("unknown")
        return role


class Address(Line):
    """A URL of the web."""

    default_error_messages: ClassVar = {"address": "Must be a URL that begins with http:// or https://."}

    def to_internal_value(self, data: Any) -> str:
        """The URL as it was sent. Raises ValidationError."""
        text = super().to_internal_value(data)
        if not _ADDRESS.fullmatch(text):
            self.fail("address")
        return text


class Rating(serializers.FloatField):
    """A number of stars."""

    def to_internal_value(self, data: Any) -> float:
        """The number. Raises ValidationError, also for NaN, which is within no bounds and outside of none."""
        if isinstance(data, bool) or not isinstance(data, int | float) or math.isnan(data):
            self.fail("invalid")
        return float(super().to_internal_value(data))


class Extra(serializers.JSONField):
    """An object of whatever no other field holds."""

    default_error_messages: ClassVar = {
        "object": "Must be an object.",
        "deep": f"Must have at most {DEEPEST} levels.",
        "long": "Must have at most 100,000 characters.",
        "nul": "Must have no NUL characters.",
    }

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """The object. Raises ValidationError."""
        if not isinstance(data, dict):
            self.fail("object")
        level: list[Any] = [data]
        length = 0
        for _ in range(DEEPEST):
            texts = [text for each in level for text in _texts(each)]
            if any("\0" in text for text in texts):
                self.fail("nul")
            if (length := length + len(level) + sum(map(len, texts))) > 100_000:
                self.fail("long")
            level = [item for each in level for item in _items(each)]
            if not level:
                break
        else:
            self.fail("deep")
        return data


def _items(value: Any) -> list[Any]:
    return [*value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []


def _texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [*value] if isinstance(value, dict) else []


class _Named(Body):
    """A part that `keys` name: the first of them that is given counts."""

    keys: tuple[str, ...]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The checked values. Raises ValidationError where none of the keys is there."""
        if not any(attrs.get(key) is not None for key in self.keys):
            raise serializers.ValidationError(f"Needs one of: {', '.join(self.keys)}.", code="required")
        return attrs


class CreditBody(_Named):
    """An author of a book in one role: by `id`, or by a `name` that at most one author has."""

    keys = ("id", "name")
    answered = frozenset({"url", "birth_year", "death_year"})
    id = Integer(required=False, min_value=1, max_value=KEY["maximum"])
    name = Line(max_length=500, required=False)
    role = Role(max_length=40, default="author")


class BookSubjectBody(_Named):
    """A subject of a book: by `slug`, or by `name` and `kind`, which make one that is not there."""

    keys = ("slug", "name")
    answered = frozenset({"url", "books_count"})
    slug = Slug(required=False)
    name = Line(max_length=500, required=False)
    kind = serializers.ChoiceField(Subject.Kind.values, default=Subject.Kind.TOPIC.value)


class SeriesPlaceBody(_Named):
    """A place in a series: by `slug`, or by `name`, which makes one that is not there."""

    keys = ("slug", "name")
    answered = frozenset({"url", "books_count"})
    slug = Slug(required=False)
    name = Line(max_length=500, required=False)
    position = Line(max_length=40, allow_blank=True, allow_null=True, default="", help_text="`1`, `1-3`, `0.5`")


class LinkBody(Body):
    """Where a book can be had."""

    rel = Line(max_length=40, allow_blank=True, allow_null=True, default="")
    media_type = Line(max_length=100, allow_blank=True, allow_null=True, default="")
    url = Address(max_length=2000)
