"""Extensions of drf-spectacular, which generate openapi.yaml from serializers, filters and the texts of operations."""

from typing import Any

from django_filters.filterset import FilterSet
from drf_spectacular.extensions import OpenApiFilterExtension, OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import Direction, OpenApiParameter

from api.filters.base import Condition
from api.operations import OPERATIONS, TAGS, Operation
from api.parameters.lists import listed
from api.parameters.reading import FORMATS, LIST_FORMATS, SELECTION_PARAMETERS
from api.parameters.values import Choice, describe, openapi_parameter
from api.private.viewset import PrivateViewSet
from api.streams.formats import STREAMED
from api.writing.idempotency import HEADER, LONGEST
from api.writing.viewset import WRITES, WritableViewSet
from core.text import SLUG
from serializers import accounts, authors, books, categories, facets, matches, subjects, suggestions
from serializers.base import KEY, Nested, Serializer
from serializers.selection import selectable
from serializers.writing.examples import EXAMPLES

Schema = dict[str, Any]
COMPONENTS: Schema = {
    **accounts.COMPONENTS,
    **authors.COMPONENTS,
    **books.COMPONENTS,
    **categories.COMPONENTS,
    **facets.COMPONENTS,
    **matches.COMPONENTS,
    **subjects.COMPONENTS,
    **suggestions.COMPONENTS,
    **Choice.components,
}
"""Component schemas that are not generated from a serializer class."""
NAMES = {"BookFull": "Book", "CreditDetail": "Credit", "Shelving": "CategoryLink"}
"""The component names of serializers that are not named by their class."""
_NAMED = {"list", "retrieve", "show", "create", "update", "partial_update", "destroy"}
"""Actions that the operation's id names; another action is named by its path."""
KEYS: dict[str, Schema] = {
    "id": {"schema": {"type": "integer", **KEY}, "description": "Its id"},
    "slug": {"schema": {"type": "string", "pattern": f"^{SLUG}$"}, "description": "Its slug"},
    "field": {"schema": {"type": "string", "pattern": "^[a-z_]+$"}, "description": "The name of the field"},
    "isbn": {
        "schema": {"type": "string", "pattern": r"^[^\u0000\ufffd/]+$"},
        "description": "An ISBN-10 or ISBN-13 with its right check digit, such as `978-0-14-143951-8` or "
        "`ISBN 0-14-143951-3`",
    },
}
"""The path parameters by name."""
_STREAMS = {form.media_type for form in STREAMED.values()}
IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string"},
    OpenApiParameter.HEADER,
    description="The ETag of the resource as it was read: it is changed only if it is still so",
)
IDEMPOTENCY_KEY = OpenApiParameter(
    HEADER,
    {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": "^[ -~]+$"},
    OpenApiParameter.HEADER,
    description="A name for this request, kept for 24 hours: sent again with it, it gets its first answer again",
)


class SerializerExtension(OpenApiSerializerExtension):
    """Describes every read serializer in the OpenAPI document, as a component with its declared fields."""

    target_class = "serializers.base.Serializer"
    match_subclasses = True

    def get_name(self, auto_schema: AutoSchema, direction: Direction) -> str:
        """The component's name, such as Book: from NAMES, else the class's name without Serializer."""
        kind = self.target if isinstance(self.target, type) else type(self.target)
        name = kind.__name__.removesuffix("Serializer")
        return NAMES.get(name, name)

    def get_identity(self, auto_schema: AutoSchema, direction: Direction) -> str:
        """The component's name: serializers of one name share one component."""
        return self.get_name(auto_schema, direction)

    def map_serializer(self, auto_schema: AutoSchema, direction: Direction) -> Schema:
        """The OpenAPI schema of the serializer's output; no member is required, since `fields` may leave any out."""
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


class BodyExtension(OpenApiSerializerExtension):
    """Describes every Body in the OpenAPI document: no field besides its own, but those that only answers have."""

    target_class = "serializers.writing.base.Body"
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: Direction) -> Schema:
        """The OpenAPI schema of the object, with its example."""
        schema: Schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        ignored = {name: {"description": "Not looked at"} for name in sorted(self.target.answered)}
        properties = {**schema["properties"], **ignored}
        kind = self.target if isinstance(self.target, type) else type(self.target)
        example = {"examples": [EXAMPLES[kind.__name__]]}
        return {**schema, **example, "properties": properties, "additionalProperties": False}


class FilterExtension(OpenApiFilterExtension):
    """Describes the filters of a view's lists in the OpenAPI document, as query parameters."""

    target_class = "django_filters.rest_framework.DjangoFilterBackend"
    priority = 1

    def get_schema_operation_parameters(self, auto_schema: AutoSchema, *args: Any, **kwargs: Any) -> list[Schema]:
        """A query parameter, as an OpenAPI parameter object, for each filter."""
        filterset: type[FilterSet] | None = getattr(auto_schema.view, "filterset_class", None)
        conditions: dict[str, Condition] = filterset.base_filters if filterset else {}
        return [describe(name, condition.value, condition.help) for name, condition in conditions.items()]


