"""An ISBN finds its book in whatever form it is typed: as a filter, as a path, in a search box."""

from urllib.parse import quote

import pytest

from tests.support.factories import make_book
from tests.test_garbage import assert_problem

CATCHER, EMMA = "9780316769174", "9780804429573"
FORMS = [
    CATCHER, "978-0-316-76917-4", "978 0 316 76917 4", "978–0–316–76917–4", "0316769177", "0-316-76917-7",
    "ISBN 0-316-76917-7", "isbn:0316769177", "ISBN-13: 978-0-316-76917-4", "urn:isbn:9780316769174",
    "９７８０３１６７６９１７４", "٩٧٨٠٣١٦٧٦٩١٧٤", "९७८-०-३१६-७६९१७-४",
]  # fmt: skip
WRONG = {
    "checksum": ["9780316769175", "0-316-76917-8", "ISBN 0804429579"],
    "malformed": ["0316769177 (pbk.)", "10316769177", "0316769177 0804429573", "439023483", "9790260000438", "Emma"],
}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books():
    """Two books with an ISBN, and one that has the words of a search for it."""
    make_book(title="The Catcher in the Rye", isbns=[CATCHER], popularity=5)
    make_book(title="Emma", isbns=["9780306406157", EMMA], popularity=9)
    make_book(title="On 0316769177 and 9780316769174", popularity=99)


def titles(api, path, **parameters):
    response = api.get(f"/api/v1/{path}", parameters)
    assert response.status_code == 200, response.content
    return [found.get("title", found.get("text")) for found in response.json()["results"]]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_finds_the_book_by_filter_by_path_and_first_among_the_suggestions(api, form):
    assert titles(api, "books/", isbn=form) == ["The Catcher in the Rye"]
    assert titles(api, "books/", isbn=f"{form} , 080442957x") == ["Emma", "The Catcher in the Rye"]
    assert api.get(f"/api/v1/isbn/{quote(form)}/").json()["title"] == "The Catcher in the Rye"
    assert titles(api, "suggest/", q=form)[0] == "The Catcher in the Rye"


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in WRONG.items() for text in texts])
def test_a_wrong_isbn_is_an_error_and_an_unknown_one_is_not_found(api, code, text):
    [error] = assert_problem(api.get("/api/v1/books/", {"isbn": text}))["errors"]
    assert (error["param"], error["code"]) == ("isbn", code)
    assert assert_problem(api.get(f"/api/v1/isbn/{quote(text)}/"))["code"] == "invalid_isbn"
    assert titles(api, "books/", isbn="9780141439518") == []
    assert api.get("/api/v1/isbn/ISBN 9780141439518/").status_code == 404


def test_a_suggestion_by_isbn_comes_once_and_before_all_others(api):
    assert titles(api, "suggest/", q="9780316769174") == ["The Catcher in the Rye", "On 0316769177 and 9780316769174"]
    assert titles(api, "suggest/", q="9780316769174", limit=1) == ["The Catcher in the Rye"]
    assert titles(api, "suggest/", q="Catcher (ISBN 0-316-76917-7)") == ["The Catcher in the Rye"]
    make_book(title="The Catcher in the Rye, again", isbns=[CATCHER], popularity=6)
    assert titles(api, "suggest/", q="0-316-76917-7") == ["The Catcher in the Rye, again", "The Catcher in the Rye"]


@pytest.mark.parametrize("typed", ["9780316769175", "10316769177", "031676917", "9780141439518"])
def test_no_book_is_suggested_by_a_wrong_longer_shorter_or_unknown_number(api, typed):
    assert "The Catcher in the Rye" not in titles(api, "suggest/", q=typed)
