"""The rows of a full-text index go when their parents go, whichever way."""

import pytest
from django.core.management import call_command
from django.db import connection

from authors.search import AUTHOR_INDEX
from books.models import Book
from books.search.indexes import BOOK_INDEX
from core.search.index import TextIndex
from tests.support.factories import make_author, make_book


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


def test_words_past_the_last_position_of_a_tsvector_share_it():
    index = TextIndex("index", "id", "parent", {"first": ("words", "A"), "second": ("words", "B")})
    for size in (16_380, 16_381, 16_382, 16_400):
        _, text = index.token_row("postgresql", 1, {"first": [" ".join(["a"] * size)], "second": ["b c", "d"]})
        places = [min(place, 16_383) for place in (*range(2, size + 2), size + 3, size + 4, size + 6)]
        assert [int(word.split(":")[1][:-1]) for word in text.split()] == places
