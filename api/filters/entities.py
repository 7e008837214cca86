"""The filters of the lists of authors, categories, series and subjects."""

from typing import Any

from django.db.models import QuerySet

from api.filters.base import CatalogueFilter, Condition
from api.parameters.lists import Choices, Ids
from api.parameters.values import Flag, Words, Year
from authors.models import Author
from books.models import Subject


class AuthorFilter(CatalogueFilter):
    """The filters of the list of authors."""

    search = Condition(Words(), "named", help="Every word in one of the author's names; the last word by prefix")
    birth_year_min = Condition(Year(), column="birth_year", lookup="gte", help="Born in this year or later")
    birth_year_max = Condition(Year(), column="birth_year", lookup="lte", help="Born in this year or earlier")
    death_year_min = Condition(Year(), column="death_year", lookup="gte", help="Died in this year or later")
    death_year_max = Condition(Year(), column="death_year", lookup="lte", help="Died in this year or earlier")
    has_books = Condition(Flag(), "with_books", help="Authors with books, or those without any")
    kind = Condition(
        Choices(*Author.Kind.values), column="kind", lookup="in",
        help="Kinds of author; placeholders such as Various are left out unless named here",
    )  # fmt: skip
    ids = Condition(
        Ids(), "with_ids", help="These authors, or those they were merged into; ids that lead to none are in `missing`"
    )

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow `queryset` by the filters. Placeholders are left out unless `kind` or `ids` is given."""
        queryset = super().filter_queryset(queryset)
        return queryset if {"kind", "ids"} & set(self.values) else queryset.exclude(kind=Author.Kind.PLACEHOLDER)

    def stored_count_names(self) -> tuple[str, ...]:
        """The name of the stored row count of each kind of author that is listed; () for a list with other filters."""
        if set(self.values) - {"kind"}:
            return ()
        kinds = self.values.get("kind") or [k for k in Author.Kind.values if k != Author.Kind.PLACEHOLDER]
        return tuple(f"author:{kind}" for kind in kinds)


class CategoryFilter(CatalogueFilter):
    """The filters of the list of categories: there are none."""

    def stored_count_names(self) -> tuple[str, ...]:
        """The name of the stored row count of all categories."""
        return ("category",)


class SeriesFilter(CatalogueFilter):
    """The filters of the list of series: there are none."""

    def stored_count_names(self) -> tuple[str, ...]:
        """The name of the stored row count of all series."""
        return ("series",)


class SubjectFilter(CatalogueFilter):
    """The filters of the list of subjects."""

    subject_kind = Condition(
        Choices(*Subject.Kind.values),
        column="kind",
        lookup="in",
        help="Kinds of subject; shelves and classes are left out unless named here",
    )

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow `queryset` by the filters. Shelves and class codes are left out unless `subject_kind` is given."""
        queryset = super().filter_queryset(queryset)
        return queryset if "subject_kind" in self.values else queryset.browsable()  # type: ignore[attr-defined]

    def stored_count_names(self) -> tuple[str, ...]:
        """The name of the stored row count of each kind of subject that is listed."""
        kinds = self.values.get("subject_kind") or [k for k in Subject.Kind.values if k not in Subject.HIDDEN]
        return tuple(f"subject:{kind}" for kind in kinds)
