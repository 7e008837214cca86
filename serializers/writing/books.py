"""What clients send to make and change books."""

from collections.abc import Mapping
from typing import Any

from serializers.writing.authors import Identifiers, Year
from serializers.writing.base import Body, Choices, Integer, Line, Lines, patch_of
from serializers.writing.book_parts import (
    BookSubjectBody,
    CreditBody,
    Extra,
    Isbn,
    Language,
    LinkBody,
    Published,
    Rating,
    SeriesPlaceBody,
)
from serializers.writing.categories import CategoryRef

LARGEST = 2**31 - 1
MOST = 1_000
"""Most items of a list of a book."""

_TEXT: dict[str, Any] = {"allow_blank": True, "allow_null": True, "default": ""}
_NUMBER: dict[str, Any] = {"allow_null": True, "default": None}


class BookBody(Body):
    """A book."""

    answered = frozenset(
        {"id", "url", "category", "isbn_10", "isbn_13", "cover", "path", "books_count", "created_at", "updated_at"}
    )
    title = Line(max_length=1000)
    subtitle = Lines(max_length=5_000, default="")
    part = Line(max_length=500, **_TEXT)
    description = Lines(max_length=100_000, default="")
    authors = Choices(child=CreditBody(), max_length=MOST, default=list, help_text="In the order of the title page")
    categories = Choices(
        child=CategoryRef(allow_null=False), max_length=MOST, default=list, help_text="Slugs; the first is `category`"
    )
    subjects = Choices(child=BookSubjectBody(), max_length=MOST, default=list)
    series = Choices(child=SeriesPlaceBody(), max_length=MOST, default=list)
    languages = Choices(child=Language(max_length=80), max_length=MOST, default=list)
    original_languages = Choices(child=Language(max_length=80), max_length=MOST, default=list)
    first_published_year = Year(default=None, help_text="Of the work; negative is BCE")
    published_year = Year(default=None, help_text="Of this edition; that of `published` unless given")
    published = Published(max_length=10, **_TEXT)
    publisher = Line(max_length=500, **_TEXT)
    pages = Integer(min_value=1, max_value=LARGEST, **_NUMBER)
    format = Line(max_length=80, **_TEXT)
    work = Line(max_length=200, help_text="What books of one work share: `openlibrary:OL45804W`", **_TEXT)
    isbns = Choices(child=Isbn(max_length=40), max_length=MOST, default=list, help_text="The first valid is `isbn_13`")
    identifiers = Identifiers(default=dict, help_text="By scheme")
    links = Choices(child=LinkBody(), max_length=MOST, default=list)
    popularity = Integer(min_value=0, max_value=LARGEST, **_NUMBER)
    rating_average = Rating(min_value=0, max_value=5, **_NUMBER)
    ratings_count = Integer(min_value=0, max_value=LARGEST, **_NUMBER)
    extra = Extra(required=False, help_text="Stays unless given, as a GET shows it only where it is asked for")

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """The checked values by field, with the year of `published` unless one is given. Raises ValidationError."""
        values = super().to_internal_value(data)
        if values.get("published") and isinstance(data, Mapping) and "published_year" not in data:
            values["published_year"] = int(values["published"][:4])
        return values


BookPatchBody = patch_of(BookBody, "What is to be changed of a book.")
