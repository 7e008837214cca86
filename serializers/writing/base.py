"""Body: the base of the serializers that read what clients send."""

import unicodedata
from collections.abc import Iterator, Mapping
from copy import deepcopy
from itertools import islice
from typing import Any, ClassVar

from rest_framework import serializers

from core.text import SLUG

MOST_ERRORS = 50
"""Unknown fields that are named: a body may have any number."""


class Choices(serializers.ListField):
    """A list of at most `max_length` items, which are not looked at if there are more."""

    def to_internal_value(self, data: Any) -> list[Any]:
        """The checked items. Raises ValidationError."""
        if isinstance(data, list) and self.max_length is not None and len(data) > self.max_length:
            raise serializers.ValidationError(f"Must have at most {self.max_length} items.", code="max_length")
        items: list[Any] = super().to_internal_value(data)
        return items


class Body(serializers.Serializer[Any]):
    """A JSON object in a request's body. A field that it does not declare is an error, so that none is lost in silence.

    `answered` are fields that only answers have: what GET gave may be sent back, and they are not looked at.
    """

    answered: frozenset[str] = frozenset()

    def _unknown(self, data: Mapping[str, Any]) -> Iterator[str]:
        return (name for name in data if name not in self.fields and name not in self.answered)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """The checked values by field. Raises rest_framework.serializers.ValidationError, for all fields at once."""
        if not isinstance(data, Mapping):
            raise serializers.ValidationError({"non_field_errors": ["Must be an object."]}, code="invalid")
        errors: dict[str, Any] = {
            name: [serializers.ErrorDetail("There is no such field here.", code="unknown")]
            for name in islice(self._unknown(data), MOST_ERRORS)
        }
        values: dict[str, Any] = {}
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            errors = {**error.detail, **errors} if isinstance(error.detail, dict) else errors
        if errors:
            raise serializers.ValidationError(errors)
        return values


def patch_of(body: type[Body], doc: str) -> type[Body]:
    """The Body for changes of what `body` makes, described by `doc`: its fields, none of them required or defaulted."""
    made: dict[str, Any] = {"__doc__": doc, "__module__": body.__module__}
    for name, field in vars(body)["_declared_fields"].items():
        # DRF makes the fields of each serializer by copying the declared ones: by calling their class with _kwargs.
        made[name] = deepcopy(field)
        made[name]._kwargs = {**{k: v for k, v in field._kwargs.items() if k != "default"}, "required": False}
    return type(body.__name__.replace("Body", "PatchBody"), (body,), made)


class Text(serializers.CharField):
    """A text, and no number, which DRF would take for one."""

    def to_internal_value(self, data: Any) -> str:
        """The text. Raises ValidationError."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Integer(serializers.IntegerField):
    """A whole number, and no text, which DRF would take for one."""

    def to_internal_value(self, data: Any) -> int:
        """The number. Raises ValidationError."""
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return int(super().to_internal_value(data))


class Flag(serializers.BooleanField):
    """True or false, and nothing else that DRF would take for one."""

    def to_internal_value(self, data: Any) -> bool:
        """The value. Raises ValidationError."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Line(Text):
    """A text of one line, stored as it is sent but in the normal form NFC, without control characters.

    Where null is allowed it is the empty text.
    """

    default_error_messages: ClassVar = {"control_characters": "Must have no control characters."}

    def __init__(self, **options: Any) -> None:
        super().__init__(min_length=None if options.get("allow_blank") else 1, trim_whitespace=False, **options)

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        """Whether `data` needs no further check, and its value."""
        return (True, "") if data is None and self.allow_null else super().validate_empty_values(data)

    def to_internal_value(self, data: Any) -> str:
        """The text. Raises ValidationError."""
        text = unicodedata.normalize("NFC", super().to_internal_value(data))
        if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in text):
            self.fail("control_characters")
        if text and not _is_visible(text):
            self.fail("blank")
        return text


class Lines(Text):
    """A text of several lines, stored as it is sent but in the normal form NFC; null for none."""

    default_error_messages: ClassVar = {"control_characters": "Must have no control characters but line ends and tabs."}

    def __init__(self, **options: Any) -> None:
        super().__init__(trim_whitespace=False, allow_blank=True, allow_null=True, **options)

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        """Whether `data` needs no further check, and its value: null is the empty text."""
        return (True, "") if data is None else super().validate_empty_values(data)

    def to_internal_value(self, data: Any) -> str:
        """The text. Raises ValidationError."""
        text = unicodedata.normalize("NFC", super().to_internal_value(data))
        if any(unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\r\t" for character in text):
            self.fail("control_characters")
        return text


class Slug(serializers.RegexField):
    """A slug: words of any script, joined by hyphens, in the normal form NFC."""

    def __init__(self, **options: Any) -> None:
        super().__init__(rf"\A{SLUG}\Z", max_length=160, trim_whitespace=False, **options)

    def to_internal_value(self, data: Any) -> str:
        """The slug. Raises ValidationError, also for one without a letter or digit, or with blanks of any kind."""
        if not isinstance(data, str):
            self.fail("invalid")
        slug = unicodedata.normalize("NFC", super().to_internal_value(data))
        if slug and (not _is_visible(slug) or any(unicodedata.category(each)[0] in "ZC" for each in slug)):
            self.fail("invalid")
        if slug and not any(each.isalnum() for each in slug):
            self.fail("invalid")
        return slug


def _is_visible(text: str) -> bool:
    """Whether `text` has a character that can be seen."""
    return any(unicodedata.category(each)[0] not in "ZC" for each in text)
