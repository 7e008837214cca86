"""The rows of a full-text index go when their parents go, whichever way."""

import pytest
from django.core.management import call_command
from django.db import connection

from authors.search import AUTHOR_INDEX
from books.models import Book
from books.search import BOOK_INDEX
from core.textindex import TextIndex
from tests.factories import make_author, make_book


def _rows(index: TextIndex) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {index.table}")
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_a_deleted_book_takes_its_own_row_along_and_no_other() -> None:
    first, _ = make_book(title="Emma"), make_book(title="Persuasion")
    assert _rows(BOOK_INDEX) == 2
    Book.objects.filter(pk=first.pk).delete()
    assert _rows(BOOK_INDEX) == 1


@pytest.mark.django_db(transaction=True)
def test_flush_empties_the_indexes_too() -> None:
    make_book(title="Emma", authors=[make_author(name="Jane Austen")])
    assert _rows(BOOK_INDEX) == _rows(AUTHOR_INDEX) == 1
    call_command("flush", interactive=False, verbosity=0)
    assert _rows(BOOK_INDEX) == _rows(AUTHOR_INDEX) == 0
