"""The view of facets: what the books of a list have in common."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.exceptions import InvalidParameters
from api.filters.books import FacetFilter
from api.parameters.values import describe, openapi_parameter
from api.viewsets import CatalogueViewSet
from books.facets import FACETS, Facet, FacetBooks, matching_books
from books.models import Book
from serializers.facets import EXAMPLE, FACETS_SCHEMA, facets_document

_YEARS = ("published_year", "first_published_year")
OWN = {
    "language": {"language"},
    "category": {"category", "category_all"},
    "subject": {"subject", "subject_all"},
    "author": {"author"},
    "series": {"series"},
    "decade": {f"{name}{end}" for name in _YEARS for end in ("", "_min", "_max")},
}
"""The filters that each facet ignores: it shows what could be chosen instead."""
_NARROWS_NOTHING = {"subject_kind"}
_PARAMETERS = [
    openapi_parameter(describe(name, filter_.value, filter_.help)) for name, filter_ in FacetFilter.base_filters.items()
]


class FacetViewSet(CatalogueViewSet):
    """The facets of the books that meet the filters of a list."""

    queryset = Book.objects.all()
    pagination_class = None
    parameters = FacetFilter.base_filters

    @extend_schema(
        parameters=_PARAMETERS,
        responses={200: FACETS_SCHEMA},
        examples=[OpenApiExample("search=moby", EXAMPLE, response_only=True)],
        filters=False,
    )
    def facets(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The response with every facet. Raises InvalidParameters."""
        given = FacetFilter(request.query_params)
        if given.problems:
            raise InvalidParameters(given.problems)
        books: dict[frozenset[str], FacetBooks] = {}
        return Response(facets_document({name: _facet(name, given, books) for name in FACETS}))


def _facet(name: str, given: FacetFilter, books: dict[frozenset[str], FacetBooks]) -> Facet:
    """The Facet `name` of the books that meet the filters but its own; `books` keeps the books found, by filters."""
    filters = given.without(OWN[name])
    applied = frozenset(filters.values)
    if not applied - _NARROWS_NOTHING:
        found = None
    elif (found := books.get(applied)) is None:
        found = books[applied] = matching_books(filters.without_search(Book.objects.all()), filters.text_search)
    more = {"author": {"role": given.values.get("role")}, "subject": {"kinds": given.values.get("subject_kind")}}
    return FACETS[name](found, **more.get(name, {}))
