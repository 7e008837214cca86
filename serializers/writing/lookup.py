"""What clients send to look up many books at once, and how it is answered."""

from typing import Any, ClassVar

from rest_framework import serializers

from books.standards.isbn import InvalidISBN, isbn13
from serializers.base import KEY, Schema
from serializers.writing.base import Body, Choices, Integer, Line

MOST_ITEMS = 1_000
"""Most books that are looked up at once."""


class SoughtIsbn(Line):
    """An ISBN-10 or ISBN-13 with its right check digit; hyphens and blanks are ignored."""

    def to_internal_value(self, data: Any) -> str:
        """The thirteen digits. Raises ValidationError."""
        try:
            return isbn13(super().to_internal_value(data))
        except InvalidISBN as error:
            raise serializers.ValidationError(str(error), code="invalid_isbn") from None


class SoughtIdentifier(Line):
    """A number that somebody gave a book, as `scheme:value`."""

    default_error_messages: ClassVar = {"form": "Must be scheme:value, as gutenberg:1342."}

    def to_internal_value(self, data: Any) -> tuple[str, str]:  # type: ignore[override]
        """The scheme and the value. Raises ValidationError."""
        scheme, colon, value = super().to_internal_value(data).partition(":")
        if not (scheme and colon and value):
            self.fail("form")
        return scheme, value


class LookupItemBody(Body):
    """One book, named by exactly one of `isbn`, `identifier` and `id`."""

    isbn = SoughtIsbn(required=False, max_length=40)
    identifier = SoughtIdentifier(required=False, max_length=300, help_text="Such as `gutenberg:1342`")
    id = Integer(required=False, min_value=1, max_value=KEY["maximum"])

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The values. Raises ValidationError unless one thing names the book."""
        if len(attrs) != 1:
            raise serializers.ValidationError("Needs one of isbn, identifier and id.", code="one_of")
        return attrs


class LookupBody(Body):
    """Books to be looked up."""

    items = Choices(child=LookupItemBody(), max_length=MOST_ITEMS, help_text="Each with `isbn`, `identifier` or `id`")


LOOKUP: Schema = {
    "type": "object",
    "required": ["results"],
    "properties": {
        "results": {
            "type": "array",
            "description": "The book that each item names, in order; null where there is none",
            "items": {"oneOf": [{"$ref": "#/components/schemas/Book"}, {"type": "null"}]},
        }
    },
}
"""The OpenAPI schema of the answer to a lookup."""
