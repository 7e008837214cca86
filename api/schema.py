"""How the code becomes openapi.yaml: serpy's serializers, the filter sets and the problems, described."""

from typing import Any

from django_filters.filterset import FilterSet
from drf_spectacular.extensions import OpenApiFilterExtension, OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import Direction, OpenApiParameter

from api.asking import SELECTING
from api.exceptions import MEDIA_TYPE
from api.filters import Condition
from api.parameters import describe
from serializers.base import Nested

Schema = dict[str, Any]


class SerializerExtension(OpenApiSerializerExtension):
    """A component for every read serializer, from its declared fields."""

    target_class = "serializers.base.Serializer"
    match_subclasses = True

    def get_name(self, auto_schema: AutoSchema, direction: Direction) -> str:
        """The class's name without its last word: BookList, Author."""
        kind = self.target if isinstance(self.target, type) else type(self.target)
        return kind.__name__.removesuffix("Serializer")

    def map_serializer(self, auto_schema: AutoSchema, direction: Direction) -> Schema:
        """Every field is always there; what can be absent is null."""
        fields = self.target.declared_fields()
        properties = {name: self._field(field, auto_schema, direction) for name, field in fields.items()}
        kind = self.target if isinstance(self.target, type) else type(self.target)
        described = {"description": kind.__doc__.strip()} if kind.__doc__ else {}
        return {"type": "object", **described, "properties": properties, "required": list(properties)}

    def _field(self, field: Any, auto_schema: AutoSchema, direction: Direction) -> Schema:
        if not isinstance(field, Nested):
            return dict(field.schema)
        component: ResolvedComponent = auto_schema.resolve_serializer(field.serializer(), direction)
        if field.many:
            return {"type": "array", "items": component.ref}
        return {"oneOf": [component.ref, {"type": "null"}]} if field.null else component.ref


class FilterExtension(OpenApiFilterExtension):
    """The query parameters of a view's filter set."""

    target_class = "api.filters.StrictFilterBackend"
    priority = 1

    def get_schema_operation_parameters(self, auto_schema: AutoSchema, *args: Any, **kwargs: Any) -> list[Schema]:
        """One parameter a condition."""
        filterset: type[FilterSet] | None = getattr(auto_schema.view, "filterset_class", None)
        conditions: dict[str, Condition] = filterset.base_filters if filterset else {}
        return [describe(name, condition.value, condition.help) for name, condition in conditions.items()]


class CatalogueSchema(AutoSchema):
    """Operations as the contract has them: strict lists, problems for errors, short operation ids."""

    def get_tags(self) -> list[str]:
        """The first part of the path."""
        return [self.path.removeprefix("/api/v1/").split("/")[0]]

    def get_override_parameters(self) -> list[Any]:
        """`fields` and `expand`, wherever a resource is shown."""
        if getattr(self.view, "action", None) not in ("list", "retrieve"):
            return []
        return [
            OpenApiParameter(name, value.schema, OpenApiParameter.QUERY, description=str(value.help_text))
            for name, value in SELECTING.items()
        ]

    def get_paginated_name(self, serializer_name: str) -> str:
        """The name of a page's component: BookPage."""
        return f"{serializer_name.removesuffix('List')}Page"

    def get_summary(self) -> str:
        """The view's own first sentence."""
        return (self.view.__doc__ or "").strip().split("\n")[0].split(";")[0].rstrip(".")

    def get_operation_id(self) -> str:
        """`books_list`, `authors_books_list`, `isbn_retrieve`."""
        parts = [part for part in self.path.removeprefix("/api/v1/").split("/") if part and "{" not in part]
        return "_".join([*parts, "list" if self._is_list_view() else "retrieve"])


def only_versioned_paths(endpoints: list[Any], **kwargs: Any) -> list[Any]:
    """Document the API's own paths."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]


_PROBLEM: Schema = {
    "type": "object",
    "description": "An RFC 9457 problem document.",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("param", "code", "message")},
                "required": ["param", "code", "message"],
            },
        },
        "request_id": {"type": ["string", "null"]},
    },
    "example": {
        "type": "/problems/invalid-parameter",
        "title": "Invalid parameter",
        "status": 400,
        "detail": "Cannot use: langauge.",
        "code": "invalid_parameter",
        "errors": [{"param": "langauge", "code": "unknown", "message": "There is no such parameter here."}],
        "request_id": "5f0c0b6f2c0d4b0c9a5d0a3be5a2b7de",
    },
}
_EXPLAINED = {
    "400": "A parameter cannot be used",
    "404": "There is no such resource",
    "406": "No format that Accept allows",
    "503": "Overloaded, or the database is away",
}


def describe_problems(result: Schema, **kwargs: Any) -> Schema:
    """Add what every operation can answer besides success: problem documents, 304, and the common headers."""
    result["components"].setdefault("schemas", {})["Problem"] = _PROBLEM
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in result["paths"].values():
        for operation in operations.values():
            answers = operation["responses"]
            answers["304"] = {"description": "Unchanged since the ETag in If-None-Match"}
            for status, text in _EXPLAINED.items():
                answers[status] = {"description": text, "content": content}
    return result
