"""The view of suggestions for a search box."""

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.exceptions import InvalidParameters, parameter_error
from api.links import base_url
from api.parameters.reading import read
from api.parameters.values import Integer, Value, Words, describe
from api.viewsets import CatalogueViewSet
from books.models import Book
from books.standards.isbn import isbns_in
from books.suggestions.sql import SHOWN
from books.suggestions.suggest import suggest
from serializers.suggestions import EXAMPLE, SUGGESTIONS_SCHEMA, suggestions

WORDS, LIMIT = Words(), Integer(1, SHOWN)
_Q = describe(
    "q", WORDS,
    "Every word of a title, a name or a subject, in any order, the last by prefix; case and accents do not matter, and "
    "where next to nothing is found one typo a word is forgiven. The book that bears an ISBN in it comes first",
)  # fmt: skip
_LIMIT = describe("limit", LIMIT, f"The most suggestions wanted, {SHOWN} unless said")
_PARAMETERS = [
    OpenApiParameter("q", _Q["schema"], required=True, description=_Q["description"]),
    OpenApiParameter("limit", _LIMIT["schema"], description=_LIMIT["description"]),
]


class SuggestViewSet(CatalogueViewSet):
    """The viewset of suggestions for the text typed so far: books, authors and subjects, the best first."""

    queryset = Book.objects.all()
    pagination_class = None
    parameters: ClassVar[dict[str, Value]] = {"q": WORDS, "limit": LIMIT}

    @extend_schema(
        parameters=_PARAMETERS, responses={200: SUGGESTIONS_SCHEMA},
        examples=[OpenApiExample("q=prid", EXAMPLE, response_only=True)],
    )  # fmt: skip
    def suggest(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The response with the suggestions: exact names, then names that begin with the text, then by popularity.

        Books, authors and subjects take turns. Raises InvalidParameters.
        """
        values, errors = read(self.parameters, request.query_params)
        if "q" not in request.query_params:
            errors.append(parameter_error("q", "required", "Say what to look for."))
        if errors:
            raise InvalidParameters(errors)
        found = suggest(values["q"], values.get("limit", SHOWN), isbns_in(request.query_params["q"]))
        return Response(suggestions(found, base_url(request)))
