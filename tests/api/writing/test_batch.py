"""POST books/batch/: many books made and changed in one transaction, by few statements."""

from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from authors.models import Author
from books.models import Book
from tests.api.writing.test_authors import in_order
from tests.api.writing.test_books import WRONG_ISBN
from tests.api.writing.test_series import HERE, editor, problem, send
from tests.books.catalogue import ISBN, OTHER_ISBN, THIRD_ISBN
from tests.support.factories import make_author, make_book, make_category
from tests.support.statements import counted_statements

pytestmark = pytest.mark.django_db
LIST = "/api/v1/books/"
BATCH = f"{LIST}batch/"
MOST_STATEMENTS = 60


@pytest.fixture
def api() -> APIClient:
    return editor()


def batch(api: APIClient, *items: Any, query: str = "", **headers: str) -> Any:
    return send(api, "POST", f"{BATCH}{query}", {"items": items}, **headers)


def results(response: Any, status: int = 200) -> list[tuple[int, Any]]:
    """The status and the id, or the errors, of each item."""
    assert response.status_code == status, response.content
    shown = response.json()["results"]
    assert [each["index"] for each in shown] == [*range(len(shown))]
    for each in shown:
        assert each["url"] == (each["id"] and f"{HERE}{LIST}{each['id']}/")
    return [
        (each["status"], each["id"] or [(error["field"], error["code"]) for error in each["errors"]]) for each in shown
    ]


def test_books_are_made_and_changed_together(api):
    stored = make_book(title="Old", isbns=[ISBN])
    other = make_book(title="Other", identifiers=[("gutenberg", "84")])
    third = make_book(title="Third")
    response = batch(
        api,
        {"isbns": [OTHER_ISBN], "title": "New", "authors": [{"name": "Jane Austen"}], "subjects": [{"name": "Sea"}]},
        {"isbns": [ISBN], "title": "Changed", "publisher": "Picador"},
        {"identifiers": {"gutenberg": ["084"]}, "authors": [{"name": "jane austen"}]},
        {"id": third.pk, "pages": 3},
    )
    new = Book.objects.get(title="New")
    assert results(response) == [(201, new.pk), (200, stored.pk), (200, other.pk), (200, third.pk)]
    assert [*Book.objects.order_by("pk").values_list("title", "publisher", "pages")] == [
        ("Changed", "Picador", None), ("Other", "", None), ("Third", "", 3), ("New", "", None),
    ]  # fmt: skip
    assert Author.objects.get().books_count == 2
    assert [item["field"] for item in Book.objects.get(title="Changed").curated] == ["title", "publisher"]
    in_order()


def test_all_or_nothing_unless_atomic_is_false(api):
    items = (
        {"isbns": [ISBN], "title": "New"},
        {"isbns": [OTHER_ISBN], "title": "T", "authors": [{"id": 99}]},
        {"isbns": [THIRD_ISBN]},
        {"isbns": [WRONG_ISBN], "title": "T"},
        {"id": 999, "title": "T"},
        {"title": "T", "colour": "red"},
        "no object",
    )
    refused = batch(api, *items)
    assert problem(refused) == (
        422, "invalid", ("items[1].authors[0].id", "unknown"), ("items[2].title", "required"), ("items[3]", "required"),
        ("items[4].id", "unknown"), ("items[5].colour", "unknown"), ("items[6]", "invalid"),
    )  # fmt: skip
    assert Book.objects.count() == 0
    assert results(batch(api, *items, query="?atomic=false"), 207) == [
        (201, Book.objects.get().pk),
        (422, [("authors[0].id", "unknown")]),
        (422, [("title", "required")]),
        (422, [("", "required")]),
        (404, [("id", "unknown")]),
        (422, [("colour", "unknown")]),
        (422, [("", "invalid")]),
    ]
    assert problem(batch(api, *items[1:], query="?atomic=false"))[:3] == (
        422, "invalid", ("items[0].authors[0].id", "unknown"),
    )  # fmt: skip
    in_order()


def test_a_refused_item_makes_nobody(api):
    batch(
        api,
        {"isbns": [ISBN], "title": "T", "authors": [{"name": "Made"}]},
        {"isbns": [OTHER_ISBN], "title": "T", "authors": [{"name": "Not made"}], "categories": ["none"]},
        query="?atomic=false",
    )
    assert [*Author.objects.values_list("name", flat=True)] == ["Made"]
    in_order()


