"""Curated fields: what editors set, loads leave; and a field that is given back is set by its source's next load."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from books.models import Book
from core.accounts.families import sign_in
from core.accounts.models import ApiKey, User
from tests.api.writing.test_authors import in_order
from tests.api.writing.test_series import editor, problem, send
from tests.books.catalogue import ISBN, PRIDE, counts, record
from tests.support.factories import make_book

pytestmark = pytest.mark.django_db
LIST = "/api/v1/books/"


@pytest.fixture
def api() -> APIClient:
    return editor()


def loaded(**fields):
    """The URL of a book that was just loaded."""
    counts(record(**fields))
    return f"{LIST}{Book.objects.latest('pk').pk}/"


def test_a_write_curates_the_fields_that_it_changes(api):
    url = loaded(title="The Sea", publisher="Picador")
    with time_machine.travel(datetime(2026, 1, 2, tzinfo=UTC), tick=False):
        send(api, "PATCH", url, {"title": "The Sea, the Sea", "publisher": "Picador", "part": ""})
    key = ApiKey.objects.get()
    shown = send(api, "GET", f"{url}sources/").json()
    assert shown == {
        "sources": [{"source": "first", "key": "1", "fields": ["title", "publisher"]}],
        "curated": [
            {
                "field": "title",
                "by": {"type": "key", "id": key.pk, "name": "k"},
                "at": "2026-01-02T00:00:00.000000Z",
            }
        ],
    }
    assert counts(record(title="Sea", publisher="Vintage", part="1")) == {"updated": 1}
    assert [*Book.objects.values_list("title", "publisher", "part")] == [("The Sea, the Sea", "Vintage", "1")]


def test_people_are_named_by_their_account():
    user = User.objects.create_user("iris@example.org", None, role="editor", name="Iris")
    book = make_book(title="T")
    api = APIClient(HTTP_AUTHORIZATION=f"Bearer {token_of(user)}")
    send(api, "PATCH", f"{LIST}{book.pk}/", {"title": "U"})
    assert Book.objects.get().curated[0]["by"] == {"type": "account", "id": user.pk, "name": "Iris"}


def token_of(user: User) -> str:
    return sign_in(user).access


def test_what_is_made_here_is_curated_where_it_has_a_value_and_a_source_fills_the_rest(api):
    made = send(api, "POST", LIST, {"title": "The Sea", "isbns": [ISBN]}).json()
    assert [item["field"] for item in Book.objects.get().curated] == ["title", "isbns"]
    counts(record(title="The Sea", isbns=[ISBN], publisher="Picador"))
    read = APIClient().get(made["url"]).json()
    assert (read["title"], read["publisher"], Book.objects.count()) == ("The Sea", "Picador", 1)


def names(value: Any) -> Any:
    """The names in a list of objects; any other value as it is. Rows that had lost their last book were made anew."""
    return (
        [each.get("name") if isinstance(each, dict) else each for each in value] if isinstance(value, list) else value
    )


@pytest.mark.parametrize("field", ["title", "authors", "subjects", "isbns", "languages", "extra"])
def test_a_field_given_back_is_set_by_the_next_load_of_an_unchanged_record(api, field):
    url = loaded(**PRIDE)
    before = APIClient().get(f"{url}?expand=extra").json()
    changed = {
        "title": "X", "authors": [{"name": "Somebody"}], "subjects": [], "isbns": [], "languages": ["de"],
        "extra": {"a": 1},
    }  # fmt: skip
    send(api, "PATCH", url, changed)
    assert counts(record(**PRIDE)) == {"unchanged": 1}
    given_back = send(api, "DELETE", f"{url}sources/curated/{field}/")
    assert (given_back.status_code, given_back.content) == (204, b"")
    assert counts(record(**PRIDE)) == {"updated": 1}
    after = APIClient().get(f"{url}?expand=extra").json()
    assert names(after[field]) == names(before[field])
    assert {item["field"] for item in Book.objects.get().curated} == {*changed} - {field}
    assert counts(record(**PRIDE)) == {"unchanged": 1}
    in_order()


def test_a_field_that_no_source_has_set_is_emptied_and_set_by_whichever_has_it(api):
    other = record("x", title="The Sea", isbns=[ISBN], pages=300)
    url = loaded(title="The Sea", isbns=[ISBN])
    send(api, "PATCH", url, {"pages": 5})
    counts(other, source="second")
    assert send(api, "DELETE", f"{url}sources/curated/pages/").status_code == 204
    assert (APIClient().get(url).json()["pages"], Book.objects.get().curated) == (None, [])
    counts(other, source="second")
    counts(record(title="The Sea", isbns=[ISBN]))
    assert APIClient().get(url).json()["pages"] == 300
    in_order()


def test_a_title_that_no_source_has_set_is_the_oldest_sources(api):
    made = send(api, "POST", LIST, {"title": "The Sea, the Sea", "isbns": [ISBN]}).json()
    counts(record(title="The Sea", isbns=[ISBN]))
    send(api, "DELETE", f"{made['url']}sources/curated/title/")
    assert APIClient().get(made["url"]).json()["title"] == "The Sea, the Sea"
    counts(record(title="The Sea", isbns=[ISBN]))
    assert APIClient().get(made["url"]).json()["title"] == "The Sea"


def test_a_book_that_was_deleted_is_not_made_again(api):
    url = loaded(title="The Sea")
    assert send(api, "DELETE", url).status_code == 204
    assert counts(record(title="The Sea", publisher="New")) == {"kept": 1}
    assert Book.objects.count() == 0
    in_order()


def test_a_book_that_its_source_no_longer_lists_is_gone(api):
    counts(*(record(str(n), title=f"T{n}") for n in range(1, 12)))
    gone = Book.objects.get(title="T11")
    counts(*(record(str(n), title=f"T{n}") for n in range(1, 11)), complete=True, force=True)
    assert problem(APIClient().get(f"{LIST}{gone.pk}/")) == (410, "gone")


def test_sources_are_for_editors(api):
    url = loaded(title="The Sea")
    send(api, "PATCH", url, {"title": "X"})
    for client, status in ((APIClient(), 401), (editor("reader"), 403)):
        assert client.get(f"{url}sources/").status_code == status
        assert client.delete(f"{url}sources/curated/title/").status_code == status
    assert len(Book.objects.get().curated) == 1


def test_what_is_not_there_has_no_sources(api):
    url = loaded(title="The Sea")
    assert problem(send(api, "DELETE", f"{url}sources/curated/title/")) == (404, "not_found")
    assert problem(send(api, "DELETE", f"{url}sources/curated/nothing/")) == (404, "not_found")
    assert problem(api.get(f"{LIST}999999/sources/")) == (404, "not_found")
    send(api, "DELETE", url)
    assert problem(api.get(f"{url}sources/")) == (410, "gone")
    assert problem(send(api, "DELETE", f"{url}sources/curated/title/")) == (410, "gone")
