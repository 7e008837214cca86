"""What a page reads, as PostgreSQL itself reports it over the real catalogues."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from api.views.authors import AuthorViewSet
from api.views.books import BookViewSet
from authors.models import Author
from books.models import Subject
from core.database.counting import EXACT_UP_TO, _sizes

PAGE = 25
ROWS_A_PAGE = 20 * PAGE

SELECTIVE = [
    "category=cooking-drinking",
    "subject=whaling-fiction",
    "subject=shelf-opera&subject_kind=shelf",
    "classification=lcc:QC",
    "classification=lcc:E2",
    "language=cy",
    "series=discworld",
    "work=goodreads:2792775",
    "isbn=9780439023481",
    "identifier=gutenberg:1342",
    "ids=1,2,3,4,5,6,7,8,9",
    "first_published_year=1605",
    "first_published_year_min=2017",
    "first_published_year_max=-400",
    "published_year=1999",
    "published_year_min=1",
    "published_year_max=2000",
    "rating_min=4.75",
    "author_alive_from=-600&author_alive_to=-500",
    "author_alive_to=-400",
    "role=translator",
    "search=shakespeare hamlet",
    "title=time machine",
    "author_name=austen",
    "publisher=nobody",
    "topic=whaling",
    "created_since=2100-01-01",
    "updated_since=2100-01-01",
]


@pytest.fixture
def postgresql(real_db):
    if connection.vendor != "postgresql":
        pytest.skip("EXPLAIN (ANALYZE, BUFFERS) is PostgreSQL's")


def scans(plan):
    """(node, rows read) for each scan of a table or index: rows given and rows thrown away, times loops."""
    for child in plan.get("Plans", ()):
        yield from scans(child)
    if "Scan" in plan["Node Type"] and plan["Node Type"] not in ("Subquery Scan", "CTE Scan", "Bitmap Index Scan"):
        rows = sum(
            plan.get(name, 0) for name in ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
        )
        yield (
            f"{plan['Node Type']} {plan.get('Relation Name', '')} {plan.get('Index Name', '')}",
            rows * plan["Actual Loops"],
        )


def read_by(api, path):
    """For each statement of a request, what its scans read."""
    with CaptureQueriesContext(connection) as captured:
        response = api.get(path)
    assert response.status_code == 200, response.content
    found = []
    for query in captured.captured_queries:
        if not query["sql"].lstrip("( \n").startswith(("SELECT", "WITH")):
            continue  # a savepoint
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query['sql'].replace('%', '%%')}", [])
            plan = cursor.fetchone()[0]
        found.append((query["sql"], list(scans(plan[0]["Plan"]))))
    return response, found


def reads_of_table(found):
    """The rows of the widest scan of each statement, by statement; there is one, or nothing would be looked at."""
    assert any(nodes for _, nodes in found)
    return [(sum(rows for _, rows in nodes), nodes, sql[:3000]) for sql, nodes in found]


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("name", sorted(set(BookViewSet.orderings) - {"relevance", "random", "series"}))
def test_a_page_of_books_reads_few_rows_in_any_single_order(api, postgresql, name, sign):
    response, found = read_by(api, f"/api/v1/books/?ordering={sign}{name}")
    for total, nodes, sql in reads_of_table(found):
        assert total <= ROWS_A_PAGE, (nodes, sql)
    _, found = read_by(api, response.json()["next"])
    for total, nodes, sql in reads_of_table(found):
        assert total <= ROWS_A_PAGE, (nodes, sql)


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("name", sorted(AuthorViewSet.orderings))
def test_a_page_of_authors_reads_few_rows_in_any_single_order(api, postgresql, name, sign):
    _, found = read_by(api, f"/api/v1/authors/?ordering={sign}{name}")
    for total, nodes, sql in reads_of_table(found):
        assert total <= ROWS_A_PAGE, (nodes, sql)


def test_a_page_in_random_order_reads_few_rows_anywhere(api, postgresql):
    _sizes.pop("book", None)
    url = "/api/v1/books/?ordering=random&seed=11"
    for each in (url, api.get(url).json()["next"], f"{url}&page=9"):
        _, found = read_by(api, each)
        for total, nodes, sql in reads_of_table(found):
            assert total <= ROWS_A_PAGE, (nodes, sql)


def test_the_default_page_of_each_list_reads_few_rows(api, postgresql):
    for path in ("books/", "authors/", "categories/", "subjects/", "subjects/?ordering=-books_count"):
        _, found = read_by(api, f"/api/v1/{path}")
        for total, nodes, sql in reads_of_table(found):
            assert total <= ROWS_A_PAGE, (path, nodes, sql)


def test_a_page_far_into_the_list_reads_no_more_than_the_first(api, postgresql):
    page = api.get("/api/v1/books/?page=400").json()
    for _ in range(3):
        _, found = read_by(api, page["next"])
        for total, nodes, sql in reads_of_table(found):
            assert total <= ROWS_A_PAGE, (nodes, sql)
        page = api.get(page["next"]).json()


@pytest.mark.parametrize("query", SELECTIVE)
def test_a_selective_filter_reads_little_more_than_it_finds(api, postgresql, query):
    _sizes.setdefault("book", 80_000)
    response, found = read_by(api, f"/api/v1/books/?{query}")
    matches = response.json()["count"]
    for total, nodes, sql in reads_of_table(found):
        if "AS bounded" in sql:
            assert max((rows for _, rows in nodes), default=0) <= EXACT_UP_TO + 1, (nodes, sql)
        else:
            # Each match is read in the tables that make it one, then sorted: that many, and no more.
            # A search tests a sample of 400 books, which it reads in two tables, and reads its matches in more.
            page, tables = (3 * ROWS_A_PAGE, 8) if "search" in query else (ROWS_A_PAGE, 4)
            assert total <= page + tables * matches, (matches, nodes, sql)
            assert total <= page + 4 * PAGE or matches > 4 * PAGE, (matches, nodes, sql)


@pytest.mark.parametrize("query", ["category=history", "classification=lcc:PS", "search=the", "search=history of"])
def test_a_page_of_what_many_books_meet_reads_few_rows(api, postgresql, query):
    _sizes["book"] = 88_766
    _, found = read_by(api, f"/api/v1/books/?{query}")
    for total, nodes, sql in reads_of_table(found):
        # The 10,000 most popular books are in no category and in no class. PostgreSQL takes the 12,447 entries of a
        # class in the index of links for cheaper than looking 400 and 1,600 sampled books up there, once for each.
        assert total <= 3 * EXACT_UP_TO, (nodes, sql)


def test_an_authors_and_a_subjects_books_are_read_by_index(api, postgresql):
    subjects = [f"subjects/{subject.slug}" for subject in Subject.objects.filter(books_count=12)[:3]]
    authors = [f"authors/{author.pk}" for author in Author.objects.filter(books_count=12)[:3]]
    assert len(subjects + authors) == 6
    for path in subjects + authors:
        _, found = read_by(api, f"/api/v1/{path}/books/")
        for total, nodes, sql in reads_of_table(found):
            assert total <= ROWS_A_PAGE, (nodes, sql)


@pytest.mark.parametrize("query", ["language=en", "has_cover=false", "language=fr"])
def test_counting_a_broad_filter_stops_at_its_bound(api, postgresql, query):
    cache.clear()
    _sizes["book"] = 88_766
    _, found = read_by(api, f"/api/v1/books/?{query}")
    counts = [(sql, nodes) for sql, nodes in found if "AS bounded" in sql]
    assert counts
    for sql, nodes in counts:
        assert max(rows for _, rows in nodes) <= EXACT_UP_TO + 1, (nodes, sql)
