"""How facets are shown: for each the values that books have most often, and how many books have each."""

from collections.abc import Mapping
from typing import Any

from books.facets import FACETS, Facet
from serializers.base import SLUG_FORM, Schema

_VALUES: dict[str, Schema] = {
    "language": {"type": "string", "description": "An ISO 639 code", "examples": ["en"]},
    "category": {"type": "string", "description": "A slug", "examples": ["science-fiction"], **SLUG_FORM},
    "subject": {"type": "string", "description": "A slug", "examples": ["whaling"], **SLUG_FORM},
    "author": {"type": "integer", "description": "An author's id", "examples": [68]},
    "series": {"type": "string", "description": "A slug", "examples": ["discworld"], **SLUG_FORM},
    "decade": {"type": "integer", "description": "The lowest of its ten years", "examples": [1850]},
}


def _facet(name: str) -> Schema:
    value = {
        "type": "object",
        "required": ["value", "name", "count"],
        "properties": {
            "value": _VALUES[name],
            "name": {"type": "string", "description": "The value in words"},
            "count": {"type": "integer", "minimum": 1, "description": "How many books have it"},
        },
    }
    return {
        "type": "object",
        "required": ["values", "count_exact"],
        "properties": {
            "values": {"type": "array", "items": value},
            "count_exact": {"type": "boolean", "description": "False where books of a sample were counted"},
        },
    }


COMPONENTS: Schema = {
    "Facets": {
        "type": "object",
        "description": "The values that books have most often, with the number of books that have each.",
        "required": list(FACETS),
        "properties": {name: _facet(name) for name in FACETS},
    }
}
"""OpenAPI components of the document that `facets_document` returns."""
FACETS_SCHEMA: Schema = {"$ref": "#/components/schemas/Facets"}

EXAMPLE: dict[str, Any] = {
    "language": {"values": [{"value": "en", "name": "English", "count": 31}], "count_exact": True},
    "category": {"values": [{"value": "poetry", "name": "Poetry", "count": 12}], "count_exact": True},
    "subject": {"values": [{"value": "whaling", "name": "Whaling", "count": 9}], "count_exact": True},
    "author": {"values": [{"value": 9, "name": "Herman Melville", "count": 28}], "count_exact": True},
    "series": {"values": [], "count_exact": True},
    "decade": {"values": [{"value": 1850, "name": "1850s", "count": 7}], "count_exact": True},
}
"""An example of the document."""


def facets_document(facets: Mapping[str, Facet]) -> dict[str, Any]:
    """The JSON document of `facets`, as a dict."""
    return {
        facet: {
            "values": [{"value": value, "name": name, "count": number} for value, name, number in found.values],
            "count_exact": found.exact,
        }
        for facet, found in facets.items()
    }
