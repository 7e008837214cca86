"""Pages of a list: by signed keyset cursor, or by number near its beginning."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import QueryDict
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from api.exceptions import parameter_error
from api.links import address
from api.lists.cursors import LONGEST, PATTERN
from api.lists.listing import DEEPEST_ROW, CountPolicy, Listing
from api.lists.ordering import Ordered, ordered
from api.parameters.lists import LIST_LENGTH, one_of
from api.parameters.reading import SELECTION_PARAMETERS, read
from api.parameters.values import Choice, Integer, Value, describe
from core.database.fields import SAMPLE_RANGE

PAGE_SIZE = 25
# Where in a list one is: links to other places leave them out, and say their own.
_PLACE = {"cursor", "page", "seed"}
# These say which part of a list is shown and how, not which list it is: a cursor is not bound to them.
_NOT_THE_LIST = {*_PLACE, "page_size", "count", "format", "ordering", *SELECTION_PARAMETERS}
_LINK = {"type": ["string", "null"], "format": "uri"}
PAGE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "A page of a list, and the way to those beside it.",
    "required": ["next", "previous", "results"],
    "properties": {
        "count": {"type": "integer", "minimum": 0, "description": "Rows of the list; left out with `count=none`"},
        "count_exact": {"type": "boolean", "description": "False where `count` is an estimate"},
        "next": {**_LINK, "description": "The URL of the next page, null on the last"},
        "previous": {**_LINK, "description": "The URL of the page before, null on the first"},
        "missing": {
            "type": "array",
            "items": {"type": "integer", "minimum": 1},
            "maxItems": LIST_LENGTH,
            "description": "With `ids`: those of them that are not there",
        },
    },
}


class Cursor(Value):
    """A cursor as it is written; whether it is one of this list's is found out with its signature."""

    schema: ClassVar[dict[str, Any]] = {"type": "string", "pattern": PATTERN, "maxLength": LONGEST}


class PageNumber(Integer):
    """A page's number: one that is too deep is refused as that, and no number reaches further with a row a page."""

    def __init__(self, **options: Any) -> None:
        super().__init__(1, 10**9, **options)
        self.schema["maximum"] = DEEPEST_ROW


class KeysetPagination(BasePagination):
    """`count count_exact next previous results`, and the same links in a Link header."""

    parameters: dict[str, Value] = {
        "cursor": Cursor(
            help_text="Where in the list to go on: part of `next` and `previous`, which are to be followed"
        ),
        "page": PageNumber(
            help_text=f"The number of a page, instead of `cursor`: within the list and its first {DEEPEST_ROW:,} rows",
        ),
        "page_size": Integer(1, 100, help_text=f"Rows on a page, {PAGE_SIZE} unless said"),
        "count": Choice(
            "none",
            "exact",
            component="CountPolicy",
            help_text="`none` leaves the count out, `exact` insists on an exact one",
        ),
        "ordering": Value(
            help_text="Fields parted by commas, each once, behind a hyphen in descending order; where there is none, "
            "rows come last"
        ),
        "seed": Integer(0, SAMPLE_RANGE - 1, help_text="With `ordering=random`: the same seed gives the same order"),
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
        length = CountPolicy(
            queryset, view.counts, given.get("count"), bool(filterset.values), view.count_prefix, view.shares_counts
        )
        return Listing(
            order,
            length,
            size=given.get("page_size", PAGE_SIZE),
            number=given.get("page"),
            random_seed_drawn=order.seed is not None and "seed" not in given,
            ids=filterset.values.get("ids"),
            signed_context=repr((request.path_info, order.name, order.seed, params)),
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
        if self.listing.random_seed_drawn:
            # The next answer has another seed.
            response["Cache-Control"] = "no-store"
        return response

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The parameters every list takes, for the OpenAPI document."""
        found = []
        for name, value in self.parameters.items():
            if name == "ordering":
                found.append(_describe_ordering(view, value))
            elif name != "seed" or "random" in view.orderings:
                found.append(describe(name, value))
        return found

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """A page of what `schema` describes."""
        return {**PAGE_SCHEMA, "properties": {**PAGE_SCHEMA["properties"], "results": schema}}


def _describe_ordering(view: Any, value: Value) -> dict[str, Any]:
    """The parameter `ordering` of a list."""
    names, default = [name for name in view.orderings if name != "relevance"], f"`{view.default_ordering}`"
    item = first = f"-?{one_of(names)}"
    if "relevance" in view.orderings:
        default = f"`relevance` with `search`, where it can only come first, else {default}"
        first = f"(relevance|{item})"
    pattern = f"^ *{first} *(, *{item} *){{0,{len(names)}}}$"
    return describe("ordering", value, f"{value.help_text}. By default {default}", pattern=pattern)
