"""Keyset ranges against a plain sort, over every mix of directions, nulls and ties."""

from functools import cmp_to_key

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from authors.models import Author
from books.models import Book
from core.database.keyset import Term, page, reverse

COLUMNS = {"birth_year": True, "death_year": True, "sort_key": False}
authors = st.lists(
    st.tuples(st.sampled_from([None, -3, 7]), st.sampled_from([None, 5, 9]), st.sampled_from("ab")), max_size=12
)
orderings = st.lists(st.tuples(st.sampled_from(sorted(COLUMNS)), st.booleans()), max_size=3, unique_by=lambda t: t[0])


def compare(terms):
    """A comparison that says what an ordering means: nulls last both ways."""

    def order(one, other):
        for term in terms:
            a, b = getattr(one, term.column), getattr(other, term.column)
            if a == b:
                continue
            if a is None or b is None:
                return 1 if a is None else -1
            return -1 if (a < b) != term.descending else 1
        return 0

    return cmp_to_key(order)


class KeysetWalks(TestCase):
    """Walking a table page by page."""

    @settings(max_examples=60, deadline=None)
    @given(authors, orderings, st.booleans(), st.integers(1, 5))
    def test_a_walk_gives_every_row_once_in_order(self, rows, chosen, id_descends, size):
        for birth, death, name in rows:
            Author.objects.create(name=name, sort_name=name, birth_year=birth, death_year=death)
        terms = (*(Term(c, d, COLUMNS[c]) for c, d in chosen), Term("id", id_descends))
        expected = sorted(Author.objects.all(), key=compare(terms))

        walked, key = [], None
        while found := list(page(Author.objects.all(), terms, limit=size, after=key)):
            walked += found
            key = [getattr(found[-1], term.column) for term in terms]
        assert walked == expected

    @settings(max_examples=40, deadline=None)
    @given(authors, orderings, st.booleans(), st.integers(1, 5))
    def test_from_any_row_the_rows_before_it_are_found_nearest_first(self, rows, chosen, id_descends, size):
        for birth, death, name in rows:
            Author.objects.create(name=name, sort_name=name, birth_year=birth, death_year=death)
        terms = (*(Term(c, d, COLUMNS[c]) for c, d in chosen), Term("id", id_descends))
        expected = sorted(Author.objects.all(), key=compare(terms))
        for place, row in enumerate(expected):
            key = [getattr(row, term.column) for term in terms]
            for selective in (False, True):
                back = list(page(Author.objects.all(), reverse(terms), limit=size, after=key, selective=selective))
                assert back == expected[:place][::-1][:size]

    @settings(max_examples=30, deadline=None)
    @given(authors, orderings, st.integers(0, 12), st.integers(1, 5))
    def test_a_numbered_page_is_a_slice_of_the_whole(self, rows, chosen, offset, size):
        for birth, death, name in rows:
            Author.objects.create(name=name, sort_name=name, birth_year=birth, death_year=death)
        terms = (*(Term(c, d, COLUMNS[c]) for c, d in chosen), Term("id"))
        expected = sorted(Author.objects.all(), key=compare(terms))
        assert list(page(Author.objects.all(), terms, limit=size, offset=offset)) == expected[offset : offset + size]


@pytest.mark.django_db
def test_a_page_is_one_statement_whatever_the_order(django_assert_num_queries):
    Author.objects.create(name="a", sort_name="a")
    terms = (Term("birth_year", True, True), Term("sort_key"), Term("id"))
    with django_assert_num_queries(1):
        list(page(Author.objects.all(), terms, limit=3, after=[None, "a", 0]))


@pytest.mark.django_db
def test_sqlite_finds_rows_with_a_value_in_the_index_instead_of_reading_it():
    if connection.vendor != "sqlite":
        pytest.skip("tests/test_query_plans.py has PostgreSQL's own reports")
    order = (Term("popularity", descending=True, nullable=True), Term("sort_title"), Term("id"))
    for after in (None, [5, "a", 1], [None, "a", 1]):
        for terms in (order, reverse(order)):
            assert "SCAN books_book" not in page(Book.objects.all(), terms, limit=26, after=after).explain()
