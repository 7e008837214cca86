"""Renewing the keys of series after the text rules changed, and merging those that are one by the new rules."""

from collections import defaultdict

from django.db import transaction
from django.db.models import Exists, OuterRef

from books.models import BookSeries, Series
from core.changes.former_keys import note_moved


def renew_series() -> None:
    """Set the keys of all series; those that a name would mean alike become one: that of an editor, else the oldest.

    In one transaction. Counts are left to `books.counts.recount`.
    """
    with transaction.atomic():
        alike: defaultdict[str, list[Series]] = defaultdict(list)
        changed = []
        for series in Series.objects.select_for_update().order_by("pk"):
            before = (series.sort_key, series.match_key)
            series.derive()
            if before != (series.sort_key, series.match_key):
                changed.append(series)
            if series.is_default:
                alike[series.match_key].append(series)
        for several in alike.values():
            kept = min(several, key=lambda series: (series.imported, series.pk))
            for gone in several:
                if gone is not kept:
                    _merge(kept, gone)
        # Keys that change meet keys that are still to change.
        rows = Series.objects.filter(pk__in=[series.pk for series in changed])
        there = set(rows.values_list("pk", flat=True))
        rows.update(is_default=False)
        Series.objects.bulk_update(
            [series for series in changed if series.pk in there], ["sort_key", "match_key", "is_default"]
        )


def _merge(kept: Series, gone: Series) -> None:
    moved = BookSeries.objects.filter(series=gone)
    same = BookSeries.objects.filter(series=kept, book=OuterRef("book"), position=OuterRef("position"))
    moved.filter(Exists(same)).delete()
    moved.update(series=kept)
    note_moved("series", gone.slug, kept.slug)
    Series.objects.filter(pk=gone.pk).delete()
