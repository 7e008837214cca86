"""Searching a generated catalogue: every way of walking the tiers gives the same books, and none reads much."""

import io

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.models import F

from api.lists.ordering import BY_RELEVANCE
from api.lists.readers import PageQuery
from api.lists.searching import SearchReader
from benchmarks.generating.catalogue import generate
from benchmarks.growth import queries
from books.models import Book
from books.search.relevance import BookSearch
from core.database.counting import EXACT_UP_TO, _sizes
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


def walked(search, *, backwards=False):
    """The ids of all pages of a search, one after the other."""
    found, after = [], None
    while (
        keys := SearchReader(search, "book", exact=False)
        .read(PageQuery("", Book.objects.all(), BY_RELEVANCE, LIMIT, after, backwards, offset=0))
        .keys
    ):
        found += [pk for *_, pk in keys]
        after = list(keys[-1][:-1])
    return found


def test_the_published_searches_are_forty():
    found = queries()
    assert len({query for query, _ in found}) == len(found) == 40
    assert {kind.split(":")[0].split(",")[0] for _, kind in found} == {"rare", "uncommon", "common", "very common"}


@pytest.mark.parametrize(
    ("few", "selective"),
    [(EXACT_UP_TO, True), (0, True), (0, False), (0, None)],
    ids=["found at once", "tiers found", "tiers scanned", "tiers as their sizes are"],
)
def test_all_ways_of_reading_a_search_give_its_books_in_order(generated, monkeypatch, few, selective):
    monkeypatch.setattr("core.search.few.FEW", few)
    if selective is not None:
        monkeypatch.setattr("api.lists.searching.is_selective", lambda *_: selective)
    searched = 0
    for typed, _ in queries():
        search = BookSearch(TextQuery.parse(typed, operators=True))
        rows = Book.objects.search(search.query).annotate(**search.relevance())
        best_first = ("relevance", F("popularity").desc(nulls_last=True), "id")
        expected = [book.pk for book in rows.order_by(*best_first)]
        searched += len(expected)
        assert walked(search) == expected, typed
        assert walked(search, backwards=True) == expected[::-1], typed
    assert searched > 2 * BOOKS


def test_no_tier_of_a_search_reads_the_table_more_than_once(generated, api):
    if connection.vendor != "postgresql":
        pytest.skip("EXPLAIN (ANALYZE, BUFFERS) is PostgreSQL's")
    for typed, _ in queries():
        _, found = read_by(api, f"/api/v1/books/?search={typed}")
        for total, nodes, sql in reads_of_table(found):
            # Each of five tiers once, and the books of the page.
            assert total <= 6 * BOOKS, (typed, nodes, sql)
