"""The read plan against serpy and DRF's ModelSerializer: 1,000 books with their authors and category.

`python -m benchmarks.serializers` with DATABASE_URL and DATA_DIR of a loaded catalogue. The three outputs are compared
first, byte by byte. Two measures: showing books already in memory (rows for the plan, model instances with everything
prefetched for the others), in CPU time; and the whole way from the database, by the clock. Medians of 25 runs, taken in
turn. `--json` prints the first measure's milliseconds alone.
"""

import gc
import json
import os
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter, thread_time
from typing import Any

import django
import orjson

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.dev")
django.setup()

from django.test import RequestFactory  # noqa: E402
from rest_framework import serializers as drf  # noqa: E402

from authors.models import Author  # noqa: E402
from books.models import Book, BookAuthor, Category  # noqa: E402
from core.database.statements import Statement  # noqa: E402
from serializers.books import BookListSerializer  # noqa: E402
from serializers.plans.plan import compile_plan  # noqa: E402

ADDRESS = "http://localhost:8000"
BOOKS, RUNS = 1_000, 25
STAMP = "%Y-%m-%dT%H:%M:%SZ"


class CreditModelSerializer(drf.ModelSerializer[BookAuthor]):
    """The fields of CreditSerializer, as a user of DRF would write it."""

    id = drf.IntegerField(source="author_id")
    name = drf.CharField(source="author.name")
    url: Any = drf.HyperlinkedRelatedField(source="author", view_name="author-detail", read_only=True)

    class Meta:
        model = BookAuthor
        fields = ("id", "name", "role", "url")


class CategoryModelSerializer(drf.ModelSerializer[Category]):
    """The fields of CategoryLinkSerializer."""

    url = drf.HyperlinkedIdentityField(view_name="category-detail", lookup_field="slug")

    class Meta:
        model = Category
        fields = ("name", "slug", "url")


class BookModelSerializer(drf.ModelSerializer[Book]):
    """The fields of BookListSerializer."""

    url = drf.HyperlinkedIdentityField(view_name="book-detail")
    subtitle = drf.SerializerMethodField()
    authors = CreditModelSerializer(source="credits", many=True)
    category = CategoryModelSerializer()
    updated_at = drf.DateTimeField(format=STAMP)

    class Meta:
        model = Book
        fields = tuple(BookListSerializer.declared_fields())

    def get_subtitle(self, book: Book) -> str | None:
        """Null where there is none."""
        return book.subtitle or None


def plain(value: Any) -> Any:
    """DRF's ordered dicts and lists as plain ones."""
    return orjson.loads(orjson.dumps(value))


def medians(ways: dict[str, Callable[[], Any]], clock: Callable[[], float]) -> dict[str, float]:
    """Milliseconds that each candidate takes, measured in turns."""
    # The garbage collector would walk the model instances held here, in the time of any of the candidates.
    gc.collect()
    gc.freeze()
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(RUNS):
        for name, way in ways.items():
            start = clock()
            way()
            times[name].append((clock() - start) * 1000)
    return {name: median(found) for name, found in times.items()}


def report(title: str, times: dict[str, float]) -> None:
    """Print the times and the ratio of each to the plan's."""
    print(title)
    for name, time in times.items():
        print(f"  {name:24} {time:9.2f} ms  {time / times['plan']:6.1f} x")


def main() -> int:
    """0, or 1 where the outputs differ or there are too few books."""
    query = Book.objects.for_list().order_by("pk")[:BOOKS]
    plan = compile_plan(BookListSerializer, query)
    statement = Statement.of(plan.select(query))
    context = {"base_url": ADDRESS}
    hyperlinked = {"request": RequestFactory(headers={"host": "localhost:8000"}).get("/")}
    rows, books = statement.run("default"), list(query)
    if len(books) < BOOKS:
        print(f"There are {len(books)} books: load a catalogue first.", file=sys.stderr)
        return 1
    in_memory: dict[str, Callable[[], Any]] = {
        "plan": lambda: plan.make(rows, ADDRESS),
        "serpy": lambda: BookListSerializer(books, many=True, context=context).data,
        "DRF ModelSerializer": lambda: BookModelSerializer(books, many=True, context=hyperlinked).data,
    }
    from_database: dict[str, Callable[[], Any]] = {
        "plan": lambda: plan.make(statement.run("default"), ADDRESS),
        "serpy": lambda: BookListSerializer(query.all(), many=True, context=context).data,
        "DRF ModelSerializer": lambda: BookModelSerializer(query.all(), many=True, context=hyperlinked).data,
    }
    shown = {name: orjson.dumps(plain(way())) for name, way in in_memory.items()}
    if len(set(shown.values())) > 1:
        print("The outputs differ.", file=sys.stderr)
        return 1
    if "--json" in sys.argv:
        names = {"plan": "compiled", "serpy": "serpy", "DRF ModelSerializer": "drf"}
        print(json.dumps({names[name]: time for name, time in medians(in_memory, thread_time).items()}))
        return 0
    print(f"{BOOKS:,} books of {Author.objects.count():,} authors, equal output of {len(shown['plan']):,} bytes")
    report("Shown, from rows or model instances in memory:", medians(in_memory, thread_time))
    report("Read from the database and shown:", medians(from_database, perf_counter))
    return 0


if __name__ == "__main__":
    sys.exit(main())
