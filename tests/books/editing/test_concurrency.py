"""Two editors who rename the authors of one book at once."""

import threading
import time

import pytest
from django.db import connection, connections, transaction

from authors.models import Author
from books.editing.authors import AuthorEditor
from books.models import Book
from core.database.transactions import in_transaction
from tests.support.factories import make_author, make_book


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
