"""Rebuilding everything derived, after writes that did not go through Octavo or a version with other text rules.

Each transaction rebuilds some rows and notes how far the rebuild has come, so that a killed one goes on from there.
"""

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.db.models import Model, QuerySet

from authors.models import Author
from books.authority import filed_under
from books.counts import recount
from books.models import Book, BookSeries, Category, Subject
from books.search.indexing import index_authors, index_books, index_subjects
from books.search.words import rebuild_words
from books.series import renew_series
from books.spellings import merge_spellings, show_commonest_spellings
from books.standards.series_places import place_key
from core.models import IndexBuild
from core.search.index import TEXT_VERSION

CHUNK = 1_000
"""Rows that one transaction reads and corrects."""

Progress = Callable[[str, int, int], None]
"""Called with the kind of row, how many are done, and how many there are."""

_ROWS: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    "authors": (Author, ("sort_key", "match_key")),
    "subjects": (Subject, ("sort_key", "match_key")),
    "books": (Book, ("sort_title", "title_key", "author_key", "sample_key")),
}
"""By stage: the rows that it rebuilds one chunk after the other, and their derived columns."""

STAGES = ("categories", "series", *_ROWS, "words")


def reindex(progress: Progress, *, restart: bool = False) -> int:
    """Rebuild sort keys, category paths, search indexes, words and stored counts; returns how many counts were wrong.

    Goes on where a rebuild by this version was stopped, unless `restart`. May run while Octavo serves, but not with a
    load; rows whose derived columns are right are not written.
    """
    build = _begun(restart=restart)
    for stage in STAGES[STAGES.index(build.stage) :]:
        if stage == "categories":
            _renew_categories()
        elif stage == "series":
            renew_series()
        elif stage == "words":
            rebuild_words(connection)
        else:
            _renew_rows(build, progress)
        following = STAGES[STAGES.index(stage) + 1 :]
        _note(build, stage=following[0] if following else "", last_id=0)
    wrong = recount()
    _note(build, version=TEXT_VERSION, building=None)
    return wrong


def _begun(*, restart: bool) -> IndexBuild:
    """The row of the rebuild under way, or of one that begins."""
    build, _ = IndexBuild.objects.get_or_create(pk=IndexBuild.ONLY)
    if restart or build.building != TEXT_VERSION or build.stage not in STAGES:
        _note(build, building=TEXT_VERSION, stage=STAGES[0], last_id=0)
    return build


def _note(build: IndexBuild, **values: Any) -> None:
    for name, value in values.items():
        setattr(build, name, value)
    build.save(update_fields=list(values))


def _renew_categories() -> None:
    for category in Category.objects.filter(parent=None):
        with transaction.atomic():
            category.save()


def _renew_rows(build: IndexBuild, progress: Progress) -> None:
    """Renew the rows of the build's stage behind its last one, a chunk in each transaction."""
    stage, (model, columns) = build.stage, _ROWS[build.stage]
    rows = _rows(model)
    total, done = rows.count(), rows.filter(pk__lte=build.last_id).count()
    while True:
        with transaction.atomic():
            # Locked, or a change that is committed meanwhile would be undone.
            chunk = list(rows.filter(pk__gt=build.last_id).select_for_update(of=("self",), no_key=True)[:CHUNK])
            if not chunk:
                break
            last_id = chunk[-1].pk  # before the row may be deleted
            _renew(model, chunk, columns)
            _note(build, last_id=last_id)
        done += len(chunk)
        progress(stage, done, total)
    if model is Subject:
        show_commonest_spellings(connection)


def _rows(model: type[Any]) -> QuerySet[Any]:
    rows: QuerySet[Any] = model._default_manager.order_by("pk")
    return rows.annotate(filed_under=filed_under()) if model is Book else rows


def _renew(model: type[Any], rows: list[Any], columns: tuple[str, ...]) -> None:
    before = {row.pk: [getattr(row, column) for column in columns] for row in rows}
    for row in rows:
        row.derive()
        if model is Book:
            row.author_key = row.filed_under
    if model is Subject:
        rows = merge_spellings(rows)
    changed = [row for row in rows if before[row.pk] != [getattr(row, column) for column in columns]]
    model._default_manager.bulk_update(changed, columns)
    pks = [row.pk for row in rows]
    if model is Author:
        index_authors(connection, pks)
    elif model is Subject:
        index_subjects(connection, pks)
    elif model is Book:
        _renew_places(pks)
        index_books(connection, pks)


def _renew_places(books: list[int]) -> None:
    changed = []
    for link in BookSeries.objects.filter(book__in=books):
        if (key := place_key(link.position)) != link.position_key:
            link.position_key = key
            changed.append(link)
    BookSeries.objects.bulk_update(changed, ["position_key"])
