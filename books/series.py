"""Renewing the keys of series after the text rules changed, and merging those that are one by the new rules."""

from django.db import transaction
from django.db.models import Exists, OuterRef

from books.models import BookSeries, Series


def renew_series() -> None:
    """Set the keys of all series; of several that a name would mean alike, those made later become the first one.

    In one transaction. Counts are left to `books.counts.recount`.
    """
    with transaction.atomic():
        first: dict[str, Series] = {}
        for series in Series.objects.select_for_update().order_by("pk"):
            before = (series.sort_key, series.match_key)
            series.derive()
            if series.is_default and series.match_key in first:
                _merge(first[series.match_key], series)
                continue
            if series.is_default:
                first[series.match_key] = series
            if before != (series.sort_key, series.match_key):
                Series.objects.filter(pk=series.pk).update(sort_key=series.sort_key, match_key=series.match_key)


def _merge(kept: Series, gone: Series) -> None:
    moved = BookSeries.objects.filter(series=gone)
    same = BookSeries.objects.filter(series=kept, book=OuterRef("book"), position=OuterRef("position"))
    moved.filter(Exists(same)).delete()
    moved.update(series=kept)
    gone.delete()
