"""The whole way of a list, from the request to the response, in stages; each has a type in a module of its name.

The request's parameters become a ListRequest. The view's rows are filtered and become Ordered. A CountPolicy says how
they are counted. ListPages reads the Page, and the Page makes the JSON document.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from api.exceptions import InvalidParameters, parameter_error
from api.filters.base import CatalogueFilter
from api.links import address, base_url
from api.lists.count_policy import CountPolicy
from api.lists.did_you_mean import mended_search
from api.lists.ordering import Ordered, ordered
from api.lists.pages import ListPages
from api.lists.prepared import PreparedList
from api.lists.readers import InstanceReader, PlanReader, reader
from api.lists.searching import SearchReader
from api.parameters.reading import SELECTION_PARAMETERS, ListRequest, read_request
from api.streams.formats import STREAMED, StreamFormat
from api.streams.response import CountedOnce, stream_response
from core.database.keyset import Term
from serializers.base import Serializer

_PLACE = {"cursor", "page", "seed"}
"""Parameters that select a page of the list: links to other pages set their own."""
_OF_PAGES = {"cursor", "page", "page_size", "count"}
"""Parameters that say which page is wanted, or how the list is counted."""
_NOT_SIGNED = {*_PLACE, "page_size", "count", "format", "ordering", *SELECTION_PARAMETERS}
"""Parameters that a cursor is not signed with: they say which part of a list is shown and how, not which list it is."""


class ListSource(NamedTuple):
    """The rows of a list before any filter, and with the books of one owner the owner's stored count of books.

    An owner is the author, category or subject whose books are listed; `owner_count` is None for any other list.
    """

    rows: QuerySet[Any]
    owner_count: int | None = None


@dataclass(frozen=True)
class ListDefinition:
    """What a resource declares for its lists: filters, orderings, the prefix of its stored counts, and serializers."""

    filterset_class: type[CatalogueFilter]
    orderings: dict[str, Term]
    default_ordering: str
    count_prefix: str
    shown: type[Serializer]
    full: type[Serializer]


def list_response(
    request: Request, definition: ListDefinition, source: Callable[[], ListSource]
) -> Response | StreamingHttpResponse:
    """The response with the page of the list that `request` asks for, or the stream of all its rows.

    Raises InvalidParameters, ProblemError.

    `source` gives the list's rows, and may raise Http404. It is called after the parameters are checked, so that a
    wrong parameter is reported even for an owner of books that does not exist.
    """
    requested = read_request(request.query_params, definition.filterset_class, definition.shown, definition.full)
    rows, owner_count = source()
    mended = mended_search(requested.filterset, rows)
    rows = requested.filterset.without_search(rows)
    order = _ordered(rows, requested, definition)
    serializer, selected = requested.selection
    rows_reader = reader(serializer, order.rows.model, base_url(request), detail=selected)
    if form := STREAMED.get(request.accepted_renderer.format):
        _refuse_places(request, form)
        once = CountedOnce(rows, requested.filterset, None, definition.count_prefix, owner_count)
        every = list_pages(request, requested, order, once, rows_reader)
        return stream_response(every, serializer, form, is_head=request.method == "HEAD")
    counts = CountPolicy(rows, requested.filterset, requested.count, definition.count_prefix, owner_count)
    pages = replace(list_pages(request, requested, order, counts, rows_reader), mended_search=mended)
    page = pages.at(requested.cursor)
    response = Response(page.document(), headers=page.headers())
    if pages.random_seed_drawn:
        # A shared cache would give every client one drawn order.
        response["Cache-Control"] = "no-store"
    response.prepared = PreparedList.of(pages)  # type: ignore[attr-defined]
    return response


def _refuse_places(request: Request, form: StreamFormat) -> None:
    """Raise InvalidParameters for each parameter that says which page of a list is wanted, or how it is counted."""
    unused = [name for name in request.query_params if name in _OF_PAGES]
    if unused:
        message = f"Goes without {form.name}, which has every row."
        raise InvalidParameters([parameter_error(name, "unused", message) for name in unused])


def _ordered(rows: QuerySet[Any], requested: ListRequest, definition: ListDefinition) -> Ordered:
    """The rows in their order; by default a search's is relevance, a series' its places. Raises InvalidParameters."""
    searched, of_series = requested.filterset.text_search is not None, bool(getattr(rows, "listed_series", ()))
    name = requested.ordering or ("relevance" if searched else "series" if of_series else definition.default_ordering)
    return ordered(rows, name, definition.orderings, searched=searched, seed=requested.seed)


def list_pages(
    request: Request,
    requested: ListRequest,
    order: Ordered,
    counts: CountPolicy,
    rows_reader: PlanReader | InstanceReader,
) -> ListPages:
    """The ListPages of the list that `request` asks for, whose rows `rows_reader` reads and shows."""
    params = sorted((n, v) for n, v in request.query_params.items() if n not in _NOT_SIGNED)
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
        reader=rows_reader,
    )
