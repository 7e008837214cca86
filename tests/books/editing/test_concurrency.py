"""Two editors who write at once, of whom one waits for the other."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, connections, transaction

from authors.models import Author
from books.counts import recount
from books.editing.authors import AuthorEditor
from books.editing.batch import BookBatch
from books.editing.books import BookEditor, Writer
from books.editing.categories import CategoryEditor
from books.merging import books
from books.models import Book, Category
from core.database.transactions import in_transaction
from serializers.writing.batch import BookItemBody
from tests.books.catalogue import ISBN, OTHER_ISBN
from tests.support.factories import make_author, make_book, make_category


def rename(pk: int, name: str) -> None:
    AuthorEditor().change(Author.objects.select_for_update().get(pk=pk), {"name": name})


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_a_book_is_filed_under_what_its_first_author_is_called_whoever_waited_for_whom():
    first, second = make_author("Zeta, First"), make_author("Yota, Second")
    book = make_book(authors=[first, second])

    def wait() -> None:
        try:
            in_transaction(lambda: rename(second.pk, "Xeno Other"))
        finally:
            connections.close_all()

    waiting = threading.Thread(target=wait)
    with transaction.atomic():
        rename(first.pk, "Www Alpha")
        waiting.start()
        time.sleep(0.5)
    waiting.join(30)
    assert Book.objects.get(pk=book.pk).author_key == Author.objects.get(pk=first.pk).sort_key == "alpha www"
    assert Author.objects.get(pk=second.pk).name == "Xeno Other"


@contextmanager
def beside(first: Callable[[], object], second: Callable[[], object]) -> Iterator[None]:
    """`first` in a transaction that ends after `second`, on a thread of its own, has come to wait for it."""

    def wait() -> None:
        try:
            in_transaction(second)
        finally:
            connections.close_all()

    waiting = threading.Thread(target=wait)
    with transaction.atomic():
        first()
        waiting.start()
        time.sleep(0.5)
    waiting.join(30)
    yield


WRITER = Writer("account", 1, "Ada")


def batch(*bodies: dict[str, Any]) -> None:
    found = BookBatch(connection, dict(enumerate(bodies)), WRITER)
    found.check()
    assert not found.refused
    found.write()


def body(**fields: Any) -> dict[str, Any]:
    """The checked body of a batch's item."""
    checked = BookItemBody(data=fields)
    checked.is_valid(raise_exception=True)
    return checked.validated_data


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
@pytest.mark.parametrize("how", ["changed", "deleted"])
def test_a_book_that_leaves_a_category_that_is_being_moved_is_counted_where_it_was_moved_to(how):
    above, other, moved = make_category("Above"), make_category("Other"), make_category("Above", "Moved")
    book = make_book(categories=[("Above", "Moved")])
    Book.objects.filter(pk=book.pk).update(updated_at=book.updated_at)

    def move() -> None:
        # Its books are left to a job, as those of what many bear are.
        with patch("books.editing.categories.renew_books_of"):
            CategoryEditor().change(Category.objects.select_for_update().get(pk=moved.pk), {"parent": other.slug})

    def leave() -> None:
        row, editor = Book.objects.select_for_update().get(pk=book.pk), BookEditor(WRITER)
        editor.change(row, {"categories": []}) if how == "changed" else editor.delete(row)

    with beside(move, leave):
        assert recount() == 0
        assert [*Category.objects.filter(pk__in=(above.pk, other.pk)).values_list("books_count", flat=True)] == [0, 0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_an_item_of_a_batch_is_of_the_book_that_bears_its_number_once_others_have_written():
    book, other = make_book(title="T", isbns=[ISBN]), make_book(title="Other")

    def merge() -> None:
        rows = {row.pk: row for row in Book.objects.select_for_update().order_by("pk")}
        books.merge(rows[book.pk], rows[other.pk], WRITER)

    with beside(merge, lambda: batch(body(isbns=[ISBN], title="T", pages=3))):
        assert [*Book.objects.values_list("pk", "pages")] == [(other.pk, 3)]
    with beside(
        lambda: BookEditor(WRITER).change(Book.objects.select_for_update().get(), {"isbns": [OTHER_ISBN]}),
        lambda: batch(body(isbns=[ISBN], title="Another")),
    ):
        assert [*Book.objects.order_by("pk").values_list("title", "isbn_13")] == [("T", OTHER_ISBN), ("Another", ISBN)]
