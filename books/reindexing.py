"""Rebuilding everything derived, after writes that did not go through Octavo."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection, transaction
from django.db.models import Model, QuerySet

from authors.models import Author
from books.authority import filed_under
from books.counts import recount
from books.models import Book, Category, Subject
from books.search.indexing import index_authors, index_books, index_subjects
from books.search.words import rebuild_words

CHUNK = 1_000
"""Rows that one transaction reads and corrects."""

_DERIVED: dict[type[Model], tuple[str, ...]] = {
    Author: ("sort_key", "match_key"),
    Subject: ("sort_key",),
    Book: ("sort_title", "title_key", "author_key"),
}


def reindex(progress: Callable[[str, int], None]) -> int:
    """Rebuild sort keys, category paths, search indexes, words and stored counts; returns how many counts were wrong.

    `progress` is called with the kind of row and how many are done. May run while Octavo serves; rows
    whose derived columns are right are not written.
    """
    for category in Category.objects.filter(parent=None):
        with transaction.atomic():
            category.save()
    for model, columns in _DERIVED.items():
        done = 0
        for rows in _chunks(_rows(model)):
            with transaction.atomic():
                _renew(model, rows, columns)
            done += len(rows)
            progress(str(model._meta.verbose_name_plural), done)
    rebuild_words(connection)
    return recount()


def _rows(model: type[Any]) -> QuerySet[Any]:
    rows: QuerySet[Any] = model._default_manager.order_by("pk")
    return rows.annotate(filed_under=filed_under()) if model is Book else rows


def _chunks(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """`rows` by ascending key in lists of CHUNK, each read by a query of its own."""
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
        yield chunk
        last = chunk[-1].pk


def _renew(model: type[Any], rows: list[Any], columns: tuple[str, ...]) -> None:
    changed = []
    for row in rows:
        before = [getattr(row, column) for column in columns]
        row.derive()
        if model is Book:
            row.author_key = row.filed_under
        if before != [getattr(row, column) for column in columns]:
            changed.append(row)
    model._default_manager.bulk_update(changed, columns)
    pks = [row.pk for row in rows]
    if model is Author:
        index_authors(connection, pks)
    elif model is Subject:
        index_subjects(connection, pks)
    elif model is Book:
        index_books(connection, pks)
