"""The parameter `ordering`: the order of each name, and the names that are refused."""

import pytest

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
