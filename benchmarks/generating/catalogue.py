"""Generating a catalogue: all of it in one transaction, everything derived included."""

from collections import Counter
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.db import connections, transaction
from django.db.models import Model

from authors.models import Author, AuthorHeading
from authors.search import AUTHOR_INDEX
from benchmarks.generating import authors, rows
from benchmarks.generating.authors import AuthorPlan, AuthorRows, author_count
from benchmarks.generating.indexes import unindexed
from benchmarks.generating.processes import produced
from benchmarks.generating.rows import BOOKS, SEARCH, Plan, Rows, source_of
from benchmarks.generating.series import SeriesTable
from benchmarks.generating.subjects import Subjects, categories
from books import models
from books.models import Book, Category, SourceRecord, Subject
from books.search.indexes import BOOK_INDEX, SUBJECT_INDEX
from books.search.words import rebuild_words
from core.database.bulk import add_to, allocate_ids, columns_of, copy_text, insert_rows, moment_text
from core.database.row_counts import add_row_counts
from core.progress import ProgressDisplay
from core.search.index import TextIndex

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
"""The moment at which generated authors were created; each book has its own."""

_MODELS: dict[str, type[Model]] = {
    **{name: getattr(models, name) for name in rows.FIELDS},
    "Author": Author,
    "AuthorHeading": AuthorHeading,
}


class NotEmptyError(Exception):
    """The catalogue has books already."""


class SeedTakenError(Exception):
    """The catalogue has the books of this seed already."""


def generate(books: int, seed: int, *, add: bool, meter: ProgressDisplay) -> None:
    """Add `books` books to a catalogue that is empty, or with `add` to any. Raises NotEmptyError, SeedTakenError.

    Killed at any moment it leaves the catalogue as it was. While it fills an empty one, nobody else can read it.
    """
    with transaction.atomic():
        generation = Generation(books, seed)
        generation.check(add)
        empty = unindexed(generation.connection, generation.tables, partial(_built, meter))
        # Foreign keys are checked at the end of the transaction: rows may refer to rows that are written later.
        with nullcontext() if add else empty:
            generation.write(meter)
        rebuild_words(generation.connection)


def _built(meter: ProgressDisplay, done: int, of: int) -> None:
    if not done:
        meter.begin("Indexing", of, "indexes")
    meter.show(done)


class Generation:
    """One catalogue being generated."""

    def __init__(self, books: int, seed: int) -> None:
        self.books, self.seed = books, seed
        self.connection = connections["default"]
        self.vendor = self.connection.vendor
        self.moment = moment_text(self.connection, MOMENT)
        names = ("Author", "Subject", "Series", "Category")
        self.counts: dict[str, Counter[int]] = {name: Counter() for name in names}

    @property
    def tables(self) -> list[str]:
        """All tables that get thousands of rows."""
        filled = [model._meta.db_table for model in _MODELS.values()]
        return [*filled, Subject._meta.db_table, *(index.table for index in (BOOK_INDEX, AUTHOR_INDEX, SUBJECT_INDEX))]

    def check(self, add: bool) -> None:
        """Lock other writers out. Raises NotEmptyError, SeedTakenError."""
        if self.vendor == "postgresql":
            mode = "SHARE ROW EXCLUSIVE" if add else "ACCESS EXCLUSIVE"
            with self.connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {', '.join(self.tables)} IN {mode} MODE")
        if not add and Book.objects.exists():
            raise NotEmptyError
        if SourceRecord.objects.filter(source=source_of(self.seed)).exists():
            raise SeedTakenError

    def write(self, meter: ProgressDisplay) -> None:
        """Write books, then the rows that they refer to, which hold the number of their books."""
        subjects = Subjects(self.connection, self.books, self.seed)
        series = SeriesTable(self.connection, self.books)
        plan = Plan(
            books=self.books,
            seed=self.seed,
            vendor=self.vendor,
            zone=self.moment[19:],
            book_ids=self._ids(Book, self.books),
            author_ids=self._ids(Author, author_count(self.books)),
            subject_ids=subjects.ids,
            series_ids=series.ids,
            shelvings=categories(self.connection),
        )
        meter.begin("Books", self.books, "books")
        done = 0
        for chunk in produced(Rows, plan, -(-self.books // BOOKS)):
            self._insert(chunk.rows, rows.FIELDS, BOOK_INDEX)
            for name, counted in chunk.counted.items():
                self.counts[name].update(counted)
            done += chunk.size
            meter.show(done)
        add_row_counts(self.connection, {"book": self.books})
        self._write_authors(plan, meter)
        subjects.write(self.counts["Subject"])
        series.write(self.counts["Series"])
        add_to(self.connection, Category._meta.db_table, "books_count", self.counts["Category"])

    def _ids(self, model: type[Model], number: int) -> range:
        """New ids for `number` rows, without gaps."""
        found = allocate_ids(self.connection, model._meta.db_table, number)
        if found[-1] - found[0] != number - 1:
            return self._ids(model, number)
        return range(found[0], found[0] + number)

    def _write_authors(self, plan: Plan, meter: ProgressDisplay) -> None:
        counts, done = self.counts["Author"], 0
        meter.begin("Authors", len(counts), "authors")
        author_plan = AuthorPlan(
            self.seed, plan.source, self.vendor, self.moment, plan.author_ids, [counts[pk] for pk in plan.author_ids]
        )
        for chunk in produced(AuthorRows, author_plan, -(-len(plan.author_ids) // authors.AUTHORS)):
            self._insert(chunk.rows, authors.FIELDS, AUTHOR_INDEX)
            add_row_counts(self.connection, {f"author:{kind}": len(pks) for kind, pks in chunk.counted.items()})
            done += chunk.size
            meter.show(done)

    def _insert(self, made: Mapping[str, Any], fields: dict[str, tuple[str, ...]], index: TextIndex) -> None:
        targets = {
            name: (_MODELS[name]._meta.db_table, columns_of(_MODELS[name], names)) for name, names in fields.items()
        }
        targets[SEARCH] = (index.table, index.row_columns(self.vendor))
        for name, (table, columns) in targets.items():
            if name in made and self.vendor == "postgresql":
                copy_text(self.connection, table, columns, [made[name]])
            elif name in made:
                insert_rows(self.connection, table, columns, made[name])
