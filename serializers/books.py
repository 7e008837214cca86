"""How books are shown."""

from books.isbn import isbn10
from serializers.base import (
    Field,
    Gathered,
    Integer,
    Made,
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
from serializers.subjects import SubjectLinkSerializer

_COVER = {name: {"type": "string", "format": "uri"} for name in ("small", "medium", "large")}
_STRINGS: Schema = {"type": "array", "items": {"type": "string"}}
_LINK = {"rel": {"type": "string"}, "media_type": {"type": "string"}, "url": {"type": "string", "format": "uri"}}


def _isbn_10(isbn_13: str | None) -> str | None:
    """The primary ISBN in its ten-digit form, where it has one."""
    return isbn10(isbn_13) if isbn_13 else None


def _only(rows: Rows) -> list[str]:
    return [value for (value,) in rows]


def _by_scheme(rows: Rows) -> dict[str, list[str]]:
    """Identifiers by scheme."""
    found: dict[str, list[str]] = {}
    for scheme, value in rows:
        found.setdefault(scheme, []).append(value)
    return found


class CreditSerializer(Serializer):
    """An author of a book in a list, in the order of the title page."""

    id = Integer("author_id", example=68)
    name = Text("author.name", example="Jane Austen")
    role = Text(help="A MARC relator: author, translator, editor…", example="author")
    url = Url("authors", "author_id")


class CreditDetailSerializer(CreditSerializer):
    """An author of one book."""

    birth_year = Integer("author.birth_year", null=True)
    death_year = Integer("author.death_year", null=True)


class ShelvingSerializer(CategoryLinkSerializer):
    """A category of one book."""

    name = Text("category.name")
    slug = Text("category.slug")
    url = Url("categories", "category.slug")


class SeriesSerializer(Serializer):
    """A series a book stands in."""

    name = Text()
    position = Text(null=True, help='"1", "1-3", "0.5"')


class BookListSerializer(Serializer):
    """A book in a list."""

    id = Integer(example=1342)
    url = Url("books", "id")
    title = Text(example="Pride and Prejudice")
    subtitle = Text(null=True, example=None)
    authors = Nested(CreditSerializer, "credits", many=True)
    category = Nested(CategoryLinkSerializer, null=True)
    languages = Strings(few=True, help="ISO 639-1 where it exists, else 639-3", example=["en"])
    first_published_year = Integer(null=True, help="Of the work; negative is BCE", example=1813)
    published_year = Integer(null=True, help="Of this edition", example=2003)
    isbn_13 = Text(null=True, example="9780141439518")
    cover = Field(null=True, type="object", properties=_COVER)
    popularity = Integer(null=True, help="Downloads, ratings: what the source counts", example=2035490)
    rating_average = Number(null=True, example=4.24)
    ratings_count = Integer(null=True, example=2035490)
    updated_at = Timestamp()


class BookDetailSerializer(BookListSerializer):
    """One book."""

    authors = Nested(CreditDetailSerializer, "credits", many=True)
    part = Text(null=True)
    description = Text(null=True)
    categories = Nested(ShelvingSerializer, "shelvings", many=True)
    subjects = Nested(SubjectLinkSerializer, "subject_links", many=True)
    series = Nested(SeriesSerializer, many=True)
    publisher = Text(null=True)
    pages = Integer(null=True)
    format = Text(null=True)
    published = Text(null=True, help="YYYY, YYYY-MM or YYYY-MM-DD")
    isbn_10 = Made(_isbn_10, "isbn_13", null=True, type="string", help="Of the primary ISBN", example="0141439513")
    isbns = Gathered(_only, "isbns", "isbn_13", example=["9780141439518"], **_STRINGS)
    identifiers = Gathered(_by_scheme, "identifiers", "scheme", "value", type="object", additionalProperties=_STRINGS)
    links = Field(type="array", items={"type": "object", "properties": _LINK})
    original_languages = Strings(few=True)
    work = Text(null=True, help="Books of one work share it: openlibrary:OL45804W")
    created_at = Timestamp()


class BookFullSerializer(BookDetailSerializer):
    """All that `fields` and `expand` can show of a book."""

    extra = Field(type="object", help="What the source gave and no other field holds")
