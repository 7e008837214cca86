"""Pages of a list: by signed keyset cursor, or by number near its beginning."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from api.addresses import address
from api.asking import SELECTING, read
from api.exceptions import parameter_error
from api.listing import DEEPEST_ROW, Length, Listing
from api.ordering import Ordered, ordered
from api.parameters import Choice, Integer, Value, describe
from core.fields import SAMPLE_RANGE

PAGE_SIZE = 25
# Where in a list one is: links to other places leave them out, and say their own.
_PLACE = {"cursor", "page", "seed"}
# These say which part of a list is shown and how, not which list it is: a cursor is not bound to them.
_NOT_THE_LIST = {*_PLACE, "page_size", "count", "format", "ordering", *SELECTING}
_LINK = {"type": ["string", "null"], "format": "uri"}
PAGE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["next", "previous", "results"],
    "properties": {
        "count": {"type": "integer", "description": "Left out with count=none"},
        "count_exact": {"type": "boolean", "description": "False where the count is an estimate"},
        "next": _LINK,
        "previous": _LINK,
        "missing": {"type": "array", "items": {"type": "integer"}, "description": "With ids: those unknown"},
    },
}


class KeysetPagination(BasePagination):
    """`count count_exact next previous results`, and the same links in a Link header."""

    parameters: dict[str, Value] = {
        "cursor": Value(help_text="Where to go on; take it from `next`, do not make it"),
        "page": Integer(1, 10**9, help_text=f"Instead of a cursor: page N of the first {DEEPEST_ROW:,} rows"),
        "page_size": Integer(1, 100, help_text=f"Rows on a page, {PAGE_SIZE} unless told"),
        "count": Choice("none", "exact", help_text="Leave the count out, or insist on an exact one"),
        "ordering": Value(help_text="Fields separated by commas, - to descend"),
        "seed": Integer(0, SAMPLE_RANGE - 1, help_text="With ordering=random: the same seed, the same order"),
    }

    def paginate_queryset(  # type: ignore[override]
        self, queryset: QuerySet[Any], request: Request, view: Any = None
    ) -> list[Any]:
        """The rows of the page asked for, as the view's reader gives them. Raises InvalidParameters, ProblemError."""
        given = view.asked.paging
        self.listing = self._listing(queryset, given, request, view)
        self.page = self.listing.page(given.get("cursor"))
        return self.page.rows

    def read(self, params: QueryDict) -> tuple[dict[str, Any], list[dict[str, str]]]:
        """This paginator's own parameters, and what is wrong with them."""
        given, errors = read(self.parameters, params)
        if "cursor" in given and "page" in given:
            errors.append(parameter_error("page", "conflict", "Goes without cursor."))
        return given, errors

    def _listing(self, queryset: QuerySet[Any], given: dict[str, Any], request: Request, view: Any) -> Listing:
        order, filterset = self._order(queryset, given, view), view.asked.filterset
        params = sorted((n, v) for n, v in request.query_params.items() if n not in _NOT_THE_LIST)
        length = Length(
            queryset, view.counts, given.get("count"), bool(filterset.values), view.count_prefix, view.shares_counts
        )
        return Listing(
            order,
            length,
            size=given.get("page_size", PAGE_SIZE),
            number=given.get("page"),
            draws=order.seed is not None and "seed" not in given,
            ids=filterset.values.get("ids"),
            bound_to=repr((request.path_info, order.name, order.seed, params)),
            address=address(request, without=_PLACE),
            reader=view.reader,
        )

    def _order(self, queryset: QuerySet[Any], given: dict[str, Any], view: Any) -> Ordered:
        query = view.asked.filterset.text_query if "relevance" in view.orderings else None
        default = "relevance" if query else view.default_ordering
        name = given.get("ordering", default)
        return ordered(queryset, name, view.orderings, query=query, seed=given.get("seed"))

    def get_paginated_response(self, data: Any) -> Response:
        """The page's document."""
        response = Response(self.page.document(data), headers=self.page.headers())
        if self.listing.draws:
            # The next answer has another seed.
            response["Cache-Control"] = "no-store"
        return response

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The parameters every list takes, for the OpenAPI document."""
        found = []
        for name, value in self.parameters.items():
            text = str(value.help_text)
            if name == "ordering":
                text += f". Of {', '.join(view.orderings)}; default {view.default_ordering}"
            if name != "seed" or "random" in view.orderings:
                found.append(describe(name, value, text))
        return found

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """A page of what `schema` describes."""
        return {**PAGE_SCHEMA, "properties": {**PAGE_SCHEMA["properties"], "results": schema}}
