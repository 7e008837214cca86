"""How categories are shown: one by one, inside a book, and as the tree."""

from typing import Any

from django.db.models import F, QuerySet

from books.models import Category
from core.database.statements import Statement
from serializers.base import COUNT, SLUG_FORM, Integer, Nested, Schema, Serializer, Strings, Text, Url
from serializers.plans.plan import plan_of


class CategoryLinkSerializer(Serializer):
    """A category that something is in."""

    name = Text(example="Novels", minLength=1, maxLength=300)
    slug = Text(example="fiction-novels", **SLUG_FORM)
    url = Url("categories", "slug")


class CategorySerializer(CategoryLinkSerializer):
    """A category of the tree."""

    parent = Nested(CategoryLinkSerializer, null=True)
    path = Strings(help="The names from the root down to this category", example=["Fiction", "Novels"])
    books_count = Integer(help="Distinct books, those of the categories below included", **COUNT)


class CategoryNodeSerializer(CategoryLinkSerializer):
    """A category of the tree, without what stands below it."""

    books_count = Integer(**COUNT)


_NODE = "#/components/schemas/CategoryNode"
COMPONENTS: Schema = {
    "CategoryNode": {
        "type": "object",
        "description": "A category of the tree, and those directly below it.",
        "required": ["name", "slug", "url", "books_count", "children"],
        "properties": {
            **{name: dict(field.schema) for name, field in CategoryNodeSerializer.declared_fields().items()},
            "children": {"type": "array", "items": {"$ref": _NODE}},
        },
    },
}
"""The OpenAPI component of a node of the tree."""
TREE_SCHEMA: Schema = {"type": "array", "items": {"$ref": _NODE}}
"""The OpenAPI schema of what `category_tree` returns."""


def category_tree(categories: QuerySet[Category], base_url: str) -> list[dict[str, Any]]:
    """The tree of `categories` as nested dicts: a list of the roots, each with its `children`.

    Categories with one parent are in the order of the queryset.
    """
    plan = plan_of(CategoryNodeSerializer, Category, detail=False)
    assert plan
    rows = Statement.of(plan.select(categories, F("pk"), F("parent"))).run(categories.db)
    shown = [{**node, "children": []} for node in plan.make([row[:-2] for row in rows], base_url)]
    nodes = {row[-2]: node for row, node in zip(rows, shown, strict=True)}
    roots: list[dict[str, Any]] = []
    for row, node in zip(rows, shown, strict=True):
        siblings = nodes[row[-1]]["children"] if row[-1] else roots
        siblings.append(node)
    return roots
