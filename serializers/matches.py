"""How the books that a citation may mean are shown."""

from collections.abc import Mapping, Sequence
from typing import Any

from books.citations import Match
from serializers.base import Schema

_PARTS: Schema = {"type": "array", "items": {"enum": ["title", "author", "year", "language", "isbn"]}}
COMPONENTS: Schema = {
    "Match": {
        "type": "object",
        "description": "A book that a citation may mean.",
        "required": ["score", "agreed", "differs", "book"],
        "properties": {
            "score": {"type": "number", "minimum": 0, "maximum": 1, "description": "How well the book agrees"},
            "agreed": {**_PARTS, "description": "The parts of the citation that the book agrees with"},
            "differs": {**_PARTS, "description": "The parts of which the book has another value"},
            "book": {"$ref": "#/components/schemas/Book"},
        },
    },
    "Matches": {
        "type": "object",
        "description": "What a citation may mean, the best first.",
        "required": ["results"],
        "properties": {"results": {"type": "array", "maxItems": 5, "items": {"$ref": "#/components/schemas/Match"}}},
    },
}
"""OpenAPI components of the document that `matches_document` returns."""
MATCHES_SCHEMA: Schema = {"$ref": "#/components/schemas/Matches"}

EXAMPLE: dict[str, Any] = {
    "results": [
        {
            "score": 0.99,
            "agreed": ["title", "author"],
            "differs": ["year"],
            "book": {"id": 1342, "url": "https://books.example.org/api/v1/books/1342/", "title": "Pride and Prejudice"},
        }
    ]
}
"""An example of the document."""


def matches_document(found: Sequence[Match], books: Mapping[int, dict[str, Any]]) -> dict[str, Any]:
    """The JSON document of the matches `found`, as a dict; `books` has the document of each book, by id."""
    return {
        "results": [
            {
                "score": match.score.value,
                "agreed": match.score.agreed,
                "differs": match.score.differs,
                "book": books[match.id],
            }
            for match in found
            if match.id in books
        ]
    }
