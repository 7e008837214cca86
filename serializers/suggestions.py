"""How suggestions are shown: type, key, text and URL."""

from collections.abc import Iterable
from typing import Any

from books.suggestions.candidates import Suggestion
from serializers.base import KEY, SLUG_FORM, Integer, Schema, Serializer, Text, Url


class BookSuggestionSerializer(Serializer):
    """A book that may be meant."""

    type = Text(enum=["book"])
    id = Integer(example=1342, **KEY)
    text = Text(help="Its title", example="Pride and Prejudice")
    url = Url("books", "id")


class AuthorSuggestionSerializer(Serializer):
    """An author who may be meant."""

    type = Text(enum=["author"])
    id = Integer(example=68, **KEY)
    text = Text(help="The name for display", example="Jane Austen")
    url = Url("authors", "id")


class SubjectSuggestionSerializer(Serializer):
    """A subject that may be meant."""

    type = Text(enum=["subject"])
    slug = Text(example="pride-and-vanity-fiction", **SLUG_FORM)
    text = Text(help="Its name", example="Pride and vanity -- Fiction")
    url = Url("subjects", "slug")


_SERIALIZERS: dict[str, type[Serializer]] = {
    "book": BookSuggestionSerializer,
    "author": AuthorSuggestionSerializer,
    "subject": SubjectSuggestionSerializer,
}


def _schema(serializer: type[Serializer]) -> Schema:
    properties = {name: dict(field.schema) for name, field in serializer.declared_fields().items()}
    return {"type": "object", "description": serializer.__doc__, "required": list(properties), "properties": properties}


_NAMES = {kind: serializer.__name__.removesuffix("Serializer") for kind, serializer in _SERIALIZERS.items()}
_REFERENCES = {kind: f"#/components/schemas/{name}" for kind, name in _NAMES.items()}
COMPONENTS: Schema = {
    **{_NAMES[kind]: _schema(serializer) for kind, serializer in _SERIALIZERS.items()},
    "Suggestions": {
        "type": "object",
        "description": "What may be meant, the best first.",
        "required": ["results"],
        "properties": {
            "results": {
                "type": "array",
                "maxItems": 10,
                "items": {
                    "oneOf": [{"$ref": reference} for reference in _REFERENCES.values()],
                    "discriminator": {"propertyName": "type", "mapping": _REFERENCES},
                },
            }
        },
    },
}
"""OpenAPI components of the document that `suggestions` returns."""
SUGGESTIONS_SCHEMA: Schema = {"$ref": "#/components/schemas/Suggestions"}

_ROOT = "https://books.example.org/api/v1"
EXAMPLE: dict[str, Any] = {
    "results": [
        {"type": "book", "id": 1342, "text": "Pride and Prejudice", "url": f"{_ROOT}/books/1342/"},
        {"type": "author", "id": 7100, "text": "S. T. Prideaux", "url": f"{_ROOT}/authors/7100/"},
        {
            "type": "subject",
            "slug": "pride-and-vanity-fiction",
            "text": "Pride and vanity -- Fiction",
            "url": f"{_ROOT}/subjects/pride-and-vanity-fiction/",
        },
    ]
}
"""An example of the document."""


def suggestions(found: Iterable[Suggestion], base_url: str) -> dict[str, list[Any]]:
    """The JSON document with the suggestions `found`, each shown by the serializer of its type."""
    context = {"base_url": base_url}
    return {"results": [_SERIALIZERS[row.type](row, context=context).data for row in found]}
