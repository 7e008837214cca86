"""The series of a generated catalogue: existing ones are used, missing ones are made."""

from collections.abc import Mapping

from django.db.backends.base.base import BaseDatabaseWrapper

from benchmarks.generating import shape
from benchmarks.generating.words import vocabulary
from books.models import Series
from books.models.classification import free_slug, slug_of
from books.models.series import series_key
from core.database.bulk import add_to, allocate_ids, columns_of, insert_rows
from core.database.row_counts import add_row_counts
from core.text import sort_name

_FIELDS = ("id", "name", "slug", "sort_key", "match_key", "is_default", "books_count")


class SeriesTable:
    """The series that a catalogue of `books` books can have, by number."""

    def __init__(self, connection: BaseDatabaseWrapper, books: int) -> None:
        self.connection = connection
        names = [f"The {word.capitalize()} Chronicles" for word in reversed(vocabulary(shape.vocabulary_of(books)))]
        known = dict(Series.objects.filter(is_default=True).values_list("match_key", "id"))
        self.known = set(known.values())
        self.new: dict[int, str] = {}
        self.ids: list[int] = []
        fresh = iter(allocate_ids(connection, Series._meta.db_table, len(names)))
        for name in names:
            key = series_key(name)
            if key not in known:
                known[key] = next(fresh)
                self.new[known[key]] = name
            self.ids.append(known[key])

    def write(self, counts: Mapping[int, int]) -> None:
        """Make the missing series that have books; add `counts`, books by series, to the existing ones."""
        table = Series._meta.db_table
        add_to(self.connection, table, "books_count", {pk: n for pk, n in counts.items() if pk in self.known})
        taken = set(Series.objects.values_list("slug", flat=True))
        made = [(pk, name) for pk, name in self.new.items() if pk in counts]
        rows = (
            (pk, name, free_slug(slug_of(name), taken), sort_name(name), series_key(name), True, counts[pk])
            for pk, name in made
        )
        insert_rows(self.connection, table, columns_of(Series, _FIELDS), rows)
        add_row_counts(self.connection, {"series": len(made)})
