"""How merges are shown."""

from typing import Any

from books.merging.duplicates import Candidates
from core.changes.models import RecordedMerge
from serializers.base import API_ROOT, COUNT, KEY, Field, Integer, Method, Schema, Serializer, Text, Timestamp
from serializers.sources import BY

_RESOURCES = ["authors", "books"]
_ID: Schema = {"type": "integer", **KEY}
_GONE: Schema = {
    "type": "object",
    "description": "The one that went, as it was called",
    "properties": {"id": _ID, "text": {"type": "string"}},
}
ROW: Schema = {
    "type": "object",
    "properties": {"id": _ID, "text": {"type": "string"}, "url": {"type": "string", "format": "uri"}},
}
"""A book or an author in a few words."""


class MergeSerializer(Serializer):
    """A merge of two books or two authors by an editor."""

    id = Integer(example=1, **KEY)
    resource = Text(enum=_RESOURCES, example="authors")
    # A keyword of Python, so that it cannot be assigned to.
    vars()["from"] = Method(_GONE)
    into = Method({**ROW, "description": "The one that was kept, as it was called"})
    moved = Field(
        type="object", additionalProperties={"type": "integer", **COUNT}, help="How many of each kind were moved",
        example={"credits": 12, "headings": 1},
    )  # fmt: skip
    by = Field(**BY)
    at = Timestamp()
    undone_by = Field(null=True, **BY)
    undone_at = Timestamp(null=True, help="Null until it is undone")

    def get_from(self, merge: RecordedMerge) -> dict[str, Any]:
        """The row that went."""
        return {"id": merge.gone, "text": merge.gone_text}

    def get_into(self, merge: RecordedMerge) -> dict[str, Any]:
        """The row that was kept."""
        return row(merge.resource, merge.kept, merge.kept_text, self.base_url)


def row(resource: str, pk: int, text: str, base_url: str) -> dict[str, Any]:
    """The document of a book or an author in a few words."""
    return {"id": pk, "text": text, "url": f"{base_url}{API_ROOT}/{resource}/{pk}/"}


_DUPLICATE: Schema = {
    "type": "object",
    "properties": {
        "reason": {"type": "string", "enum": ["same_isbn", "same_title", "same_name", "conflicting_identifier"]},
        "pair": {"type": "array", "items": ROW, "minItems": 2, "maxItems": 2},
    },
}
DUPLICATE_PAGE: Schema = {
    "type": "object",
    "description": "A page of pairs, and the way to the next.",
    "required": ["next", "previous", "results"],
    "properties": {
        "count": {"type": "integer", **COUNT, "description": "Pairs up to here, unless it is exact"},
        "count_exact": {"type": "boolean", "description": "Whether `count` is that of all pairs"},
        "next": {"type": ["string", "null"], "format": "uri", "description": "The next page; null on the last"},
        "previous": {"type": "null", "description": "The list is walked forwards only"},
        "results": {"type": "array", "items": _DUPLICATE},
    },
}
"""The OpenAPI schema of a page of duplicates."""


def duplicate(resource: str, found: Candidates, base_url: str) -> dict[str, Any]:
    """The document of two rows of `resource` that may be one."""
    pair = [row(resource, each.pk, each.text, base_url) for each in (found.one, found.other)]
    return {"reason": found.reason, "pair": pair}
