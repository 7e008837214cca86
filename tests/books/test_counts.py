"""Kept counts: made true again wherever they are wrong, and nowhere else."""

import pytest
from django.db import connection
from django.db.models import F

from authors.models import Author
from books.counts import recount
from books.models import Category, Subject
from core.database.row_counts import add_row_counts
from core.freshness.generation import generation
from core.models import RowCount
from tests.books.catalogue import PRIDE, catalogue, counts, record


@pytest.mark.django_db
def test_every_wrong_count_is_mended_and_counted():
    counts(record(**PRIDE), record("2", "Emma", categories=[("Fiction", "Romance")]))
    expected = catalogue()
    assert recount() == 0
    Author.objects.filter(name="Jane Austen").update(books_count=9)
    Subject.objects.update(books_count=F("books_count") + 1)
    Category.objects.filter(slug="fiction").update(books_count=0)
    RowCount.objects.filter(name="book").delete()
    RowCount.objects.filter(name="category").update(value=7)
    RowCount.objects.create(name="author:placeholder", value=3)
    assert recount() == 1 + 4 + 1 + 3
    assert catalogue() == expected
    assert recount() == 0


@pytest.mark.django_db(transaction=True)
def test_counts_that_are_true_are_not_written():
    counts(record(**PRIDE))
    before = generation()
    assert recount() == 0
    assert generation() == before


@pytest.mark.django_db
def test_the_length_of_a_list_can_fall_and_a_list_can_begin():
    add_row_counts(connection, {"book": 3, "category": 0})
    add_row_counts(connection, {"book": -2, "author:person": 1})
    assert dict(RowCount.objects.values_list("name", "value")) == {"book": 1, "author:person": 1}
