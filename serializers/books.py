"""How books are shown."""

from books.isbn import isbn10
from books.models import Book
from serializers.base import Field, Integer, Method, Nested, Number, Serializer, Strings, Text, Timestamp, Url
from serializers.categories import CategoryLinkSerializer
from serializers.subjects import SubjectLinkSerializer

_COVER = {name: {"type": "string", "format": "uri"} for name in ("small", "medium", "large")}
_LINK = {"rel": {"type": "string"}, "media_type": {"type": "string"}, "url": {"type": "string", "format": "uri"}}


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
    languages = Strings(help="ISO 639-1 where it exists, else 639-3", example=["en"])
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
    isbn_10 = Method({"type": ["string", "null"], "example": "0141439513"})
    isbns = Method({"type": "array", "items": {"type": "string"}, "example": ["9780141439518"]})
    identifiers = Method(
        {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"type": "string"}, "example": ["9780141439518"]},
        }
    )
    links = Field(type="array", items={"type": "object", "properties": _LINK})
    original_languages = Strings()
    work = Text(null=True, help="Books of one work share it: openlibrary:OL45804W")
    created_at = Timestamp()

    def get_isbn_10(self, book: Book) -> str | None:
        """The primary ISBN in its ten-digit form, where it has one."""
        return isbn10(book.isbn_13) if book.isbn_13 else None

    def get_isbns(self, book: Book) -> list[str]:
        """Every valid ISBN, as ISBN-13."""
        return [isbn.isbn_13 for isbn in book.isbns.all()]

    def get_identifiers(self, book: Book) -> dict[str, list[str]]:
        """Identifiers by scheme."""
        found: dict[str, list[str]] = {}
        for identifier in book.identifiers.all():
            found.setdefault(identifier.scheme, []).append(identifier.value)
        return found
