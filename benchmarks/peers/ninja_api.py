"""django-ninja: schemas with resolvers, its own page-number pagination."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path
from ninja import NinjaAPI, Schema
from ninja.pagination import PageNumberPagination, paginate

from benchmarks.peers import rows

api = NinjaAPI()


class Category(Schema):
    name: str
    slug: str
    url: str

    @staticmethod
    def resolve_url(category: Any) -> str:
        return f"{rows.CATEGORIES}{category.slug}/"


class Credit(Schema):
    id: int
    name: str
    role: str
    url: str

    @staticmethod
    def resolve_id(credit: Any) -> int:
        return credit.author_id

    @staticmethod
    def resolve_name(credit: Any) -> str:
        return credit.author.name

    @staticmethod
    def resolve_url(credit: Any) -> str:
        return f"{rows.AUTHORS}{credit.author_id}/"


class Book(Schema):
    id: int
    url: str
    title: str
    subtitle: str | None
    authors: list[Credit]
    category: Category | None
    languages: list[str]
    first_published_year: int | None
    published_year: int | None
    isbn_13: str | None
    cover: dict[str, str] | None
    popularity: int | None
    rating_average: float | None
    ratings_count: int | None
    updated_at: str

    @staticmethod
    def resolve_url(book: Any) -> str:
        return f"{rows.BOOKS}{book.pk}/"

    @staticmethod
    def resolve_subtitle(book: Any) -> str | None:
        return book.subtitle or None

    @staticmethod
    def resolve_authors(book: Any) -> Any:
        return book.credits.all()

    @staticmethod
    def resolve_updated_at(book: Any) -> str:
        return rows.moment(book.updated_at)


class Pages(PageNumberPagination):
    items_attribute = "results"

    class Output(Schema):
        results: list[Any]
        count: int

    def paginate_queryset(self, queryset: QuerySet[Any], pagination: Any, **params: Any) -> Any:
        offset = (pagination.page - 1) * self.page_size
        return {"results": queryset[offset : offset + self.page_size], "count": self._items_count(queryset)}


@api.get("books/", response=list[Book])
@paginate(Pages, page_size=25)
def books(request: HttpRequest) -> Any:
    return rows.listed()


urlpatterns = [path("api/v1/", api.urls)]
