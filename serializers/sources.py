"""How the origins of a book's values are shown to editors."""

from typing import Any

from books.importing.merging.rows import FIELDS
from books.models import Book
from serializers.base import STRINGS, Schema

BY: Schema = {
    "type": "object",
    "description": "Who wrote: an account, or a key of one",
    "properties": {
        "type": {"type": "string", "enum": ["account", "key"]},
        "id": {"type": "integer"},
        "name": {"type": "string"},
    },
}
_SOURCE: Schema = {
    "type": "object",
    "properties": {
        "source": {"type": "string", "description": "The name under which a file was loaded"},
        "key": {"type": "string", "description": "The record's key in it"},
        "fields": {**STRINGS, "description": "The fields that it has set"},
    },
}
_CURATED: Schema = {
    "type": "object",
    "properties": {
        "field": {"type": "string", "enum": [*FIELDS]},
        "by": BY,
        "at": {"type": "string", "format": "date-time"},
    },
}
BOOK_SOURCES: Schema = {
    "type": "object",
    "properties": {
        "sources": {"type": "array", "items": _SOURCE},
        "curated": {"type": "array", "items": _CURATED, "description": "Fields that editors set, which loads leave"},
    },
}
"""The OpenAPI schema of what `book_sources` returns."""


def book_sources(book: Book) -> dict[str, Any]:
    """The sources of `book`, the first loaded first, with the fields each has set; and its curated fields."""
    records = book.source_records.order_by("pk").values("source", "key", "set_fields")
    return {
        "sources": [{"source": each["source"], "key": each["key"], "fields": each["set_fields"]} for each in records],
        "curated": [{name: item.get(name) for name in ("field", "by", "at")} for item in book.curated],
    }
