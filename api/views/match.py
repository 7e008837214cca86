"""The view that finds the books which a citation may mean."""

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.exceptions import parameter_error
from api.links import base_url
from api.lists.readers import reader
from api.parameters.lists import Isbns, Languages, One
from api.parameters.reading import read, read_selection
from api.parameters.values import Name, Value, Year, describe, openapi_parameter
from api.viewsets import CatalogueViewSet
from books.citations import Citation, matches
from books.models import Book
from serializers.books import BookFullSerializer, BookListSerializer
from serializers.matches import EXAMPLE, MATCHES_SCHEMA, matches_document

PARTS: dict[str, Value] = {
    "title": Name(help_text="The title, with or without its subtitle"),
    "author": Name(help_text="One author's name, in either order; the family name is compared"),
    "isbn": One(Isbns(), help_text="An ISBN-10 or ISBN-13 with its right check digit"),
    "language": One(Languages(), help_text="A code of ISO 639, or a language's name"),
    "year": Year(help_text="The year of the work or of this edition"),
}
"""The parts of a citation, by parameter."""


class MatchViewSet(CatalogueViewSet):
    """The viewset that finds the books which a citation may mean."""

    queryset = Book.objects.all()
    full_serializer = BookFullSerializer
    pagination_class = None
    selects: ClassVar = ("match",)

    @extend_schema(
        parameters=[openapi_parameter(describe(name, value)) for name, value in PARTS.items()],
        responses={200: MATCHES_SCHEMA},
        examples=[OpenApiExample("title=pride and prejudise&author=austen", EXAMPLE, response_only=True)],
        filters=False,
    )
    def match(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The response with at most five books, the best first. Raises InvalidParameters."""
        params = request.query_params
        given, errors = read(PARTS, params)
        if not {"title", "isbn"} & set(params):
            errors.append(parameter_error("title", "required", "Say a title or an isbn."))
        serializer, selected = read_selection(params, BookListSerializer, BookFullSerializer, PARTS, *errors)
        found = matches(Citation(**given))
        books = reader(serializer, Book, base_url(request), detail=selected)
        rows = books.by_id(Book, [match.id for match in found])
        shown = dict(zip(rows, books.show([*rows.values()]), strict=True))
        return Response(matches_document(found, shown))
