"""The base of every resource's viewset: which serializer shows what, and what a list needs to know."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from api.exceptions import InvalidParameters
from api.filters import CatalogueFilter
from api.links import base_url, surrogate_keys
from api.lists.listing import Counts, Listing
from api.lists.prepared import Lookup, PreparedDetail, PreparedList
from api.lists.readers import InstanceReader, PlanReader, reader
from api.parameters.reading import ListRequest, invalid_parameters, read_request
from api.parameters.values import Value
from core.database.keyset import Term
from core.http.responses import PUBLIC
from core.http.shape import FAILED, ID
from serializers.base import Serializer
from serializers.plan import plan_of


class CatalogueViewSet(ReadOnlyModelViewSet[Any]):
    """A readable resource: `list_serializer` shows it in lists, `detail_serializer` alone.

    `full_serializer` has all that `fields` and `expand` may name, in either.
    """

    queryset: QuerySet[Any]
    list_serializer: type[Serializer]
    detail_serializer: type[Serializer]
    full_serializer: type[Serializer]
    filterset_class: ClassVar[type[CatalogueFilter]]
    orderings: ClassVar[dict[str, Term]]
    default_ordering: ClassVar[str]
    count_prefix: ClassVar[str]
    # Whether counts of filtered lists are worth asking the database's generation for, to share them.
    shares_counts: ClassVar[bool] = True
    # What an action that is neither list nor retrieve takes.
    parameters: ClassVar[Mapping[str, Value]] = {}
    # Whether answers follow from the request and the rows: nothing is looked up, or counted, on the way to them.
    allows_prepared: ClassVar[bool] = True
    asked: ListRequest
    reader: PlanReader | InstanceReader
    lookup_value_regex = ID

    @classmethod
    def as_view(cls, actions: Any = None, **options: Any) -> Any:
        """The view; what it shows is compiled now, so that what has no plan is said at the start."""
        for action, shown in (("list", "list_serializer"), ("retrieve", "detail_serializer")):
            if action in (actions or {}).values():
                plan_of(getattr(cls, shown), cls.queryset.model, detail=action == "retrieve")
        return super().as_view(actions, **options)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Read and check what is asked for. Raises InvalidParameters, and what the database refused before."""
        if error := getattr(request._request, "scope", {}).get(FAILED):
            raise error
        super().initial(request, *args, **kwargs)
        if self.action in ("list", "retrieve"):
            self.asked = read_request(request.query_params, self)
            detail = bool(self.detail or self.asked.selected)
            self.reader = reader(self.asked.serializer, self.queryset.model, base_url(request), detail=detail)
        elif self.action not in (None, "metadata") and (
            errors := invalid_parameters(request.query_params, self.parameters)
        ):
            raise InvalidParameters(errors)

    def get_queryset(self) -> QuerySet[Any]:
        """The rows there are; what is read of them, and of what hangs on them, is the reader's to say."""
        return self.queryset.all()

    def get_serializer_class(self) -> type[Any]:
        """The read serializer of this action."""
        return self.detail_serializer if self.detail else self.list_serializer

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A page."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        response = self.get_paginated_response(self.reader.show(rows))  # type: ignore[arg-type]
        listing: Listing = self.paginator.listing  # type: ignore[union-attr]
        if self.allows_prepared and listing.is_preparable:
            response.prepared = PreparedList(listing)  # type: ignore[attr-defined]
        return response

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One. Raises Http404."""
        lookup, value = Lookup(self.get_queryset(), self.lookup_field, self.reader), self.kwargs[self.lookup_field]
        document = lookup.find(value)
        if document is None:
            raise Http404
        response = Response(document)
        if self.allows_prepared:
            response.prepared = PreparedDetail(lookup, value)  # type: ignore[attr-defined]
        return response

    @property
    def counts(self) -> Counts:
        """Who knows how long the list is."""
        return self.asked.filterset

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Let caches keep answers, and make them ask each time whether they still hold."""
        final = super().finalize_response(request, response, *args, **kwargs)
        final.setdefault("Cache-Control", PUBLIC.decode() if final.status_code == 200 else "no-store")
        if final.status_code == 200:
            key = self.kwargs.get(self.lookup_field) if self.detail else None
            for name, value in surrogate_keys(self.queryset.model, key).items():
                final[name] = value
        return final
