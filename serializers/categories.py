"""How categories are shown: one by one, inside a book, and as the tree."""

from collections.abc import Iterable
from typing import Any

from books.models import Category
from serializers.base import Integer, Nested, Schema, Serializer, Strings, Text, Url


class CategoryLinkSerializer(Serializer):
    """A category inside something else."""

    name = Text(example="Novels")
    slug = Text(example="fiction-novels")
    url = Url("categories", "slug")


class CategorySerializer(CategoryLinkSerializer):
    """A category, in lists and alone."""

    parent = Nested(CategoryLinkSerializer, null=True)
    path = Strings(help="The names from the root down to this category", example=["Fiction", "Novels"])
    books_count = Integer(help="Distinct books, those of the categories below included")


class CategoryNodeSerializer(CategoryLinkSerializer):
    """A category of the tree, without what stands below it."""

    books_count = Integer()


_NODE: Schema = {
    "type": "object",
    "required": ["name", "slug", "url", "books_count", "children"],
    "properties": {
        **{name: dict(field.schema) for name, field in CategoryNodeSerializer.declared_fields().items()},
        "children": {"type": "array", "items": {"type": "object"}, "description": "Nodes like this one"},
    },
}
TREE_SCHEMA: Schema = {"type": "array", "items": _NODE}
"""What `category_tree` gives, in OpenAPI's terms."""


def category_tree(categories: Iterable[Category], base_url: str) -> list[dict[str, Any]]:
    """The roots, each with its `children`, in the order given."""
    rows = list(categories)
    context = {"base_url": base_url}
    nodes = {row.pk: {**CategoryNodeSerializer(row, context=context).data, "children": []} for row in rows}
    roots: list[dict[str, Any]] = []
    for row in rows:
        siblings = nodes[row.parent_id]["children"] if row.parent_id else roots
        siblings.append(nodes[row.pk])
    return roots
