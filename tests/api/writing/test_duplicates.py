"""The list of possible duplicates."""

from typing import Any

import pytest
from django.db import OperationalError
from rest_framework.test import APIClient

from books.merging import duplicates
from tests.api.writing.test_series import HERE, editor, problem, send
from tests.books.catalogue import ISBN, OTHER_ISBN, THIRD_ISBN
from tests.support.factories import make_author, make_book

pytestmark = pytest.mark.django_db
LIST = "/api/v1/duplicates/"


@pytest.fixture
def api() -> APIClient:
    return editor()


def pairs(api: APIClient, resource: str, **params: Any) -> list[tuple[str, str, str]]:
    """The reasons and texts of all pairs, page by page."""
    found, url = [], f"{LIST}?resource={resource}&{'&'.join(f'{name}={value}' for name, value in params.items())}"
    while url:
        page = api.get(url.rstrip("&")).json()
        found += [(each["reason"], *(row["text"] for row in each["pair"])) for each in page["results"]]
        assert page["count"] == len(found)
        url = page["next"]
        assert page["count_exact"] == (url is None)
    return found


NUMBERED: dict[str, dict[str, Any]] = {
    "A1": {"isbns": [ISBN, OTHER_ISBN]},
    "A2": {"isbns": [ISBN]},
    "A3": {"isbns": [ISBN]},
    "B1": {"isbns": [OTHER_ISBN], "identifiers": [("oclc", "1"), ("shelf", "1")]},
    "B2": {"identifiers": [("oclc", "1"), ("shelf", "1"), ("lccn", "1")]},
    "C": {"isbns": [THIRD_ISBN]},
}
EMMAS: list[dict[str, Any]] = [
    {"languages": ["en"]}, {"languages": ["fr"]}, {"languages": ["en", "de"]}, {}, {"part": "Volume 1"},
    {"part": "Volume 2"}, {"part": "Vol. II"},
]  # fmt: skip
"""Books of one title and author, of which some differ in language or volume."""


def catalogue() -> None:
    for title, fields in NUMBERED.items():
        make_book(title=title, **fields)
    for fields in EMMAS:
        make_book(title="Emma", authors=["Austen, Jane"], **fields)
    make_book(title="Emma", authors=["Other, Mary"])
    make_book(title="Emma")
    make_book(title="Emma")


EXPECTED = [
    ("same_isbn", "A1", "B1"), ("same_isbn", "A1", "A2"), ("same_isbn", "A1", "A3"),
    ("conflicting_identifier", "B1", "B2"),
]  # fmt: skip


@pytest.mark.parametrize("params", [{}, {"page_size": 1}, {"page_size": 3}])
@pytest.mark.parametrize("window", [1, 2, 50_000])
def test_books_are_found_by_numbers_and_titles(api, params, window, monkeypatch):
    monkeypatch.setattr(duplicates, "WINDOW", window)
    catalogue()
    found = pairs(api, "books", **params)
    assert found[:4] == EXPECTED
    assert found[4:] == [("same_title", "Emma", "Emma")] * 5


def test_a_pair_has_ids_and_urls(api):
    one, other = (make_book(title=title, isbns=[ISBN]) for title in ("One", "Two"))
    assert api.get(f"{LIST}?resource=books").json() == {
        "count": 1, "count_exact": True, "next": None, "previous": None,
        "results": [{
            "reason": "same_isbn",
            "pair": [
                {"id": book.pk, "text": book.title, "url": f"{HERE}/api/v1/books/{book.pk}/"} for book in (one, other)
            ],
        }],
    }  # fmt: skip


def test_authors_are_found_by_names_of_lives_that_may_be_one(api):
    for heading in ("Old, Anne", "Old, Anne, 1800-", "Old, Anne, 1900-", "Old, Anne, 1800-1850", "Other, Anne"):
        make_author(heading)
    make_author(name="Anne Old", kind="organisation")
    for _ in range(2):
        make_author(name="Various", kind="placeholder")
    assert pairs(api, "authors") == [("same_name", "Anne Old", "Anne Old")] * 3
    response = api.get(f"{LIST}?resource=authors&page_size=1")
    assert response["Link"] == f'<{response.json()["next"]}>; rel="next"'
    assert response["Cache-Control"] == "private, no-store"


def test_what_an_editor_took_apart_is_no_pair(api):
    one, other = (make_book(title=title, isbns=[ISBN]) for title in ("One", "Two"))
    location = send(api, "POST", f"/api/v1/books/{other.pk}/merge/", {"into": one.pk})["Location"]
    assert pairs(api, "books") == []
    send(api, "POST", f"{location}undo/")
    assert pairs(api, "books") == []
    make_book(title="Three", isbns=[ISBN])
    assert pairs(api, "books") == [("same_isbn", "One", "Three")]


def test_they_are_counted_as_asked(api, monkeypatch):
    monkeypatch.setattr(duplicates, "WINDOW", 2)
    catalogue()
    page = api.get(f"{LIST}?resource=books&page_size=2&count=exact").json()
    assert (page["count"], page["count_exact"]) == (9, True)
    assert "count" not in api.get(f"{LIST}?resource=books&count=none").json()


@pytest.mark.parametrize(
    "query", ["", "resource=series", "resource=books&page=2", "resource=books&page_size=101", "resource=books&x=1"]
)
def test_parameters_that_it_does_not_have_are_refused(api, query):
    assert (api.get(f"{LIST}?{query}")).json()["code"] == "invalid_parameter"


def test_a_cursor_goes_with_its_resource(api):
    for _ in range(2):
        make_author("Old, Anne")
        make_book(isbns=[ISBN])
        make_book(isbns=[OTHER_ISBN])
    url = api.get(f"{LIST}?resource=books&page_size=1").json()["next"]
    assert problem(api.get(url.replace("books", "authors"))) == (400, "invalid_cursor")
    assert problem(api.get(f"{url[:-1]}~")) == (400, "invalid_cursor")


def test_a_statement_that_takes_too_long_is_a_problem(api, monkeypatch):
    class Canceled(Exception):
        sqlstate = "57014"

    def refuse(*_: Any) -> Any:
        raise OperationalError("canceling statement due to statement timeout") from Canceled()

    monkeypatch.setattr(duplicates, "select_in", refuse)
    assert problem(api.get(f"{LIST}?resource=books")) == (400, "query_too_costly")
