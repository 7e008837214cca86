"""Stock DRF: ModelSerializer, HyperlinkedIdentityField, PageNumberPagination, select_related, prefetch_related."""

from typing import Any

from django.urls import include, path
from rest_framework import serializers, viewsets
from rest_framework.routers import SimpleRouter

from authors.models import Author
from benchmarks.peers import rows
from books.models import Book, BookAuthor, BookSeries, Category, Subject
from books.standards.isbn import isbn10

TIME = "%Y-%m-%dT%H:%M:%SZ"


class CategorySerializer(serializers.ModelSerializer):
    url = serializers.HyperlinkedIdentityField(view_name="category-detail", lookup_field="slug")

    class Meta:
        model = Category
        fields = ("name", "slug", "url")


class SubjectSerializer(serializers.ModelSerializer):
    class Meta:
        model = Subject
        fields = ("name", "slug", "kind")


class CreditSerializer(serializers.ModelSerializer):
    id = serializers.IntegerField(source="author_id")
    name = serializers.CharField(source="author.name")
    url = serializers.HyperlinkedIdentityField(
        view_name="author-detail", lookup_field="author_id", lookup_url_kwarg="pk"
    )

    class Meta:
        model = BookAuthor
        fields: tuple[str, ...] = ("id", "name", "role", "url")


class CreditDetailSerializer(CreditSerializer):
    birth_year = serializers.IntegerField(source="author.birth_year")
    death_year = serializers.IntegerField(source="author.death_year")

    class Meta(CreditSerializer.Meta):
        fields = (*CreditSerializer.Meta.fields, "birth_year", "death_year")


class SeriesSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="series.name")
    slug = serializers.CharField(source="series.slug")
    url = serializers.HyperlinkedRelatedField(
        source="series", view_name="series-detail", lookup_field="slug", read_only=True
    )

    class Meta:
        model = BookSeries
        fields = ("name", "slug", "url", "position")


class BookSerializer(serializers.ModelSerializer):
    url = serializers.HyperlinkedIdentityField(view_name="book-detail")
    authors = CreditSerializer(source="credits", many=True)
    category = CategorySerializer()
    updated_at = serializers.DateTimeField(format=TIME)

    class Meta:
        model = Book
        fields: tuple[str, ...] = rows.LIST_FIELDS

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(instance)
        shown["subtitle"] = shown["subtitle"] or None
        return shown


class BookDetailSerializer(BookSerializer):
    authors = CreditDetailSerializer(source="credits", many=True)
    categories = serializers.SerializerMethodField()
    subjects = serializers.SerializerMethodField()
    series = SeriesSerializer(source="series_links", many=True)
    isbn_10 = serializers.SerializerMethodField()
    isbns = serializers.SerializerMethodField()
    identifiers = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField(format=TIME)

    class Meta(BookSerializer.Meta):
        fields = rows.DETAIL_FIELDS

    def _many(self, serializer: Any, found: list[Any]) -> Any:
        return serializer(found, many=True, context=self.context).data

    def get_categories(self, book: Any) -> Any:
        return self._many(CategorySerializer, [link.category for link in book.shelvings.all()])

    def get_subjects(self, book: Any) -> Any:
        return self._many(SubjectSerializer, [link.subject for link in book.subject_links.all()])

    def get_isbn_10(self, book: Book) -> str | None:
        return isbn10(book.isbn_13) if book.isbn_13 else None

    def get_isbns(self, book: Any) -> list[str]:
        return [isbn.isbn_13 for isbn in book.isbns.all()]

    def get_identifiers(self, book: Book) -> dict[str, list[str]]:
        return rows.by_scheme(book)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown = super().to_representation(instance)
        for name in ("part", "description", "publisher", "format", "published", "work"):
            shown[name] = shown[name] or None
        for series in shown["series"]:
            series["position"] = series["position"] or None
        return shown


class BookViewSet(viewsets.ReadOnlyModelViewSet):
    def get_queryset(self) -> Any:
        return rows.detailed() if self.detail else rows.listed()

    def get_serializer_class(self) -> Any:
        return BookDetailSerializer if self.detail else BookSerializer


class AuthorViewSet(viewsets.ReadOnlyModelViewSet):
    """Here and below: for the links; nobody asks."""

    queryset = Author.objects.all()


class CategoryViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Category.objects.all()
    lookup_field = "slug"


def urls(books: type[BookViewSet]) -> list[Any]:
    """The routes, with `books` for the books."""
    router = SimpleRouter()
    router.register("books", books, basename="book")
    router.register("authors", AuthorViewSet, basename="author")
    router.register("categories", CategoryViewSet, basename="category")
    return [path("api/v1/", include(router.urls))]


urlpatterns = urls(BookViewSet)
