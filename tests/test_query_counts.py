"""How many queries an answer takes: at most four a page, five of a category or a typo, as many at 30 rows as at 3."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from books.models import Book
from core.database.counting import _sizes
from tests.support.factories import make_book

PAGES = [
    "books/",
    "books/?search=stars",
    "books/?ordering=random&seed=1",
    "books/?series=discworld",
    "books/?category=fiction&language=en",
    "books/?author_name=le guin",
    "books/?subject=space&first_published_year_min=1900",
    "books/?page=1&page_size=2",
    "books/?ids={ids}",
    "books/?author_alive_from=1950&count=exact",
    "authors/",
    "authors/?search=le",
    "categories/",
    "categories/tree/",
    "subjects/",
    "categories/fiction/books/",
    "categories/fiction/books/?language=en",
    "subjects/space/books/?ordering=-title",
    "suggest/?q=ann",
    "suggest/?q=strs le guim",
]


def fill(start, stop):
    for number in range(start, stop):
        make_book(
            title=f"Stars {number}",
            authors=[f"Le Guin, Ursula {number}", "Translator, Ann"],
            categories=[("Fiction", f"Shelf {number % 4}"), ("Fiction",)],
            subjects=["Space", f"Topic {number}"],
            languages=["en"],
            first_published_year=1970,
            series=[("Discworld", str(stop - number))],
        )


def ids():
    return ",".join(map(str, Book.objects.values_list("pk", flat=True)[:25]))


def queries(api, path):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = api.get(f"/api/v1/{path}")
    assert response.status_code == 200, response.content
    return [query["sql"] for query in captured]


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_a_page_takes_the_same_few_queries_whatever_its_size(api, path):
    fill(0, 3)
    queries(api, path.format(ids=ids()))  # the first request of a process asks once for the table's rough size
    few = queries(api, path.format(ids=ids()))
    fill(3, 30)
    many = queries(api, path.format(ids=ids()))
    assert len(many) == len(few) <= 4 + path.startswith(("categories/", "suggest/")), many


@pytest.mark.django_db
def test_ids_that_lead_to_no_book_take_two_queries_more(api):
    fill(0, 30)
    queries(api, f"books/?ids={ids()}")
    assert len(queries(api, f"books/?ids={ids()},7000001,7000002")) == len(queries(api, f"books/?ids={ids()}")) + 2


@pytest.mark.django_db(transaction=True)
def test_a_page_whose_count_is_shared_still_takes_four_queries(api):
    fill(0, 3)
    _sizes["book"] = 3
    first = queries(api, "books/?published_year_min=1900")
    again = queries(api, "books/?published_year_min=1900")
    assert len(first) <= 4, first
    assert len(again) == len(first) - 1, again


@pytest.mark.django_db
def test_a_search_takes_two_queries_one_of_which_counts_it(api):
    fill(0, 30)
    for ordering in ("", "&ordering=title", "&language=en", "&page=2&page_size=5"):
        assert len(queries(api, f"books/?search=stars{ordering}")) == 2
        # On PostgreSQL the words with the prefix are looked up besides.
        assert len(queries(api, f"books/?search=ursula stars{ordering}")) in (2, 3)


@pytest.mark.django_db
def test_one_book_takes_the_same_queries_whatever_hangs_on_it(api):
    small = make_book(title="Small", authors=["A"], categories=[("X",)], subjects=["S"])
    large = make_book(
        title="Large", authors=["A", "B", "C"], categories=[("X",), ("Y", "Z")], subjects=["S", "T", "U"],
        isbns=["9780439023481", "9780306406157"],
    )  # fmt: skip
    assert len(queries(api, f"books/{small.pk}/")) == len(queries(api, f"books/{large.pk}/")) <= 7


def counted(api, path):
    return api.get(f"/api/v1/{path}").json()["count"]


@pytest.mark.django_db(transaction=True)
def test_a_shared_count_is_that_of_the_list_that_was_asked_for(api):
    fill(0, 3)
    make_book(title="Letters")
    lists = {"books/?search=stars": 3, "books/?search=letters": 1, "books/?language=en": 3, "books/?language=fr": 0}
    for _ in range(2):
        assert {path: counted(api, path) for path in lists} == lists
    fill(3, 4)
    assert {path: counted(api, path) for path in lists} == {**lists, "books/?search=stars": 4, "books/?language=en": 4}


@pytest.mark.django_db
def test_inside_a_transaction_no_count_is_shared(api):
    fill(0, 2)
    assert counted(api, "books/?language=en") == 2
    fill(2, 3)
    assert counted(api, "books/?language=en") == 3
