"""Stock DRF with serpy in place of its serializers: the same viewset, the same pages."""

from typing import Any

import serpy
from django.urls import include, path
from rest_framework import viewsets
from rest_framework.routers import SimpleRouter

from benchmarks.peers import rows


class CategorySerializer(serpy.Serializer):
    name = serpy.Field()
    slug = serpy.Field()
    url = serpy.MethodField()

    def get_url(self, category: Any) -> str:
        return f"{rows.CATEGORIES}{category.slug}/"


class CreditSerializer(serpy.Serializer):
    id = serpy.Field(attr="author_id")
    name = serpy.Field(attr="author.name")
    role = serpy.Field()
    url = serpy.MethodField()

    def get_url(self, credit: Any) -> str:
        return f"{rows.AUTHORS}{credit.author_id}/"


class BookSerializer(serpy.Serializer):
    id = serpy.Field()
    url = serpy.MethodField()
    title = serpy.Field()
    subtitle = serpy.MethodField()
    authors = CreditSerializer(attr="credits.all", call=True, many=True)
    category = serpy.MethodField()
    languages = serpy.Field()
    first_published_year = serpy.Field()
    published_year = serpy.Field()
    isbn_13 = serpy.Field()
    cover = serpy.Field()
    popularity = serpy.Field()
    rating_average = serpy.Field()
    ratings_count = serpy.Field()
    updated_at = serpy.MethodField()

    def get_url(self, book: Any) -> str:
        return f"{rows.BOOKS}{book.pk}/"

    def get_subtitle(self, book: Any) -> str | None:
        return book.subtitle or None

    def get_category(self, book: Any) -> Any:
        return CategorySerializer(book.category).data if book.category else None

    def get_updated_at(self, book: Any) -> str:
        return rows.moment(book.updated_at)


class BookViewSet(viewsets.ReadOnlyModelViewSet):
    serializer_class = BookSerializer

    def get_queryset(self) -> Any:
        return rows.listed()


router = SimpleRouter()
router.register("books", BookViewSet, basename="book")
urlpatterns = [path("api/v1/", include(router.urls))]
