"""django-bolt: typed handlers, msgspec structs, Django's asynchronous ORM, its own Rust server."""

import msgspec
from django_bolt import BoltAPI

from benchmarks.peers import rows

PAGE_SIZE = 25
api = BoltAPI()
urlpatterns: list[object] = []


class Category(msgspec.Struct):
    name: str
    slug: str
    url: str


class Credit(msgspec.Struct):
    id: int
    name: str
    role: str
    url: str


class Book(msgspec.Struct):
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


class Page(msgspec.Struct):
    count: int
    results: list[Book]


def shown(book: rows.Book) -> Book:
    category = book.category
    return Book(
        id=book.id,
        url=f"{rows.BOOKS}{book.id}/",
        title=book.title,
        subtitle=book.subtitle or None,
        authors=[
            Credit(credit.author_id, credit.author.name, credit.role, f"{rows.AUTHORS}{credit.author_id}/")
            for credit in book.credits.all()
        ],
        category=category and Category(category.name, category.slug, f"{rows.CATEGORIES}{category.slug}/"),
        languages=book.languages,
        first_published_year=book.first_published_year,
        published_year=book.published_year,
        isbn_13=book.isbn_13,
        cover=book.cover,
        popularity=book.popularity,
        rating_average=book.rating_average,
        ratings_count=book.ratings_count,
        updated_at=rows.moment(book.updated_at),
    )


@api.get("/api/v1/books")
async def books(page: int = 1) -> Page:
    found = rows.listed()
    start = (page - 1) * PAGE_SIZE
    count = await found.acount()
    return Page(count=count, results=[shown(book) async for book in found[start : start + PAGE_SIZE]])