def test_numbers_that_several_books_have_do_not_decide(api):
    first, second = make_book(isbns=[ISBN]), make_book(isbns=[ISBN], identifiers=[("gutenberg", "1")])
    refused = batch(api, {"isbns": [ISBN], "title": "T"})
    assert problem(refused) == (422, "invalid", ("items[0]", "conflict"))
    assert refused.json()["errors"][0]["ids"] == [first.pk, second.pk]
    assert results(batch(api, {"isbns": [ISBN], "identifiers": {"gutenberg": ["1"]}, "title": "T"})) == [
        (200, second.pk)
    ]


def test_two_items_of_one_book_are_not_both_written(api):
    book = make_book(title="Old", isbns=[ISBN])
    response = batch(
        api,
        {"id": book.pk, "title": "A"},
        {"isbns": [ISBN], "title": "B"},
        {"isbns": [OTHER_ISBN], "title": "C"},
        {"isbns": ["0-306-40615-2"], "title": "D"},
        query="?atomic=false",
    )
    assert [status for status, _ in results(response, 207)] == [200, 409, 201, 409]
    assert [*Book.objects.order_by("pk").values_list("title", flat=True)] == ["A", "C"]


def test_an_item_with_a_number_that_an_item_before_it_gives_to_a_stored_book_makes_no_second_book(api):
    book = make_book(title="X", isbns=[ISBN])
    refused = batch(api, {"isbns": [ISBN, OTHER_ISBN]}, {"isbns": [OTHER_ISBN], "title": "X again"})
    assert problem(refused) == (422, "invalid", ("items[1]", "conflict"))
    refused = batch(
        api, {"id": book.pk, "identifiers": {"gutenberg": ["5"]}}, {"identifiers": {"gutenberg": ["5"]}, "title": "X"}
    )
    assert problem(refused) == (422, "invalid", ("items[1]", "conflict"))


def test_numbers_by_which_a_book_is_found_join_those_that_it_has(api):
    book = make_book(title="T", isbns=[ISBN, OTHER_ISBN], identifiers=[("gutenberg", "5"), ("goodreads", "7")])
    items = ({"isbns": [THIRD_ISBN, OTHER_ISBN], "publisher": "P"}, {"identifiers": {"gutenberg": ["5"], "own": ["1"]}})
    for item in items:
        assert results(batch(api, item)) == [(200, book.pk)]
    shown = APIClient().get(f"{LIST}{book.pk}/").json()
    assert (shown["isbns"], shown["isbn_13"]) == ([ISBN, OTHER_ISBN, THIRD_ISBN], ISBN)
    assert shown["identifiers"] == {"gutenberg": ["5"], "goodreads": ["7"], "own": ["1"]}
    assert results(batch(api, {"id": book.pk, "isbns": [THIRD_ISBN]})) == [(200, book.pk)]
    assert APIClient().get(f"{LIST}{book.pk}/").json()["isbns"] == [THIRD_ISBN]
    in_order()


def test_a_shared_isbn_does_not_make_one_book_another(api):
    book = make_book(title="Emma", isbns=[ISBN], identifiers=[("gutenberg", "158")])
    refused = batch(api, {"isbns": [ISBN], "identifiers": {"gutenberg": ["105"]}, "title": "Persuasion"})
    assert problem(refused) == (422, "invalid", ("items[0]", "conflict"))
    assert refused.json()["errors"][0]["ids"] == [book.pk]


def test_what_was_deleted_or_merged_is_said(api):
    book = make_book()
    send(api, "DELETE", f"{LIST}{book.pk}/")
    response = batch(api, {"id": book.pk, "title": "T"}, {"isbns": [ISBN], "title": "U"}, query="?atomic=false")
    assert results(response, 207)[0] == (410, [("id", "gone")])


