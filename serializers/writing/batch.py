"""What clients send to make and change many books at once, and how it is answered."""

from typing import Any, ClassVar

from rest_framework import serializers

from serializers.base import KEY, Schema
from serializers.writing.base import Body, Integer
from serializers.writing.books import BookBody, BookPatchBody

MOST_ITEMS = 1_000
"""Most books of a batch."""


class BookItemBody(BookPatchBody):  # type: ignore[misc, valid-type]
    """One book of a batch: a stored one is changed as by PATCH, found by `id`, `identifiers` or `isbns`."""

    answered = BookBody.answered - {"id"}
    id = Integer(required=False, min_value=1, max_value=KEY["maximum"])


class BookItems(serializers.ListField):
    """The items of a batch: each is checked values, or the ValidationError that says what is wrong with it."""

    default_error_messages: ClassVar = {"number": f"Must have 1 to {MOST_ITEMS:,} items."}

    def __init__(self, **options: Any) -> None:
        super().__init__(child=BookItemBody(), **options)

    def to_internal_value(self, data: Any) -> list[Any]:
        """The items. Raises ValidationError where they are no list, or none, or too many."""
        if not isinstance(data, list) or not 0 < len(data) <= MOST_ITEMS:
            self.fail("number")
        return [self._item(item) for item in data]

    def _item(self, item: Any) -> Any:
        try:
            return self.child.run_validation(item)
        except serializers.ValidationError as error:
            return error


class BookBatchBody(Body):
    """Books to be made or changed together."""

    items = BookItems(min_length=1, max_length=MOST_ITEMS, help_text="Each with `id`, `identifiers` or `isbns`")


_RESULT: Schema = {
    "type": "object",
    "required": ["index", "status", "id", "url", "errors"],
    "properties": {
        "index": {"type": "integer", "minimum": 0, "description": "The item's place in the request"},
        "status": {"type": "integer", "description": "201 for a new book, 200 for one that was there, else an error's"},
        "id": {"type": ["integer", "null"]},
        "url": {"type": ["string", "null"]},
        "errors": {"type": "array", "items": {"type": "object", "additionalProperties": True}},
    },
}
BATCH: Schema = {
    "type": "object",
    "required": ["results"],
    "properties": {"results": {"type": "array", "items": _RESULT}},
}
"""The OpenAPI schema of a batch's answer."""
