"""PrivateViewSet: the base of viewsets whose answers depend on who asks, and are kept by no cache."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from api.filters.base import CatalogueFilter
from api.links import base_url
from api.lists.count_policy import CountPolicy
from api.lists.listing import list_pages
from api.lists.ordering import ordered
from api.lists.readers import InstanceReader
from api.parameters.reading import check_parameters, read_request, read_selection
from api.parameters.values import Value
from api.private.authentication import BearerAuthentication
from api.private.bodies import checked_body
from api.private.permissions import SignedIn
from api.writing.idempotency import refuse_key
from core.database.keyset import Term
from core.http.shape import ID
from serializers.base import Serializer
from serializers.writing.base import Body


class NoFilter(CatalogueFilter):
    """The filters of a list that has none."""


class PrivateViewSet(GenericViewSet[Any]):
    """A viewset whose answers depend on the caller: `full_serializer` shows a row, `bodies` read what is sent.

    `bodies` has the Body of each action that takes one; `answers` the status of each action, if that is not 200, and
    `shown` the OpenAPI schema or the serializer of its answer, if that is not a row. `makes` are the actions that make
    catalogue rows, which take an Idempotency-Key; `selects` those that show resources, whose fields a request may
    select; `parameters` are those of all other actions.
    """

    authentication_classes = [BearerAuthentication]
    permission_classes = [SignedIn]
    filterset_class: type[CatalogueFilter] = NoFilter
    full_serializer: type[Serializer]
    bodies: dict[str, type[Body]] = {}
    answers: dict[str, Any] = {}
    shown: dict[str, Any] = {}
    makes: Collection[str] = ()
    selects: Collection[str] = ("list", "retrieve")
    parameters: Mapping[str, Value] = {}
    orderings = {"id": Term("id")}
    default_ordering = "-id"
    lookup_value_regex = ID

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Called before an action: check who asks, and the parameters of actions that read none.

        Raises NotAuthenticated, PermissionDenied, InvalidParameters.
        """
        super().initial(request, *args, **kwargs)
        if self.action and self.action not in self.makes:
            refuse_key(request)
        if self.action not in (None, "metadata", *self.selects):
            check_parameters(request.query_params, self.parameters)

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """The empty response whose header Allow says which methods there are; it is for everybody."""
        return Response(status=204)

    def get_authenticators(self) -> list[Any]:
        """How this request's caller is found out; not at all for those who ask for the methods alone."""
        return [] if getattr(self.request, "method", "") == "OPTIONS" else [*super().get_authenticators()]

    def get_permissions(self) -> list[Any]:
        """The permissions of this action; those who ask for the methods alone need none."""
        return [] if self.action == "metadata" else [*super().get_permissions()]

    def body(self, request: Request) -> dict[str, Any]:
        """The checked values of the request's body, by field. Raises ValidationError and ProblemError."""
        return checked_body(self.bodies[self.action], request)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The response with a page of the list, the newest first. Raises InvalidParameters, ProblemError."""
        serializer = self.full_serializer
        requested = read_request(request.query_params, self.filterset_class, serializer, serializer)
        rows = requested.filterset.filter_queryset(self.get_queryset())
        name = requested.ordering or self.default_ordering
        order = ordered(rows, name, self.orderings, searched=False, seed=None)
        counts = CountPolicy(rows, NoFilter(QueryDict()), requested.count, "", owner_count=rows.count())
        # Not by a read plan: its statements are kept by the list's address, and here rows depend on who asks.
        reader = PrivateReader(requested.selection.serializer, base_url(request), detail=False)
        page = list_pages(request, requested, order, counts, reader).at(requested.cursor)
        return Response(page.document(), headers=page.headers())

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The response with one row. Raises InvalidParameters, Http404."""
        selection = read_selection(request.query_params, self.full_serializer, self.full_serializer)
        return Response(selection.serializer(self.row(), context={"base_url": base_url(request)}).data)

    def created(self, request: Request, document: dict[str, Any]) -> Response:
        """The response of status 201 with the `document` of a new row, and its URL below this list's in Location."""
        location = f"{base_url(request)}{request.path_info}{document['id']}/"
        return Response(document, status=201, headers={"Location": location})

    def row(self) -> Any:
        """The row that the URL names. Raises Http404."""
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Add Cache-Control to `response`: it is for this caller, now."""
        final = super().finalize_response(request, response, *args, **kwargs)
        final["Cache-Control"] = "private, no-store"
        return final


class PrivateReader(InstanceReader):
    """Reads rows of a table that has no joins to make."""

    def _all(self, rows: Any) -> QuerySet[Any]:
        return rows