@pytest.mark.parametrize("number", [1, 1_000])
def test_the_number_of_statements_does_not_grow_with_the_items(api, number):
    make_category("Fiction")
    known = [make_author(f"Known {n}, A") for n in range(3)]
    stored = [make_book(title=f"Stored {n}", isbns=[], identifiers=[("own", f"s{n}")]).pk for n in range(3)]
    half = (number + 1) // 2
    Book.objects.bulk_create(Book(title=f"Plain {n}", sort_title="p", title_key="p") for n in range(half))
    plain = [*Book.objects.exclude(pk__in=stored).values_list("pk", flat=True)]
    items: list[dict[str, Any]] = [
        {
            "identifiers": {"own": [f"n{n}"]}, "title": f"New {n}", "languages": ["en"], "categories": ["fiction"],
            "authors": [{"id": known[n % 3].pk}, {"name": f"New author {n}"}],
            "subjects": [{"name": f"Subject {n}"}], "series": [{"name": f"Series {n}", "position": "1"}],
            "isbns": [],
        }
        for n in range(number - half)
    ]  # fmt: skip
    fields: list[dict[str, Any]] = [
        {"title": "X"}, {"pages": 3}, {"authors": [{"name": "One"}]}, {"series": [{"name": "S"}]}, {"extra": {}},
    ]  # fmt: skip
    items += [{"id": pk, **fields[n % len(fields)]} for n, pk in enumerate(plain)]
    with counted_statements(connection) as statements:
        response = batch(api, *items)
    assert len(results(response)) == number
    assert len(statements) <= MOST_STATEMENTS, "\n".join(statements)


def test_a_batch_that_needs_every_kind_of_statement_needs_few(api):
    whole = {
        "title": "T", "languages": ["en"], "categories": ["a", "b"], "authors": [{"name": "One"}, {"name": "Two"}],
        "subjects": [{"name": "S1"}, {"name": "S2"}], "series": [{"name": "P", "position": "1"}, {"name": "Q"}],
        "isbns": [ISBN, OTHER_ISBN], "identifiers": {"own": ["1"], "gutenberg": ["1"]},
    }  # fmt: skip
    make_category("A"), make_category("B")
    first, second = (send(api, "POST", LIST, whole).json() for _ in range(2))
    other = {
        "title": "U", "languages": ["de"], "categories": ["b", "a"], "subjects": [{"slug": "s2"}, {"name": "s1."}],
        "authors": [{"id": second["authors"][1]["id"]}, {"name": "one"}, {"name": "Three"}],
        "series": [{"slug": "q"}, {"name": "R"}], "isbns": [OTHER_ISBN, WRONG_ISBN], "identifiers": {"own": ["2"]},
    }  # fmt: skip
    send(api, "PATCH", f"{HERE}/api/v1/series/q/", {"slug": "quite"})
    with counted_statements(connection) as statements:
        response = batch(
            api, {"id": first["id"], **other}, {"id": second["id"], "authors": [], "subjects": []},
            {**other, "isbns": [THIRD_ISBN], "identifiers": {"own": ["3"]}},
            {**other, "isbns": [], "identifiers": {"own": ["4"]}, "categories": [], "authors": [{"id": 999}]},
            query="?atomic=false", HTTP_IDEMPOTENCY_KEY="a",
        )  # fmt: skip
    assert [status for status, _ in results(response, 207)] == [200, 200, 201, 422]
    assert len(statements) <= MOST_STATEMENTS + 15, "\n".join(statements)
    in_order()


def test_a_batch_sent_again_is_not_written_again(api):
    first = batch(api, {"isbns": [ISBN], "title": "T"}, query="?atomic=false", HTTP_IDEMPOTENCY_KEY="a")
    again = batch(api, {"isbns": [ISBN], "title": "T"}, query="?atomic=false", HTTP_IDEMPOTENCY_KEY="a")
    assert (first.status_code, again.status_code, again.content) == (207, 207, first.content)
    assert again.json()["results"][0]["status"] == 201
    other = batch(api, {"isbns": [ISBN], "title": "T"}, HTTP_IDEMPOTENCY_KEY="a")
    assert problem(other) == (422, "invalid", ("Idempotency-Key", "reused"))


def test_the_size_of_a_batch_is_bounded(api):
    several: tuple[Any, ...] = ([], [{}] * 1_001, {}, None)
    for wrong in several:
        refused = send(api, "POST", BATCH, {"items": wrong})
        assert problem(refused)[:2] == (422, "invalid")
        assert refused.json()["errors"][0]["field"] == "items"
    refused = send(api, "POST", f"{BATCH}?atomic=maybe", {"items": []})
    assert (refused.status_code, refused.json()["errors"][0]["param"]) == (400, "atomic")


def test_only_editors_send_batches():
    for api, status in ((APIClient(), 401), (editor("reader"), 403)):
        assert batch(api, {"isbns": [ISBN], "title": "T"}).status_code == status
    assert Book.objects.count() == 0
