"""CatalogueViewSet: the base of every resource's viewset."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from api.filters.base import CatalogueFilter
from api.links import base_url, surrogate_keys
from api.lists.listing import ListDefinition, ListSource, list_response
from api.lists.prepared import Lookup, PreparedDetail
from api.lists.readers import InstanceReader, PlanReader, reader
from api.parameters.reading import check_parameters, read_selection
from api.parameters.values import Value
from api.renderers import CsvRenderer, JSONRenderer, NdjsonRenderer
from api.writing.former_keys import former_key_error
from api.writing.idempotency import refuse_key
from core.database.keyset import Term
from core.http.responses import PUBLIC
from core.http.shape import FAILED, ID
from serializers.base import Serializer
from serializers.plans.plan import plan_of


class CatalogueViewSet(ReadOnlyModelViewSet[Any]):
    """A resource that can be read: `list_serializer` shows it in lists, `detail_serializer` alone.

    `full_serializer` has all fields that `fields` and `expand` may name, in either.
    """

    queryset: QuerySet[Any]
    list_serializer: type[Serializer]
    detail_serializer: type[Serializer]
    full_serializer: type[Serializer]
    filterset_class: ClassVar[type[CatalogueFilter]]
    orderings: ClassVar[dict[str, Term]]
    default_ordering: ClassVar[str]
    count_prefix: ClassVar[str]
    # The parameters of an action that is neither list nor retrieve.
    parameters: ClassVar[Mapping[str, Value]] = {}
    lookup_value_regex = ID
    # The actions that show resources, of which a request may select the fields.
    selects: ClassVar[Collection[str]] = ("list", "retrieve")
    # The actions that make catalogue rows, which take an Idempotency-Key.
    makes: ClassVar[Collection[str]] = ()

    @classmethod
    def as_view(cls, actions: Any = None, **options: Any) -> Any:
        """The view function. Read plans are compiled here, so that a serializer without one is logged at the start."""
        for action, shown in (("list", "list_serializer"), ("retrieve", "detail_serializer")):
            if action in (actions or {}).values():
                plan_of(getattr(cls, shown), cls.queryset.model, detail=action == "retrieve")
        return super().as_view(actions, **options)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Called before an action: check the parameters, unless it is a list or detail, which read their own.

        Raises InvalidParameters; or the database error of a prepared request, so that its query is not run a second
        time.
        """
        if error := getattr(request._request, "scope", {}).get(FAILED):
            raise error
        super().initial(request, *args, **kwargs)
        if self.action and self.action not in self.makes:
            refuse_key(request)
        if self.action not in (None, "metadata", *self.selects):
            check_parameters(request.query_params, self.parameters)

    def get_renderers(self) -> list[Any]:
        """The renderers of the formats that this action's answer may have: lists can be streams."""
        streams = (NdjsonRenderer, CsvRenderer) if self.action == "list" else ()
        return [kind() for kind in (JSONRenderer, *streams)]

    @property
    def default_response_headers(self) -> dict[str, str]:
        """The headers of every response: Allow, and Vary where the format is negotiated."""
        headers = {"Allow": ", ".join(self.allowed_methods)}
        return {**headers, "Vary": "Accept"} if len(self.get_renderers()) > 1 else headers

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """The empty response whose header Allow says which methods there are; it is for everybody."""
        return Response(status=204)

    def get_queryset(self) -> QuerySet[Any]:
        """A queryset of all rows of the resource; a reader adds the columns and relations that are shown."""
        return self.queryset.all()

    def get_serializer_class(self) -> type[Any]:
        """The serializer of this action: `detail_serializer` for one resource, else `list_serializer`."""
        return self.detail_serializer if self.detail else self.list_serializer

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """The response with a page of the list, or the stream of all of it.

        Raises InvalidParameters for wrong parameters, ProblemError for a wrong cursor or a page past the end or too far
        in, and Http404 if the author, category or subject whose books are listed does not exist.
        """
        definition = ListDefinition(
            self.filterset_class, self.orderings, self.default_ordering, self.count_prefix,
            shown=self.list_serializer, full=self.full_serializer,
        )  # fmt: skip
        return list_response(request, definition, self.list_source)

    def list_source(self) -> ListSource:
        """The rows of the list before any filter."""
        return ListSource(self.get_queryset())

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The response with one resource. Raises InvalidParameters, Http404."""
        reader = self.detail_reader(request)
        lookup, value = Lookup(self.get_queryset(), self.lookup_field, reader), self.kwargs[self.lookup_field]
        document = lookup.find(value)
        if document is None:
            raise self.not_there(request, value)
        response = Response(document)
        response.prepared = PreparedDetail(lookup, value)  # type: ignore[attr-defined]
        return response

    def not_there(self, request: Request, key: str) -> Exception:
        """The exception for a resource that is not there: of its former keys, the way to what became of it."""
        return former_key_error(request, self.queryset.model, key)

    def plain_reader(self, request: Request) -> PlanReader | InstanceReader:
        """The reader for one resource, with the fields of a request without parameters."""
        return reader(self.detail_serializer, self.queryset.model, base_url(request), detail=True)

    def detail_reader(self, request: Request) -> PlanReader | InstanceReader:
        """The reader for one resource, with the fields that `fields` and `expand` select. Raises InvalidParameters."""
        selection = read_selection(request.query_params, self.detail_serializer, self.full_serializer)
        return reader(selection.serializer, self.queryset.model, base_url(request), detail=True)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Add Cache-Control to `response`: caches may store a 200, but ask before each use, and nothing else."""
        final = super().finalize_response(request, response, *args, **kwargs)
        final.setdefault("Cache-Control", PUBLIC.decode() if final.status_code == 200 else "no-store")
        if final.status_code == 200:
            key = self.kwargs.get(self.lookup_field) if self.detail else None
            for name, value in surrogate_keys(self.queryset.model, key).items():
                final[name] = value
        return final
