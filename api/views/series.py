"""The views of series: the list, one series, and a series' books in reading order."""

from typing import ClassVar

from api.filters.entities import SeriesFilter
from api.lists.listing import ListSource
from api.views.books import BookViewSet
from api.writing.former_keys import owner_of_list
from api.writing.viewset import WritableViewSet
from books.editing.series import SeriesEditor
from books.models import Book, Series
from books.models.series import SERIES_ORDERINGS
from core.text import SLUG
from serializers.series import SeriesSerializer
from serializers.writing.series import SeriesBody, SeriesPatchBody


class SeriesViewSet(WritableViewSet):
    """The list of series, by default by name, and one series; editors make, change and delete them."""

    queryset = Series.objects.all()
    list_serializer = SeriesSerializer
    detail_serializer = SeriesSerializer
    full_serializer = SeriesSerializer
    filterset_class = SeriesFilter
    orderings = SERIES_ORDERINGS
    default_ordering = "name"
    count_prefix = "series"
    lookup_field = "slug"
    lookup_value_regex = SLUG
    bodies: ClassVar = {
        "create": SeriesBody,
        "update": SeriesBody,
        "partial_update": SeriesPatchBody,
    }
    editor = SeriesEditor()


class SeriesBookViewSet(BookViewSet):
    """The list of the books of a series, by default in reading order."""

    default_ordering = "series"

    def list_source(self) -> ListSource:
        """The books of the series, with its stored count of them. Raises Http404 if there is no such series."""
        owner = owner_of_list(self.request, Series.objects.all(), "slug", self.kwargs["slug"])
        return ListSource(Book.objects.of_series([owner.pk]), owner.books_count)
