"""The views of categories: the list, one category, a category's books, and the whole tree."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.filters.entities import CategoryFilter
from api.links import base_url
from api.lists.listing import ListSource
from api.views.books import BookViewSet
from api.writing.former_keys import owner_of_list
from api.writing.viewset import WritableViewSet
from books.editing.categories import CategoryEditor
from books.models import Book, Category
from books.models.classification import CATEGORY_ORDERINGS
from core.text import SLUG
from serializers.categories import TREE_SCHEMA, CategorySerializer, category_tree
from serializers.writing.categories import CategoryBody, CategoryPatchBody


class CategoryViewSet(WritableViewSet):
    """The list of categories, by default by name, one category, and the tree of all; editors change it.

    A category's count of books includes those of the categories below it.
    """

    queryset = Category.objects.all()
    list_serializer = CategorySerializer
    detail_serializer = CategorySerializer
    full_serializer = CategorySerializer
    filterset_class = CategoryFilter
    orderings = CATEGORY_ORDERINGS
    default_ordering = "name"
    count_prefix = "category"
    lookup_field = "slug"
    lookup_value_regex = SLUG
    bodies: ClassVar = {"create": CategoryBody, "update": CategoryBody, "partial_update": CategoryPatchBody}
    editor = CategoryEditor()

    @extend_schema(responses={200: TREE_SCHEMA})
    @action(detail=False, pagination_class=None, filter_backends=[])
    def tree(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The response with all categories as a tree, ordered by name on each level."""
        rows = Category.objects.order_by("sort_key", "id")
        return Response(category_tree(rows, base_url(request)))


class CategoryBookViewSet(BookViewSet):
    """The list of the books of a category and of all categories below it."""

    def list_source(self) -> ListSource:
        """The books of the category and of those below it, with its stored count.

        Raises Http404 if there is no such category.
        """
        owner = owner_of_list(self.request, Category.objects.all(), "slug", self.kwargs["slug"])
        return ListSource(Book.objects.in_category([owner.slug]), owner.books_count)
