"""The querysets of the Django peers: joined, prefetched, in the page's order, wide columns left out."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import F, Prefetch, QuerySet

from books.models import Book, BookAuthor, BookCategory, BookSubject

BOOKS = f"{settings.PUBLIC_URL}/api/v1/books/"
AUTHORS = f"{settings.PUBLIC_URL}/api/v1/authors/"
CATEGORIES = f"{settings.PUBLIC_URL}/api/v1/categories/"

CREDITS = Prefetch("credits", queryset=BookAuthor.objects.select_related("author"))
NOT_IN_LISTS = (
    "description", "extra", "curated", "links", "original_languages", "published", "publisher", "format",
)  # fmt: skip
LIST_FIELDS = (
    "id", "url", "title", "subtitle", "authors", "category", "languages", "first_published_year", "published_year",
    "isbn_13", "cover", "popularity", "rating_average", "ratings_count", "updated_at",
)  # fmt: skip
DETAIL_FIELDS = (
    *LIST_FIELDS, "part", "description", "categories", "subjects", "series", "publisher", "pages", "format",
    "published", "isbn_10", "isbns", "identifiers", "links", "original_languages", "work", "created_at",
)  # fmt: skip


def listed() -> QuerySet[Book]:
    """The books of a list. The harness makes the index this order wants: nulls last, as Octavo orders them."""
    rows = Book.objects.select_related("category").prefetch_related(CREDITS).defer(*NOT_IN_LISTS)
    return rows.order_by(F("popularity").desc(nulls_last=True), "sort_title", "id")


def detailed() -> QuerySet[Book]:
    """A book with all that hangs on it."""
    return Book.objects.select_related("category").prefetch_related(
        CREDITS,
        Prefetch("shelvings", queryset=BookCategory.objects.select_related("category")),
        Prefetch("subject_links", queryset=BookSubject.objects.select_related("subject")),
        "series",
        "identifiers",
        "isbns",
    )


def moment(value: datetime) -> str:
    """`2026-11-21T09:30:00Z`."""
    return f"{value.isoformat(timespec='seconds')[:19]}Z"


def by_scheme(book: Any) -> dict[str, list[str]]:
    """Identifiers by scheme."""
    found: dict[str, list[str]] = {}
    for identifier in book.identifiers.all():
        found.setdefault(identifier.scheme, []).append(identifier.value)
    return found
