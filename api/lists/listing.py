"""The whole way of a list, from its request to its response; each stage is a typed value of the module it is named by.

Parameters become a ListRequest, the view's rows are filtered and Ordered, a CountPolicy says how they are counted,
ListPages reads the Page, and the Page makes the document.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from api.filters import CatalogueFilter
from api.links import address, base_url
from api.lists.count_policy import CountPolicy
from api.lists.ordering import Ordered, ordered
from api.lists.pages import ListPages
from api.lists.prepared import PreparedList
from api.lists.readers import reader
from api.lists.searching import SearchReader
from api.parameters.reading import SELECTION_PARAMETERS, ListRequest, read_request
from core.database.keyset import Term
from serializers.base import Serializer

_PLACE = {"cursor", "page", "seed"}
"""Parameters that select a page of the list: links to other pages set their own."""
_NOT_SIGNED = {*_PLACE, "page_size", "count", "format", "ordering", *SELECTION_PARAMETERS}
"""Parameters that a cursor is not signed with: they say which part of a list is shown and how, not which list it is."""


class ListSource(NamedTuple):
    """The rows of a list before any filter; `owner_count` is the stored count of the owner whose books they are."""

    rows: QuerySet[Any]
    owner_count: int | None = None


@dataclass(frozen=True)
class ListDefinition:
    """The filters, orderings, prefix of stored counts and serializers that a resource declares for its lists."""

    filterset_class: type[CatalogueFilter]
    orderings: dict[str, Term]
    default_ordering: str
    count_prefix: str
    shown: type[Serializer]
    full: type[Serializer]


def list_response(request: Request, definition: ListDefinition, source: Callable[[], ListSource]) -> Response:
    """The response with the requested page. Raises InvalidParameters, ProblemError, and what `source` raises.

    `source` runs after the parameters are checked: a wrong parameter is reported even for an owner that is missing.
    """
    requested = read_request(request.query_params, definition.filterset_class, definition.shown, definition.full)
    rows, owner_count = source()
    rows = requested.filterset.filter_queryset(rows)
    order = _ordered(rows, requested, definition)
    counts = CountPolicy(rows, requested.filterset, requested.count, definition.count_prefix, owner_count)
    pages = _pages(request, requested, order, counts)
    page = pages.at(requested.cursor)
    response = Response(page.document(), headers=page.headers())
    if pages.random_seed_drawn:
        # A shared cache would give every client one drawn order.
        response["Cache-Control"] = "no-store"
    response.prepared = PreparedList.of(pages)  # type: ignore[attr-defined]
    return response


def _ordered(rows: QuerySet[Any], requested: ListRequest, definition: ListDefinition) -> Ordered:
    """The rows in the requested order, by default by relevance for a search. Raises InvalidParameters."""
    searched = requested.filterset.text_search is not None
    name = requested.ordering or ("relevance" if searched else definition.default_ordering)
    return ordered(rows, name, definition.orderings, searched=searched, seed=requested.seed)


def _pages(request: Request, requested: ListRequest, order: Ordered, counts: CountPolicy) -> ListPages:
    """The list's pages, read by the plan of the selected fields."""
    params = sorted((n, v) for n, v in request.query_params.items() if n not in _NOT_SIGNED)
    serializer, selected = requested.selection
    search = requested.filterset.text_search
    exact = requested.count == "exact"
    return ListPages(
        order,
        counts,
        SearchReader(search, counts.prefix, exact=exact) if search else None,
        size=requested.page_size,
        number=requested.page,
        random_seed_drawn=order.seed is not None and requested.seed is None,
        ids=requested.filterset.values.get("ids"),
        signed_context=repr((request.path_info, order.name, order.seed, params)),
        address=address(request, without=_PLACE),
        reader=reader(serializer, order.rows.model, base_url(request), detail=selected),
    )
