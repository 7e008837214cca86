"""The view that looks up many books at once."""

from typing import Any

from django.db import connection
from rest_framework.request import Request
from rest_framework.response import Response

from api.links import base_url
from api.lists.readers import reader
from api.parameters.reading import read_selection
from api.private.viewset import PrivateViewSet
from books.lookup import Named, look_up
from books.models import Book
from serializers.books import BookFullSerializer, BookListSerializer
from serializers.writing.lookup import LOOKUP, LookupBody


class LookupViewSet(PrivateViewSet):
    """Many books at once, each named by an ISBN, an identifier or an id; anybody who may read may look them up."""

    queryset = Book.objects.all()
    full_serializer = BookFullSerializer
    permission_classes = []
    selects = ("lookup",)
    bodies = {"lookup": LookupBody}
    shown = {"lookup": LOOKUP}

    def lookup(self, request: Request) -> Response:
        """The response with the book of each item, or null, in order. Raises InvalidParameters, ValidationError."""
        serializer, selected = read_selection(request.query_params, BookListSerializer, BookFullSerializer)
        ids = look_up(connection, [Named(**item) for item in self.body(request)["items"]])
        books = reader(serializer, Book, base_url(request), detail=selected)
        rows = books.by_id(Book, {pk for pk in ids if pk is not None})
        shown: dict[Any, Any] = dict(zip(rows, books.show([*rows.values()]), strict=True))
        return Response({"results": [shown.get(pk) for pk in ids]})
