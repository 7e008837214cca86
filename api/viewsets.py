"""The base of every resource's viewset: which serializer shows what, and what a list needs to know."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import quote

from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from api.addresses import base_url
from api.asking import Asked, ask, unusable
from api.exceptions import InvalidParameters
from api.filters import CatalogueFilter
from api.parameters import Value
from api.reading import InstanceReader, PlanReader, reader
from core.counting import Count, Statement
from core.keyset import Term
from core.responses import PUBLIC
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
    asked: Asked
    reader: PlanReader | InstanceReader
    lookup_value_regex = "[0-9]{1,18}"

    @classmethod
    def as_view(cls, actions: Any = None, **options: Any) -> Any:
        """The view; what it shows is compiled now, so that what has no plan is said at the start."""
        for action, shown in (("list", "list_serializer"), ("retrieve", "detail_serializer")):
            if action in (actions or {}).values():
                plan_of(getattr(cls, shown), cls.queryset.model, wide=action == "retrieve")
        return super().as_view(actions, **options)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Read and check what is asked for. Raises InvalidParameters."""
        super().initial(request, *args, **kwargs)
        if self.action in ("list", "retrieve"):
            self.asked = ask(request.query_params, self)
            wide = bool(self.detail or self.asked.selected)
            self.reader = reader(self.asked.serializer, self.queryset.model, base_url(request), wide=wide)
        elif self.action not in (None, "metadata") and (errors := unusable(request.query_params, self.parameters)):
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
        return self.get_paginated_response(self.reader.show(rows))  # type: ignore[arg-type]

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One. Raises Http404."""
        key = self.lookup_field
        found = self.reader.find(
            key,
            lambda value: self.get_queryset().filter(**{key: value}),
            value=(self.queryset.model._meta.get_field("id" if key == "pk" else key), self.kwargs[key]),
        )
        if not found:
            raise Http404
        return Response(self.reader.show(found)[0])

    def kept_names(self) -> tuple[str, ...]:
        """The kept counts that add up to the number of rows of this list, if it has any."""
        return self.asked.filterset.kept_names()

    def kept_count(self) -> Count | None:
        """The number of rows of this list, where something else has it."""
        return self.asked.filterset.kept_count()

    def bounded_count(self) -> Statement | None:
        """What counts this list's rows up to a bound with less work than the list itself, where there is such."""
        return self.asked.filterset.bounded_count()

    def list_extras(self) -> dict[str, Any]:
        """Members of a list's document besides the usual ones: with `ids`, those that do not exist."""
        asked = self.asked.filterset.values.get("ids")
        if asked is None:
            return {}
        model: type[Model] = self.queryset.model
        there = set(model._default_manager.filter(pk__in=asked).values_list("pk", flat=True))
        return {"missing": [pk for pk in asked if pk not in there]}

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Let caches keep answers, and make them ask each time whether they still hold."""
        final = super().finalize_response(request, response, *args, **kwargs)
        final.setdefault("Cache-Control", PUBLIC.decode() if final.status_code == 200 else "no-store")
        if settings.CDN_TTL and final.status_code == 200:
            final["Surrogate-Key"] = " ".join(self.surrogate_keys())
        return final

    def surrogate_keys(self) -> Sequence[str]:
        """What a CDN can purge this answer by: books, book-1342."""
        name = str(self.queryset.model._meta.model_name)
        keys = ["categories" if name == "category" else f"{name}s"]
        if self.detail and (value := self.kwargs.get(self.lookup_field)):
            keys.append(f"{name}-{quote(value)}")
        return keys