class CatalogueSchema(AutoSchema):
    """Describes the operations in the OpenAPI document: parameters, responses, texts and short operation ids."""

    @property
    def operation(self) -> Operation:
        """The Operation with the texts of this operation. Raises KeyError where OPERATIONS has none."""
        return OPERATIONS[self.get_operation_id()]

    @property
    def shown(self) -> type[Serializer] | None:
        """The serializer with every field that a request may select.

        Returns None for an action that is neither list nor detail.
        """
        view: Any = self.view
        return view.full_serializer if view.action in view.selects else None

    @property
    def private(self) -> PrivateViewSet | WritableViewSet | None:
        """The view, if its answers depend on the caller: those of accounts, and those that write the catalogue."""
        view: Any = self.view
        if isinstance(view, WritableViewSet):
            return view if view.action in WRITES else None
        return view if isinstance(view, PrivateViewSet) else None

    def get_tags(self) -> list[str]:
        """The operation's only tag: the first part of its path below /api/v1/."""
        return [self.path.removeprefix("/api/v1/").split("/")[0]]

    def get_override_parameters(self) -> list[Any]:
        """The parameters that are no filters: the keys in the path, `format`, `fields` and `expand` of a resource."""
        parameters = [
            OpenApiParameter(name, key["schema"], OpenApiParameter.PATH, description=key["description"])
            for name, key in KEYS.items()
            if f"{{{name}}}" in self.path
        ]
        view: Any = self.view
        streams = view.action == "list" and not isinstance(view, PrivateViewSet)
        described = [describe("format", LIST_FORMATS if streams else FORMATS)]
        if self.shown:
            pattern = listed(selectable(self.shown))["pattern"]
            described += [describe(name, value, pattern=pattern) for name, value in SELECTION_PARAMETERS.items()]
        parameters += [openapi_parameter(one) for one in described]
        if private := self.private:
            parameters += [openapi_parameter(describe(name, value)) for name, value in private.parameters.items()]
            if self.method == "POST" and private.action in private.makes:
                parameters.append(IDEMPOTENCY_KEY)
            if isinstance(private, WritableViewSet) and "{" in self.path:
                parameters.append(IF_MATCH)
        return parameters

    def get_response_serializers(self) -> Any:
        """The serializer with every selectable field, for a list or detail; for another action the view's own."""
        if (private := self.private) is None:
            return self.shown or super().get_response_serializers()
        answers = private.answers.get(private.action, 200)
        statuses = answers if isinstance(answers, tuple) else (answers,)
        return {status: _shown(private) if status not in (202, 204) else None for status in statuses}

    def get_request_serializer(self) -> Any:
        """The Body of an action that takes one."""
        return private.bodies.get(private.action) if (private := self.private) else None

    def get_auth(self) -> list[dict[str, list[str]]]:
        """The ways to prove who asks: for the catalogue none, or a bearer token where only members may read."""
        if self.private is None:
            return [{}, {"bearer": []}]
        return [{"bearer": []}] if self.private.get_permissions() else [{}]

    def get_paginated_name(self, serializer_name: str) -> str:
        """The name of the component that describes a page, such as BookPage."""
        return f"{serializer_name}Page"

    def get_summary(self) -> str:
        """The operation's summary, from OPERATIONS."""
        return self.operation.summary

    def get_description(self) -> str:  # type: ignore[override]
        """The operation's description, from OPERATIONS."""
        return self.operation.description

    def get_operation_id(self) -> str:
        """The operation's id, such as `books_list`, `authors_books_list`, `users_create` or `categories_tree`."""
        parts = [part for part in self.path.removeprefix("/api/v1/").split("/") if part and "{" not in part]
        view: Any = self.view
        return "_".join([*parts, view.action] if view.action in _NAMED else parts)


def _shown(view: PrivateViewSet | WritableViewSet) -> Any:
    """The serializer or the schema of what an action of `view` answers."""
    if isinstance(view, WritableViewSet):
        return view.detail_serializer
    return view.shown.get(view.action) or view.full_serializer


def only_versioned_paths(endpoints: list[Any], **kwargs: Any) -> list[Any]:
    """Those of `endpoints` whose path is under /api/v1/: only they are described."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]


def describe_the_rest(result: Schema, **kwargs: Any) -> Schema:
    """Add the tags, the components in COMPONENTS, and each 200's description to the document `result`; return it."""
    result["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
    schemas = result["components"].setdefault("schemas", {})
    schemas.update(COMPONENTS)
    result["components"]["schemas"] = dict(sorted(schemas.items()))
    for operations in result["paths"].values():
        for operation in operations.values():
            for answer in operation["responses"].values():
                for media_type in _STREAMS & set(answer.get("content", ())):
                    answer["content"][media_type] = {"schema": {"type": "string"}}
                answer["description"] = OPERATIONS[operation["operationId"]].answer
    return result
