"""POST books/lookup/: many books named by ISBN, identifier or id, answered in order."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from books.models import Book
from tests.api.writing.test_series import editor, send
from tests.books.catalogue import ISBN, OTHER_ISBN, THIRD_ISBN
from tests.support.factories import make_book

pytestmark = pytest.mark.django_db
HERE = "/api/v1/books/lookup/"


def look_up(api: Any, *items: Any, query: str = "") -> Any:
    return api.post(f"{HERE}{query}", {"items": items}, format="json")


def ids(response: Any) -> list[int | None]:
    assert response.status_code == 200, response.content
    return [book and book["id"] for book in response.json()["results"]]


def test_each_item_is_answered_in_order_and_null_where_there_is_none(api):
    one = make_book(title="One", isbns=[ISBN], identifiers=[("gutenberg", "84")])
    two = make_book(title="Two", isbns=[OTHER_ISBN], identifiers=[("oclc", "88")])
    response = look_up(
        api, {"id": two.pk}, {"isbn": ISBN}, {"isbn": THIRD_ISBN}, {"identifier": "gutenberg:0084"}, {"id": 7_000_001},
        {"identifier": "oclc:(OCoLC)ocm00000088"}, {"identifier": "oclc:84"}, {"id": two.pk},
    )  # fmt: skip
    assert ids(response) == [two.pk, one.pk, None, one.pk, None, two.pk, None, two.pk]
    assert response["Cache-Control"] == "private, no-store"
    listed = {book["id"]: book for book in api.get("/api/v1/books/").json()["results"]}
    assert all(book is None or book == listed[book["id"]] for book in response.json()["results"])


def test_of_several_books_with_one_number_it_is_the_most_popular_then_the_oldest(api):
    unknown, older, _newer = (make_book(isbns=[ISBN], popularity=popularity) for popularity in (None, 5, 5))
    make_book(isbns=[OTHER_ISBN], popularity=9)
    assert ids(look_up(api, {"isbn": ISBN})) == [older.pk]
    assert api.get(f"/api/v1/isbn/{ISBN}/").json()["id"] == older.pk
    Book.objects.filter(popularity=5).update(popularity=None)
    assert ids(look_up(api, {"isbn": ISBN})) == [unknown.pk]


def test_a_merged_id_leads_to_what_it_became(api):
    kept, gone = make_book(title="Kept"), make_book(title="Gone")
    writer = editor()
    assert send(writer, "POST", f"/api/v1/books/{gone.pk}/merge/", {"into": kept.pk}).status_code == 201
    assert ids(look_up(api, {"id": gone.pk}, {"id": kept.pk})) == [kept.pk, kept.pk]
    assert send(writer, "DELETE", f"/api/v1/books/{kept.pk}/").status_code == 204
    assert ids(look_up(api, {"id": gone.pk}, {"id": kept.pk})) == [None, None]


def test_fields_are_selected_as_in_lists(api):
    book = make_book(title="One", subjects=["Whaling"], description="Long")
    assert look_up(api, {"id": book.pk}, query="?fields=id,title").json()["results"] == [
        {"id": book.pk, "title": "One"}
    ]
    expanded = look_up(api, {"id": book.pk}, query="?expand=subjects").json()["results"][0]
    assert expanded["subjects"][0]["name"] == "Whaling"
    wrong = look_up(api, {"id": book.pk}, query="?fields=colour&page=2")
    assert (wrong.status_code, [error["param"] for error in wrong.json()["errors"]]) == (400, ["page", "fields"])


@pytest.mark.parametrize(
    ("items", "field", "code"),
    [
        ([{"isbn": "9780000000000"}], "items[0].isbn", "invalid_isbn"),
        ([{"id": 1}, {"isbn": "12"}], "items[1].isbn", "invalid_isbn"),
        ([{"id": 0}], "items[0].id", "min_value"),
        ([{"id": "1"}], "items[0].id", "invalid"),
        ([{"id": 2**63}], "items[0].id", "max_value"),
        ([{"identifier": "84"}], "items[0].identifier", "form"),
        ([{"identifier": ":84"}], "items[0].identifier", "form"),
        ([{"identifier": "a:\x00"}], "items[0].identifier", "control_characters"),
        ([{"id": 1, "isbn": ISBN}], "items[0]", "one_of"),
        ([{}], "items[0]", "one_of"),
        ([{"slug": "a"}], "items[0].slug", "unknown"),
        ([7], "items[0]", "invalid"),
        ({}, "items", "not_a_list"),
        ([{"id": 1}] * 1001, "items", "max_length"),
    ],
)
def test_what_cannot_be_looked_up_is_named_by_its_place(api, items, field, code):
    response = api.post(HERE, {"items": items}, format="json")
    assert response.status_code == 422, response.content
    assert [(error["field"], error["code"]) for error in response.json()["errors"]] == [(field, code)]


def test_other_methods_and_bodies_are_refused(api):
    assert api.get(HERE).status_code == 405
    assert api.options(HERE).status_code == 204
    assert api.post(HERE, "a", content_type="text/plain").status_code == 415
    assert api.post(HERE, "[", content_type="application/json").status_code == 400
    assert look_up(api).json() == {"results": []}
    named = api.post(HERE, {"items": []}, format="json", headers={"idempotency-key": "a"})
    assert named.status_code == 400


def test_a_thousand_items_take_as_many_statements_as_one(api):
    books = [make_book(isbns=[ISBN], identifiers=[("gutenberg", "1")]), make_book(), make_book()]

    def statements(*items):
        with CaptureQueriesContext(connection) as captured:
            look_up(api, *items)
        return len(captured)

    one = statements({"id": books[0].pk}, {"isbn": ISBN}, {"identifier": "gutenberg:1"})
    many = [{"id": books[n % 3].pk} for n in range(500)] + [{"isbn": ISBN}, {"identifier": "gutenberg:1"}] * 250
    many[7] = {"identifier": "a:1"}
    assert statements(*many) == one <= 6


def test_a_page_of_any_origin_may_look_books_up(api):
    book = make_book()
    asked = {"origin": "https://app.example", "access-control-request-method": "POST"}
    for path in (HERE, HERE.rstrip("/")):
        preflight = api.options(path, headers={**asked, "access-control-request-headers": "content-type"})
        assert preflight["Access-Control-Allow-Origin"] == "*"
    answer = api.post(HERE, {"items": [{"id": book.pk}]}, format="json", headers={"origin": "https://app.example"})
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in api.post(
        "/api/v1/books/batch/", headers={"origin": "https://a.example"}
    )
