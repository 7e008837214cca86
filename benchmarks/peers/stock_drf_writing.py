"""Stock DRF with nested writes: a ModelViewSet whose serializer replaces a book's credits and subjects itself."""

from typing import Any

from django.db import transaction
from django.urls import include, path
from rest_framework import serializers, viewsets
from rest_framework.routers import SimpleRouter

from authors.models import Author
from benchmarks.peers import rows
from benchmarks.peers.stock_drf import AuthorViewSet, BookDetailSerializer, CategoryViewSet
from books.models import Book, BookAuthor, BookSubject, Subject


class CreditWriteSerializer(serializers.Serializer):
    id = serializers.PrimaryKeyRelatedField(queryset=Author.objects.all())
    role = serializers.CharField(max_length=40, default="author")


class SubjectWriteSerializer(serializers.Serializer):
    slug = serializers.SlugRelatedField(slug_field="slug", queryset=Subject.objects.all())


class BookWriteSerializer(serializers.ModelSerializer):
    authors = CreditWriteSerializer(many=True, required=False)
    subjects = SubjectWriteSerializer(many=True, required=False)

    class Meta:
        model = Book
        fields = ("title", "subtitle", "publisher", "pages", "published_year", "authors", "subjects")

    @transaction.atomic
    def update(self, instance: Any, validated_data: dict[str, Any]) -> Any:
        authors, subjects = validated_data.pop("authors", None), validated_data.pop("subjects", None)
        book = super().update(instance, validated_data)
        if authors is not None:
            BookAuthor.objects.filter(book=book).delete()
            BookAuthor.objects.bulk_create(
                BookAuthor(book=book, author=each["id"], role=each["role"], position=place)
                for place, each in enumerate(authors)
            )
        if subjects is not None:
            BookSubject.objects.filter(book=book).delete()
            BookSubject.objects.bulk_create(
                BookSubject(book=book, subject=each["slug"], position=place) for place, each in enumerate(subjects)
            )
        return book

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown: dict[str, Any] = BookDetailSerializer(rows.detailed().get(pk=instance.pk), context=self.context).data
        return shown


class BookViewSet(viewsets.ModelViewSet):
    queryset = Book.objects.all()

    def get_serializer_class(self) -> Any:
        return BookWriteSerializer


router = SimpleRouter()
router.register("books", BookViewSet, basename="book")
router.register("authors", AuthorViewSet, basename="author")
router.register("categories", CategoryViewSet, basename="category")
urlpatterns = [path("api/v1/", include(router.urls))]
