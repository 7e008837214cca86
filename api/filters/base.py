"""Condition and CatalogueFilter: one filter of a list, and all filters of a list with a request's parameters read."""

from collections.abc import Collection
from copy import copy
from typing import Any, Self, cast

from django.db.models import QuerySet
from django.http import QueryDict
from django_filters import rest_framework as filters

from api.parameters.reading import read
from api.parameters.values import Value
from books.search.relevance import BookSearch
from core.database.counting import Count


class Condition(filters.Filter):
    """One filter of a list: a query parameter, and the queryset method (`apply`) or column lookup it is applied by."""

    field_class = Value

    def __init__(
        self, value: Value, apply: str = "", *, column: str = "", lookup: str = "exact", help: str = ""
    ) -> None:
        super().__init__(lookup_expr=lookup)
        self.value, self.apply, self.column, self.help = value, apply, column, help

    def clean(self, text: str | None) -> Any:
        """The value of the parameter's `text`. Raises ValidationError."""
        return self.value.clean(text)

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """`qs` narrowed by `value`.

        Unchanged for None, or if the filter set applies this parameter with another one.
        """
        if value is None:
            return qs
        if self.apply:
            return cast(QuerySet[Any], getattr(qs, self.apply)(value))
        return qs.filter(**{f"{self.column}__{self.lookup_expr}": value}) if self.column else qs


class CatalogueFilter(filters.FilterSet):
    """The filters of one list, with a request's parameters read.

    `values` maps the name of each given filter to its value; `problems` are the errors of those that were refused.
    """

    def __init__(self, data: QueryDict, queryset: QuerySet[Any] | None = None) -> None:
        # Without super().__init__(), which copies every condition and makes a form class for each request.
        self.data, self.queryset, self.filters = data, queryset, self.base_filters
        self.values, self.problems = read(self.base_filters, data)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """`queryset` narrowed by each filter in `values`; a filter that was refused, in `problems`, is ignored."""
        for name, value in self.values.items():
            queryset = self.filters[name].filter(queryset, value)
        return queryset

    def without(self, names: Collection[str]) -> Self:
        """These filters without those that `names` names."""
        other = copy(self)
        other.values = {name: value for name, value in self.values.items() if name not in names}
        return other

    def stored_count_names(self) -> tuple[str, ...]:
        """Names of stored row counts that add up to the number of rows; () where the rows must be counted."""
        return ()

    def stored_count(self) -> Count | None:
        """The number of the list's rows where a column stores it, such as an author's `books_count`; else None."""
        return None

    def without_search(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """`queryset` narrowed by each filter that the request gave but the `text_search`."""
        return self.filter_queryset(queryset)

    @property
    def text_search(self) -> BookSearch | None:
        """What a list that can be ordered by relevance is searched for; None for any other list."""
        return None
