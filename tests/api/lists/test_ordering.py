"""The parameter `ordering`: the order of each name, and the names that are refused."""

import pytest

from core.database.fields import sample_key
from tests.core.database.test_shuffling import place
from tests.support.factories import make_author, make_book


@pytest.mark.django_db
def test_authors_file_under_the_name_that_they_are_filed_under(api):
    for heading in ("Zola, Anna", "Austen, Jane", "Éluard, Paul", "Mann, Bob"):
        make_author(heading)
    for query, expected in (
        ("", ["Jane", "Paul", "Bob", "Anna"]),
        ("?ordering=-name", ["Anna", "Bob", "Paul", "Jane"]),
    ):
        page = api.get(f"/api/v1/authors/{query}").json()
        assert [author["name"].split()[0] for author in page["results"]] == expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("ordering=title,title", "repeated"),
        ("ordering=title,-title", "repeated"),
        ("ordering=nope", "invalid_choice"),
        ("ordering=title,", "invalid_choice"),
        ("ordering=--title", "invalid_choice"),
        ("ordering=relevance", "needs_search"),
        ("ordering=-relevance&search=a", "invalid_choice"),
        ("ordering=title,relevance&search=a", "invalid_choice"),
        ("ordering=random,random", "repeated"),
        ("ordering=series", "needs_series"),
        ("ordering=-series&search=a", "needs_series"),
        ("ordering=series,series&series=a", "repeated"),
        ("seed=1", "unused"),
        ("seed=1&ordering=title", "unused"),
    ],
)
def test_an_order_that_cannot_be_is_refused(api, query, code):
    refused = api.get(f"/api/v1/books/?{query}")
    assert refused.status_code == 400
    assert [error["code"] for error in refused.json()["errors"]] == [code]


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["ordering=relevance,title&search=a", "ordering=title,-id", "ordering=random&seed=0"])
def test_orders_may_be_combined(api, query):
    make_book(title="A")
    assert len(api.get(f"/api/v1/books/?{query}").json()["results"]) == 1


@pytest.mark.django_db
def test_results_alike_come_by_popularity_and_those_without_any_last(api):
    for popularity in (1, 3, None, 2):
        make_book(title=f"Hamlet {popularity}", popularity=popularity)
    page = api.get("/api/v1/books/?search=hamlet").json()
    assert [book["popularity"] for book in page["results"]] == [3, 2, 1, None]


@pytest.mark.django_db
def test_of_several_books_with_an_isbn_the_most_popular_is_given(api):
    for popularity in (1, 3, None, 2):
        make_book(title=f"Popularity {popularity}", isbns=["9780261102217"], popularity=popularity)
    assert api.get("/api/v1/isbn/9780261102217/").json()["title"] == "Popularity 3"


PLACES = ["2", "10", "", "1", "Prequel", "1.5", "0.5", "1-3", "", "Epilogue"]
IN_ORDER = ["0.5", "1", "1-3", "1.5", "2", "10", "Epilogue", "Prequel", "", ""]


@pytest.fixture
def cycle(db):
    """A series whose books have PLACES, in the title too; all stand in another series the other way round."""
    for number, position in enumerate(PLACES):
        series = [("Discworld", position), ("Everything", str(len(PLACES) - number))]
        make_book(title=f"at {position}", series=series, popularity=number)
    make_book(title="elsewhere", series=[("Elsewhere", "1")])


def walked(api, query, rel="next"):
    """The titles on all pages, from the first one on by `next`, or from the last one back by `previous`."""
    titles: list[str] = []
    url = f"/api/v1/books/?{query}"
    while url:
        page = api.get(url).json()
        found = [item["title"].removeprefix("at ").removeprefix("at") for item in page["results"]]
        titles = titles + found if rel == "next" else found + titles
        url = page[rel]
    return titles


@pytest.mark.parametrize("size", [1, 3, 100])
def test_a_series_is_listed_in_reading_order_unless_told(api, cycle, size):
    assert walked(api, f"series=discworld&page_size={size}") == IN_ORDER
    assert walked(api, f"series=Discworld&ordering=series&page_size={size}") == IN_ORDER
    assert walked(api, f"series=discworld&ordering=-series&page_size={size}") == [*IN_ORDER[-3::-1], "", ""]


def test_a_series_can_be_paged_by_number_and_backwards(api, cycle):
    url = "series=discworld&page_size=3&page=4"
    assert walked(api, url, "previous") == IN_ORDER
    second = api.get("/api/v1/books/?series=discworld&page_size=4").json()["next"]
    third = api.get(api.get(second).json()["next"]).json()
    assert walked(api, third["previous"].partition("?")[2], "previous") == IN_ORDER[:8]


def test_a_series_can_be_narrowed_and_ordered_otherwise(api, cycle):
    assert walked(api, "series=discworld&ordering=popularity")[:3] == ["2", "10", ""]
    assert walked(api, "series=everything") == PLACES[::-1]
    assert walked(api, "series=discworld&ordering=series,-popularity")[-2:] == ["", ""]
    assert walked(api, "series=discworld&search=at&ordering=series") == IN_ORDER
    assert walked(api, "series=nowhere") == []


def test_the_title_decides_where_a_search_is_in_a_series(api, cycle):
    best = walked(api, "series=discworld&search=at 10")
    assert best[0] == "10"


@pytest.mark.django_db
def test_a_random_order_follows_from_ids_and_seed_alone(api):
    books = [make_book(title=f"T{number}") for number in range(30)]
    for seed in (0, 1, 2):
        found = [
            item["id"] for item in api.get(f"/api/v1/books/?ordering=random&seed={seed}&page_size=30").json()["results"]
        ]
        assert found == sorted((book.pk for book in books), key=lambda pk: (place(sample_key(pk), seed), pk))
