"""SeriesEditor: an editor's changes of series."""

from typing import Any

from django.db import connection

from books.editing.editor import FieldError, InUse
from books.models import BookSeries, Series
from books.models.series import series_key
from core.changes.former_keys import note_deleted, note_moved, note_used
from core.database.row_counts import add_row_counts

RESOURCE = "series"


class SeriesEditor:
    """The Editor of series."""

    def create(self, values: dict[str, Any]) -> Series:
        """Save a new series with the columns `values` and return it. Raises FieldError.

        A second one of a name needs a slug of its own: the name alone goes on meaning the first.
        """
        name, slug = values["name"], values.get("slug", "")
        first = _first_named(name)
        if first and not slug:
            raise _taken(first)
        _check_free(slug)
        series = Series(name=name, slug=slug, is_default=first is None)
        series.save()
        note_used(RESOURCE, series.slug)
        add_row_counts(connection, {"series": 1})
        return series

    def change(self, row: Series, values: dict[str, Any]) -> None:
        """Set columns of a series that is locked, by name, and save it. Raises FieldError.

        A slug that it had leads to the new one.
        """
        name, slug = values.get("name", row.name), values.get("slug", row.slug)
        if (name, slug) == (row.name, row.slug):
            return
        former, renamed = row.slug, series_key(name) != row.match_key
        if slug != former:
            _check_free(slug)
        first = _first_named(name)
        if renamed and first and slug == former:
            raise _taken(first)
        if renamed and row.is_default:
            _let_another_be_meant(row)
        if renamed:
            row.is_default = first is None
        row.name, row.slug, row.imported = name, slug, False
        row.save()
        if slug != former:
            note_moved(RESOURCE, former, slug)

    def delete(self, row: Series) -> None:
        """Delete a series that is locked. Raises InUse if books stand in it."""
        if BookSeries.objects.filter(series=row).exists():
            raise InUse("Books stand in this series.")
        if row.is_default:
            _let_another_be_meant(row)
        note_deleted(RESOURCE, row.slug)
        row.delete()
        add_row_counts(connection, {"series": -1})


def _first_named(name: str) -> Series | None:
    """The series that `name` means."""
    return Series.objects.filter(match_key=series_key(name), is_default=True).first()


def _taken(first: Series) -> FieldError:
    return FieldError("name", "taken", f"The series {first.slug} has this name; another one needs a slug.")


def _check_free(slug: str) -> None:
    if slug and Series.objects.filter(slug=slug).exists():
        raise FieldError("slug", "taken", "Another series has this slug.")


def _let_another_be_meant(series: Series) -> None:
    """Let the name of `series` mean the oldest other series of that name, if there is one."""
    Series.objects.filter(pk=series.pk).update(is_default=False)
    series.is_default = False
    others = Series.objects.filter(match_key=series.match_key).exclude(pk=series.pk).order_by("pk")
    if other := others.first():
        Series.objects.filter(pk=other.pk).update(is_default=True)
