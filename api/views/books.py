"""The views of books: the list, one book, and where a book's values come from."""

from typing import Any, ClassVar

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from api.filters.books import BookFilter
from api.private.permissions import Writes
from api.private.viewset import PrivateViewSet
from api.writing.callers import writer_of
from api.writing.former_keys import former_key_error
from api.writing.transactions import written
from api.writing.viewset import WritableViewSet
from books.editing.books import BookEditor, give_back
from books.models import Book
from books.models.querysets import BOOK_ORDERINGS
from core.database.keyset import Term
from serializers.books import BookDetailSerializer, BookFullSerializer, BookListSerializer
from serializers.sources import BOOK_SOURCES, book_sources
from serializers.writing.books import BookBody, BookPatchBody


class BookViewSet(WritableViewSet):
    """The list of books, by default the most popular first, and one book; editors make, change and delete them."""

    queryset = Book.objects.all()
    list_serializer = BookListSerializer
    detail_serializer = BookDetailSerializer
    full_serializer = BookFullSerializer
    filterset_class = BookFilter
    orderings: ClassVar = {
        **BOOK_ORDERINGS,
        "series": Term("series_place", nullable=True),
        "relevance": Term("relevance"),
        "random": Term("shuffle"),
    }
    default_ordering = "-popularity,title"
    count_prefix = "book"
    bodies: ClassVar = {"create": BookBody, "update": BookBody, "partial_update": BookPatchBody}

    def editor_for(self, request: Request) -> BookEditor:
        """The BookEditor that notes who sends `request`."""
        return BookEditor(writer_of(request))


class BookSourcesViewSet(PrivateViewSet):
    """Where a book's values come from, for editors: the sources that set fields, and the fields that editors set."""

    queryset = Book.objects.all()
    permission_classes = [Writes]
    answers = {"destroy": 204}
    shown = {"sources": BOOK_SOURCES}

    def sources(self, request: Request, pk: str) -> Response:
        """The response with the book's sources and curated fields. Raises Http404, ProblemError (410)."""
        return Response(book_sources(self._book(request, self.get_queryset(), pk)))

    def destroy(self, request: Request, pk: str, field: str) -> Response:
        """The empty response after a curated field was given back. Raises Http404, ProblemError (410)."""

        def write() -> None:
            book = self._book(request, self.get_queryset().select_for_update(), pk)
            if not give_back(book, field, writer_of(request)):
                raise Http404

        written(write)
        return Response(status=204)

    def _book(self, request: Request, books: Any, pk: str) -> Book:
        book: Book | None = books.filter(pk=pk).first()
        if book is None:
            raise former_key_error(request, Book, pk)
        return book
