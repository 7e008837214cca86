"""The view of a book by its ISBN."""

from typing import Any

from django.db.models import F
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from api.exceptions import ProblemError
from api.links import base_url
from api.viewsets import CatalogueViewSet
from books.models import Book, BookIsbn
from books.standards.isbn import InvalidISBN, isbn13
from serializers.books import BookDetailSerializer, BookFullSerializer


class IsbnViewSet(CatalogueViewSet):
    """One book, found by an ISBN; of several the most popular one, then the one with the lowest id."""

    queryset = Book.objects.all()
    detail_serializer = BookDetailSerializer
    full_serializer = BookFullSerializer

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The response with the book, and a Link to the list of all books with its ISBN.

        Raises ProblemError for a wrong ISBN, Http404 if no book has it.
        """
        reader = self.detail_reader(request)
        try:
            isbn = isbn13(kwargs["isbn"])
        except InvalidISBN as error:
            raise ProblemError("invalid_isbn", str(error)) from None
        best_first = (F("popularity").desc(nulls_last=True), "id")
        found = reader.find(
            "isbn",
            lambda value: Book.objects.with_isbn([value]).order_by(*best_first)[:2],
            value=(BookIsbn._meta.get_field("isbn_13"), isbn),
        )
        if not found:
            raise Http404
        response = Response(reader.show(found[:1])[0])
        if len(found) > 1:
            response["Link"] = f'<{base_url(request)}/api/v1/books/?isbn={isbn}>; rel="collection"'
        return response
