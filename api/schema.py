"""How the code becomes openapi.yaml: serpy's serializers, the filter sets and the operations, described."""

from typing import Any

from django_filters.filterset import FilterSet
from drf_spectacular.extensions import OpenApiFilterExtension, OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import Direction, OpenApiParameter

from api.filters import Condition
from api.operations import OPERATIONS, TAGS, Operation
from api.parameters.lists import ISBN, listed
from api.parameters.reading import FORMATS, SELECTION_PARAMETERS
from api.parameters.values import Choice, describe
from core.text import SLUG
from serializers import authors, books, categories, subjects, suggestions
from serializers.base import KEY, Nested, Serializer
from serializers.selection import selectable

Schema = dict[str, Any]
COMPONENTS: Schema = {
    **authors.COMPONENTS,
    **books.COMPONENTS,
    **categories.COMPONENTS,
    **subjects.COMPONENTS,
    **suggestions.COMPONENTS,
    **Choice.components,
}
"""Schemas that no serializer class says by itself."""
NAMES = {"BookFull": "Book", "CreditDetail": "Credit", "Shelving": "CategoryLink"}
"""Serializers that clients know by a plainer name."""
KEYS: dict[str, Schema] = {
    "id": {"schema": {"type": "integer", **KEY}, "description": "Its id"},
    "slug": {"schema": {"type": "string", "pattern": f"^{SLUG}$"}, "description": "Its slug"},
    "isbn": {
        "schema": {"type": "string", "pattern": f"^ *{ISBN} *$"},
        "description": "An ISBN-10 or ISBN-13 with its right check digit, such as `978-0-14-143951-8`",
    },
}
"""What stands in a path."""


class SerializerExtension(OpenApiSerializerExtension):
    """A component for every read serializer, from its declared fields."""

    target_class = "serializers.base.Serializer"
    match_subclasses = True

    def get_name(self, auto_schema: AutoSchema, direction: Direction) -> str:
        """The class's name without its last word, or a plainer one: Book, Author."""
        kind = self.target if isinstance(self.target, type) else type(self.target)
        name = kind.__name__.removesuffix("Serializer")
        return NAMES.get(name, name)

    def get_identity(self, auto_schema: AutoSchema, direction: Direction) -> str:
        """The name: serializers of one name show the same of different rows."""
        return self.get_name(auto_schema, direction)

    def map_serializer(self, auto_schema: AutoSchema, direction: Direction) -> Schema:
        """An object without required members: `fields` may leave any of them out."""
        fields = self.target.declared_fields()
        properties = {name: self._field(field, auto_schema, direction) for name, field in fields.items()}
        kind = self.target if isinstance(self.target, type) else type(self.target)
        described = {"description": " ".join(kind.__doc__.split())} if kind.__doc__ else {}
        return {"type": "object", **described, "properties": properties}

    def _field(self, field: Any, auto_schema: AutoSchema, direction: Direction) -> Schema:
        if not isinstance(field, Nested):
            return dict(field.schema)
        component: ResolvedComponent = auto_schema.resolve_serializer(field.serializer(), direction)
        if field.many:
            return {"type": "array", "items": component.ref}
        return {"oneOf": [component.ref, {"type": "null"}]} if field.null else component.ref


class FilterExtension(OpenApiFilterExtension):
    """The query parameters of a view's filter set."""

    target_class = "django_filters.rest_framework.DjangoFilterBackend"
    priority = 1

    def get_schema_operation_parameters(self, auto_schema: AutoSchema, *args: Any, **kwargs: Any) -> list[Schema]:
        """One parameter a condition."""
        filterset: type[FilterSet] | None = getattr(auto_schema.view, "filterset_class", None)
        conditions: dict[str, Condition] = filterset.base_filters if filterset else {}
        return [describe(name, condition.value, condition.help) for name, condition in conditions.items()]


class CatalogueSchema(AutoSchema):
    """Operations as the contract has them: strict lists, problems for errors, short operation ids."""

    @property
    def operation(self) -> Operation:
        """The operation's texts. Raises KeyError where nobody wrote them."""
        return OPERATIONS[self.get_operation_id()]

    @property
    def shown(self) -> type[Serializer] | None:
        """All that `fields` and `expand` can show, where a resource is listed or shown alone."""
        view: Any = self.view
        return view.full_serializer if view.action in ("list", "retrieve") else None

    def get_tags(self) -> list[str]:
        """The first part of the path."""
        return [self.path.removeprefix("/api/v1/").split("/")[0]]

    def get_override_parameters(self) -> list[Any]:
        """The path's keys, `format`, and `fields` and `expand` wherever a resource is shown."""
        found = [
            OpenApiParameter(name, key["schema"], OpenApiParameter.PATH, description=key["description"])
            for name, key in KEYS.items()
            if f"{{{name}}}" in self.path
        ]
        described = [describe("format", FORMATS)]
        if self.shown:
            pattern = listed(selectable(self.shown))["pattern"]
            described += [describe(name, value, pattern=pattern) for name, value in SELECTION_PARAMETERS.items()]
        found += [OpenApiParameter(one["name"], one["schema"], description=one["description"]) for one in described]
        return found

    def get_response_serializers(self) -> Any:
        """All that `fields` and `expand` can show of the resource, in lists and alone."""
        return self.shown or super().get_response_serializers()

    def get_paginated_name(self, serializer_name: str) -> str:
        """The name of a page's component: BookPage."""
        return f"{serializer_name}Page"

    def get_summary(self) -> str:
        """What the operation does, in few words."""
        return self.operation.summary

    def get_description(self) -> str:  # type: ignore[override]
        """What one needs to know to use it."""
        return self.operation.description

    def get_operation_id(self) -> str:
        """`books_list`, `authors_books_list`, `isbn_retrieve`; an action by its own name, such as `categories_tree`."""
        parts = [part for part in self.path.removeprefix("/api/v1/").split("/") if part and "{" not in part]
        if not self.shown:
            return "_".join(parts)
        return "_".join([*parts, "list" if self._is_list_view() else "retrieve"])


def only_versioned_paths(endpoints: list[Any], **kwargs: Any) -> list[Any]:
    """Document the API's own paths."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]


def describe_the_rest(result: Schema, **kwargs: Any) -> Schema:
    """Add the tags, the components that no serializer says, and what a 200 holds."""
    result["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
    schemas = result["components"].setdefault("schemas", {})
    schemas.update(COMPONENTS)
    result["components"]["schemas"] = dict(sorted(schemas.items()))
    for operations in result["paths"].values():
        for operation in operations.values():
            operation["responses"]["200"]["description"] = OPERATIONS[operation["operationId"]].answer
    return result
