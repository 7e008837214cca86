"""What clients send to make and change categories."""

from collections.abc import Mapping
from typing import Any

from serializers.writing.base import Body, Line, Slug, patch_of


class CategoryRef(Slug):
    """A category by its slug, or as an answer shows it, by the slug in it; null for none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"allow_null": True, **options})

    def to_internal_value(self, data: Any) -> str:
        """The slug. Raises ValidationError."""
        slug: Any = data.get("slug") if isinstance(data, Mapping) else data
        return str(super().to_internal_value(slug))


class CategoryBody(Body):
    """A category."""

    answered = frozenset({"url", "path", "books_count"})
    name = Line(max_length=300)
    slug = Slug(required=False, help_text="Made of the path unless given")
    parent = CategoryRef(default=None, help_text="The slug of the category above it; null for none")  # type: ignore[assignment]


CategoryPatchBody = patch_of(CategoryBody, "What is to be changed of a category.")
