"""The base of every resource's viewset: which serializer shows what, and what a list needs to know."""

from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from api.addresses import base_url
from api.exceptions import InvalidParameters
from api.filters import CatalogueFilter, unusable
from core.counting import Count, Statement
from core.keyset import Term
from serializers.base import Serializer

CACHE_CONTROL = "public, no-cache"


class CatalogueViewSet(ReadOnlyModelViewSet[Any]):
    """A readable resource: `list_serializer` shows it in lists, `detail_serializer` alone."""

    queryset: QuerySet[Any]
    list_serializer: type[Serializer]
    detail_serializer: type[Serializer]
    filterset_class: ClassVar[type[CatalogueFilter]]
    orderings: ClassVar[dict[str, Term]]
    default_ordering: ClassVar[str]
    count_prefix: ClassVar[str]
    # Whether counts of filtered lists are worth asking the database's generation for, to share them.
    shares_counts: ClassVar[bool] = True
    filterset: CatalogueFilter
    lookup_value_regex = "[0-9]{1,18}"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Outside lists, whose filters check them, no parameter is known. Raises InvalidParameters."""
        super().initial(request, *args, **kwargs)
        if self.action not in (None, "list", "metadata") and (errors := unusable(request.query_params, {"format"})):
            raise InvalidParameters(errors)

    def get_queryset(self) -> QuerySet[Any]:
        """What a page or one object shows, in as few queries as it takes."""
        rows: Any = self.queryset.all()
        return rows.for_detail() if self.detail else rows.for_list()

    def get_serializer_class(self) -> type[Any]:
        """The read serializer of this action."""
        return self.detail_serializer if self.detail else self.list_serializer

    def get_serializer_context(self) -> dict[str, Any]:
        """What serializers need to know of a request: the address that URLs begin with."""
        return {} if getattr(self, "swagger_fake_view", False) else {"base_url": base_url(self.request)}

    def kept_count(self) -> Count | None:
        """The number of rows of this list, where it is kept."""
        return self.filterset.kept_count()

    def bounded_count(self) -> Statement | None:
        """What counts this list's rows up to a bound with less work than the list itself, where there is such."""
        return self.filterset.bounded_count()

    def list_extras(self) -> dict[str, Any]:
        """Members of a list's document besides the usual ones: with `ids`, those that do not exist."""
        asked = self.filterset.values.get("ids")
        if asked is None:
            return {}
        model: type[Model] = self.queryset.model
        there = set(model._default_manager.filter(pk__in=asked).values_list("pk", flat=True))
        return {"missing": [pk for pk in asked if pk not in there]}

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Let caches keep answers, and make them ask each time whether they still hold."""
        final = super().finalize_response(request, response, *args, **kwargs)
        final.setdefault("Cache-Control", CACHE_CONTROL if final.status_code == 200 else "no-store")
        return final
