"""How books are shown."""

from books.standards.isbn import isbn10
from serializers.base import (
    COUNT,
    IDENTIFIERS,
    KEY,
    YEAR,
    Aggregated,
    Computed,
    Field,
    Integer,
    Nested,
    Number,
    Rows,
    Schema,
    Serializer,
    Strings,
    Text,
    Timestamp,
    Url,
)
from serializers.categories import CategoryLinkSerializer
from serializers.series import SeriesLinkSerializer
from serializers.subjects import SubjectLinkSerializer

COMPONENTS: Schema = {
    "Cover": {
        "type": "object",
        "description": "Addresses of a cover's pictures, as the source gave them.",
        "properties": {name: {"type": "string", "maxLength": 2000} for name in ("small", "medium", "large")},
    },
    "Link": {
        "type": "object",
        "description": "Where a book can be had, as the source gave it.",
        "required": ["url"],
        "properties": {
            "rel": {"type": "string", "maxLength": 40},
            "media_type": {"type": "string", "maxLength": 100},
            "url": {"type": "string", "maxLength": 2000},
        },
    },
}
"""OpenAPI components of the values in a book's JSON columns."""
_COVER: Schema = {"$ref": "#/components/schemas/Cover"}
_LINKS: Schema = {"type": "array", "items": {"$ref": "#/components/schemas/Link"}}
_ISBN_13: Schema = {"type": "string", "pattern": "^97[89][0-9]{10}$"}
_LANGUAGES: Schema = {"type": "array", "items": {"type": "string", "pattern": "^[a-z]{2,3}$"}}
_PUBLISHED = "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"


def _isbn_10(isbn_13: str | None) -> str | None:
    """The ten-digit form of a book's primary ISBN; None without an ISBN, or for one that has no such form."""
    return isbn10(isbn_13) if isbn_13 else None


def _only(rows: Rows) -> list[str]:
    return [value for (value,) in rows]


def _by_scheme(rows: Rows) -> dict[str, list[str]]:
    """Values of identifiers by scheme, from `rows` of a scheme and a value."""
    values: dict[str, list[str]] = {}
    for scheme, value in rows:
        values.setdefault(scheme, []).append(value)
    return values


class CreditSerializer(Serializer):
    """An author of a book in a list, in the order of the title page."""

    id = Integer("author_id", example=68, **KEY)
    name = Text("author.name", example="Jane Austen", maxLength=500)
    role = Text(help="A MARC relator in words: author, translator, editor…", example="author", maxLength=40)
    url = Url("authors", "author_id")


class CreditDetailSerializer(CreditSerializer):
    """An author of a book, in the order of the title page. Lists leave the years out unless asked for them."""

    birth_year = Integer("author.birth_year", null=True, help="Negative is BCE", example=1775, **YEAR)
    death_year = Integer("author.death_year", null=True, help="Negative is BCE", example=1817, **YEAR)


class ShelvingSerializer(CategoryLinkSerializer):
    """A category of one book."""

    name = Text("category.name")
    slug = Text("category.slug")
    url = Url("categories", "category.slug")


class BookListSerializer(Serializer):
    """A book in a list."""

    id = Integer(example=1342, **KEY)
    url = Url("books", "id")
    title = Text(example="Pride and Prejudice", minLength=1, maxLength=1000)
    subtitle = Text(null=True, example=None)
    authors = Nested(CreditSerializer, "credits", many=True)
    category = Nested(CategoryLinkSerializer, null=True)
    languages = Strings(interned=True, help="ISO 639-1 where it exists, else 639-3", example=["en"], **_LANGUAGES)
    first_published_year = Integer(null=True, help="Of the work; negative is BCE", example=1813, **YEAR)
    published_year = Integer(null=True, help="Of this edition; negative is BCE", example=2003, **YEAR)
    isbn_13 = Text(null=True, help="The primary ISBN", example="9780141439518", **_ISBN_13)
    cover = Field(null=True, **_COVER)
    popularity = Integer(null=True, help="Downloads, ratings: what the source counts", example=2035490)
    rating_average = Number(null=True, example=4.24, minimum=0, maximum=5)
    ratings_count = Integer(null=True, example=2035490, **COUNT)
    updated_at = Timestamp()


class BookDetailSerializer(BookListSerializer):
    """One book."""

    authors = Nested(CreditDetailSerializer, "credits", many=True)
    part = Text(null=True, help="The number or name of a part of a work", maxLength=500)
    description = Text(null=True)
    categories = Nested(ShelvingSerializer, "shelvings", many=True)
    subjects = Nested(SubjectLinkSerializer, "subject_links", many=True)
    series = Nested(SeriesLinkSerializer, "series_links", many=True)
    publisher = Text(null=True, maxLength=500)
    pages = Integer(null=True, minimum=1)
    format = Text(null=True, maxLength=80)
    published = Text(null=True, help="YYYY, YYYY-MM or YYYY-MM-DD", pattern=_PUBLISHED)
    isbn_10 = Computed(
        _isbn_10, "isbn_13", null=True, type="string", pattern="^[0-9]{9}[0-9X]$", help="The primary ISBN's short form"
    )
    isbns = Aggregated(_only, "isbns", "isbn_13", example=["9780141439518"], type="array", items=_ISBN_13)
    identifiers = Aggregated(_by_scheme, "identifiers", "scheme", "value", help="By scheme", **IDENTIFIERS)
    links = Field(**_LINKS)
    original_languages = Strings(interned=True, help="Those it was translated from", **_LANGUAGES)
    work = Text(null=True, help="Books of one work share it: openlibrary:OL45804W", maxLength=200)
    created_at = Timestamp()


class BookFullSerializer(BookDetailSerializer):
    """A book. Lists show the fields up to `updated_at` and those that `fields` or `expand` names, one book all of them;
    `extra` is shown only where it is named.
    """

    extra = Field(type="object", additionalProperties=True, help="What the source gave and no other field holds")
