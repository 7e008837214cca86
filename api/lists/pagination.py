"""KeysetPagination: a DRF paginator by which drf-spectacular describes pages in the OpenAPI document."""

from typing import Any

from rest_framework.pagination import BasePagination

from api.parameters.lists import LIST_LENGTH, one_of
from api.parameters.pages import PAGE_PARAMETERS
from api.parameters.values import Value, describe

_LINK = {"type": ["string", "null"], "format": "uri"}
PAGE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "A page of a list, and the way to those beside it.",
    "required": ["next", "previous", "results"],
    "properties": {
        "count": {"type": "integer", "minimum": 0, "description": "Rows of the list; left out with `count=none`"},
        "count_exact": {"type": "boolean", "description": "False where `count` is an estimate"},
        "next": {**_LINK, "description": "The URL of the next page, null on the last"},
        "previous": {**_LINK, "description": "The URL of the page before, null on the first"},
        "missing": {
            "type": "array",
            "items": {"type": "integer", "minimum": 1},
            "maxItems": LIST_LENGTH,
            "description": "With `ids`: those of them that lead to nothing",
        },
        "did_you_mean": {
            "type": ["string", "null"],
            "description": "Only where `search` finds nothing: a text for `search` with the unknown words mended that "
            "finds something under the other filters, null where there is none",
        },
    },
}


class KeysetPagination(BasePagination):
    """Describes a page and its parameters for the OpenAPI document; no page is made by it, but by api.lists.listing."""

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The parameters in PAGE_PARAMETERS that the lists of `view` take, in OpenAPI's terms."""
        described = []
        for name, value in PAGE_PARAMETERS.items():
            if name == "ordering":
                described.append(_describe_ordering(view, value))
            elif name != "seed" or "random" in view.orderings:
                described.append(describe(name, value))
        return described

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The OpenAPI schema of a page whose results have the schema `schema`."""
        return {**PAGE_SCHEMA, "properties": {**PAGE_SCHEMA["properties"], "results": schema}}


def _describe_ordering(view: Any, value: Value) -> dict[str, Any]:
    """The parameter `ordering` of the lists of `view` in OpenAPI's terms, with a pattern of all its values."""
    names, default = [name for name in view.orderings if name != "relevance"], f"`{view.default_ordering}`"
    item = first = f"-?{one_of(names)}"
    if "series" in view.orderings:
        default = (
            f"`series`, by place, with the parameter `series`, without which there is no such order, else {default}"
        )
    if "relevance" in view.orderings:
        default = f"`relevance` with `search`, where it can only come first, else {default}"
        first = f"(relevance|{item})"
    pattern = f"^ *{first} *(, *{item} *){{0,{len(names)}}}$"
    return describe("ordering", value, f"{value.help_text}. By default {default}", pattern=pattern)
