"""Searching a generated catalogue: every way of walking the tiers gives the same books, and none reads much."""

import io
from dataclasses import replace

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.models import F

from benchmarks.generating.catalogue import generate
from benchmarks.growth import queries
from books.models import Book
from books.search.relevance import relevance_terms
from core.database.counting import _sizes
from core.database.keyset import TierTerm, page, reverse
from core.progress import ProgressDisplay
from core.search.query import TextQuery
from tests.test_query_plans import read_by, reads_of_table

BOOKS = 1_500
LIMIT = 40


@pytest.fixture
def generated(db):
    generate(BOOKS, 11, add=False, meter=ProgressDisplay(io.StringIO()))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    _sizes["book"] = BOOKS
    cache.clear()
    yield
    del _sizes["book"]


def walked(rows, ordering):
    """The ids of all pages, one after the other."""
    found, after = [], None
    while books := list(page(rows, ordering, limit=LIMIT, after=after)):
        found += [book.pk for book in books]
        after = tuple(getattr(books[-1], term.column) for term in ordering)
    return found


def test_the_published_searches_are_forty():
    found = queries()
    assert len({query for query, _ in found}) == len(found) == 40
    assert {kind.split(":")[0].split(",")[0] for _, kind in found} == {"rare", "uncommon", "common", "very common"}


def test_tiers_walked_or_found_forwards_or_backwards_hold_the_same_books_in_order(generated):
    searched = 0
    for typed, _ in queries():
        query = TextQuery.parse(typed, operators=True)
        rows = Book.objects.search(query).with_relevance(query)
        best_first = ("relevance", F("popularity").desc(nulls_last=True), "id")
        expected = [book.pk for book in rows.order_by(*best_first)]
        searched += len(expected)
        leading, *others = relevance_terms(query)
        assert isinstance(leading, TierTerm)
        assert isinstance(leading, TierTerm)
        for broad in (frozenset(), frozenset(range(5)), frozenset({2})):
            ordering = (replace(leading, scanned_tiers=broad), *others)
            assert walked(rows, ordering) == expected, (typed, broad)
            assert walked(rows, reverse(ordering)) == expected[::-1], (typed, broad)
    assert searched > 2 * BOOKS


def test_no_tier_of_a_search_reads_the_table_more_than_once(generated, api):
    if connection.vendor != "postgresql":
        pytest.skip("EXPLAIN (ANALYZE, BUFFERS) is PostgreSQL's")
    for typed, _ in queries():
        _, found = read_by(api, f"/api/v1/books/?search={typed}")
        for total, nodes, sql in reads_of_table(found):
            # Each of five tiers once, and the books of the page.
            assert total <= 6 * BOOKS, (typed, nodes, sql)
