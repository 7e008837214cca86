"""The subjects and categories of a generated catalogue: existing ones are used, missing ones are made."""

from array import array
from collections.abc import Iterator, Mapping, Sequence

from django.db.backends.base.base import BaseDatabaseWrapper

from benchmarks.generating import shape
from benchmarks.generating.categories import CATEGORIES
from benchmarks.generating.people import CLASSES, SHELVES, shelf, topic
from benchmarks.generating.shape import mixed
from benchmarks.generating.words import vocabulary
from books.models import Category, Subject
from books.models.classification import free_slug, slug_of, spelling_key, subject_slug
from books.search.indexes import SUBJECT_INDEX
from core.database.bulk import Row, add_to, allocate_ids, columns_of, insert_rows
from core.database.fields import SAMPLE_RANGE, sample_key
from core.database.row_counts import add_row_counts
from core.text import sort_name

_FIELDS = ("id", "kind", "name", "slug", "sort_key", "match_key", "books_count", "sample_key")


class Subjects:
    """The subjects that a catalogue of `books` books can have, by kind and number."""

    def __init__(self, connection: BaseDatabaseWrapper, books: int, seed: int) -> None:
        self.connection, self.seed = connection, seed
        words = vocabulary(shape.vocabulary_of(books))
        self.names = {
            "topic": [topic(number, words) for number in range(shape.topics_by(books))],
            "class": list(CLASSES),
            "shelf": [shelf(number, words) for number in range(SHELVES)],
        }
        rows = Subject.objects.filter(kind__in=list(self.names)).values_list("kind", "name", "id")
        self.known = {(kind, name): pk for kind, name, pk in rows}
        self.ids = {kind: self._ids(kind, names) for kind, names in self.names.items()}

    def _ids(self, kind: str, names: list[str]) -> Sequence[int]:
        new = iter(allocate_ids(self.connection, Subject._meta.db_table, len(names)))
        return array("q", [self.known.get((kind, name)) or next(new) for name in names])

    def write(self, counts: Mapping[int, int]) -> None:
        """Make the missing subjects that have books; add `counts`, books by subject, to the existing ones."""
        table = Subject._meta.db_table
        known = set(self.known.values())
        add_to(self.connection, table, "books_count", {pk: n for pk, n in counts.items() if pk in known})
        insert_rows(self.connection, table, columns_of(Subject, _FIELDS), self._rows(counts, known))
        vendor = self.connection.vendor
        indexed = (SUBJECT_INDEX.row(vendor, pk, {"name": (name,)}) for _, _, name, pk in self._made(counts, known))
        insert_rows(self.connection, SUBJECT_INDEX.table, SUBJECT_INDEX.row_columns(vendor), indexed)
        made = {
            f"subject:{kind}": sum(pk in counts and pk not in known for pk in ids) for kind, ids in self.ids.items()
        }
        add_row_counts(self.connection, made)

    def _rows(self, counts: Mapping[int, int], known: set[int]) -> Iterator[Row]:
        taken = set(Subject.objects.values_list("slug", flat=True))
        for kind, _, name, pk in self._made(counts, known):
            slug = free_slug(subject_slug(kind, name), taken)
            yield pk, kind, name, slug, sort_name(name), spelling_key(name), counts[pk], sample_key(pk)

    def _made(self, counts: Mapping[int, int], known: set[int]) -> Iterator[tuple[str, int, str, int]]:
        """Kind, number, name and id of each subject that has books and is missing."""
        for kind, names in self.names.items():
            for number, (name, pk) in enumerate(zip(names, self.ids[kind], strict=True)):
                if pk in counts and pk not in known:
                    yield kind, number, name, pk


def categories(connection: BaseDatabaseWrapper) -> list[tuple[int, ...]]:
    """The id of each of CATEGORIES, made where it is missing, with those of all above it."""
    there = Category.objects.count()
    taken = set(Category.objects.values_list("slug", flat=True))
    found: dict[tuple[str, ...], tuple[int, ...]] = {}
    paths = dict.fromkeys(path[:depth] for depth in (1, 2) for path in CATEGORIES)
    for path in paths:
        above = found.get(path[:-1], ())
        row = Category.objects.filter(parent=above[0] if above else None, name=path[-1]).first()
        if row is None:
            slug = free_slug(slug_of(*path), taken)
            sample_key = mixed(0, len(found)) % SAMPLE_RANGE
            row = Category(parent_id=above[0] if above else None, name=path[-1], slug=slug, sample_key=sample_key)
            row.save()
        found[path] = (row.pk, *above)
    add_row_counts(connection, {"category": Category.objects.count() - there})
    return [found[path] for path in CATEGORIES]
