"""Making, changing and deleting series over HTTP."""

from typing import Any

import orjson
import pytest
from rest_framework.test import APIClient

from books.counts import recount
from books.models import BookSeries, Series
from core.accounts.keys import create_key
from core.accounts.models import User
from core.models import RowCount
from tests.books.catalogue import counts, record
from tests.support.factories import make_book, make_series

pytestmark = pytest.mark.django_db
LIST = "/api/v1/series/"
HERE = "http://testserver"


def editor(role: str = "editor", scopes: Any = ("read", "write")) -> APIClient:
    user = User.objects.create_user(f"{role}@example.org", None, role=role)
    return APIClient(HTTP_AUTHORIZATION=f"Bearer {create_key(user, 'k', scopes)[1]}")


@pytest.fixture
def api() -> APIClient:
    return editor()


def send(api: APIClient, method: str, path: str, body: Any = None, **headers: str) -> Any:
    data: Any = b"" if body is None else orjson.dumps(body)
    return api.generic(method, path, data, content_type="application/json", **headers)  # type: ignore[arg-type]


def problem(response: Any) -> tuple[Any, ...]:
    document = response.json()
    assert response["Content-Type"] == "application/problem+json"
    return (response.status_code, document["code"], *((e["field"], e["code"]) for e in document.get("errors", ())))


def counted() -> int:
    """The stored number of series, after a check that no count is wrong."""
    assert recount() == 0
    return sum(RowCount.objects.filter(pk="series").values_list("value", flat=True))


def test_a_series_is_made_read_changed_and_deleted(api):
    made = send(api, "POST", LIST, {"name": "Tales of Elsewhere"})
    document = {"name": "Tales of Elsewhere", "slug": "tales-of-elsewhere", "books_count": 0}
    url = f"{HERE}{LIST}tales-of-elsewhere/"
    assert (made.status_code, made["Location"]) == (201, url)
    assert made.json() == {**document, "url": url}
    assert made["Cache-Control"] == "private, no-store"
    assert counted() == 1
    changed = send(api, "PATCH", url, {"name": "Tales"})
    assert (changed.status_code, changed.json()) == (200, {**document, "name": "Tales", "url": url})
    replaced = send(api, "PUT", url, {**made.json(), "name": "Stories"})
    assert replaced.json()["name"] == "Stories"
    assert APIClient().get(url).json() == replaced.json()
    gone = send(api, "DELETE", url)
    assert (gone.status_code, gone.content) == (204, b"")
    assert counted() == 0
    assert problem(APIClient().get(url)) == (410, "gone")
    assert problem(send(api, "PATCH", url, {"name": "Tales"})) == (410, "gone")
    assert send(api, "POST", LIST, {"name": "Tales of Elsewhere"}).status_code == 201
    assert APIClient().get(url).status_code == 200


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
@pytest.mark.parametrize("coding", ["", "-gzip", "-br", "-zstd"])
def test_if_match_takes_the_etag_in_any_form(api, form, coding):
    etag = send(api, "POST", LIST, {"name": "Tales"})["ETag"]
    header = form.format(f'{etag[:-1]}{coding}"')
    assert send(api, "PATCH", f"{LIST}tales/", {"name": "A"}, HTTP_IF_MATCH=header).status_code == 200
    if form != "*":
        assert problem(send(api, "PATCH", f"{LIST}tales/", {"name": "B"}, HTTP_IF_MATCH=header)) == (
            412, "precondition_failed",
        )  # fmt: skip
        assert problem(send(api, "DELETE", f"{LIST}tales/", HTTP_IF_MATCH=header)) == (412, "precondition_failed")
    assert Series.objects.get().name == "A"


def test_if_match_may_be_required(api, settings):
    settings.REQUIRE_IF_MATCH = True
    etag = send(api, "POST", LIST, {"name": "Tales"})["ETag"]
    for method, body in (("PUT", {"name": "A"}), ("PATCH", {"name": "A"}), ("DELETE", None)):
        assert problem(send(api, method, f"{LIST}tales/", body)) == (428, "precondition_required")
    assert send(api, "PATCH", f"{LIST}tales/", {"name": "A"}, HTTP_IF_MATCH=etag).status_code == 200


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, [("name", "required")]),
        ({"name": ""}, [("name", "blank")]),
        ({"name": None}, [("name", "null")]),
        ({"name": 7}, [("name", "invalid")]),
        ({"name": "7"}, []),
        ({"name": ["a"]}, [("name", "invalid")]),
        ({"name": "a\nb"}, [("name", "control_characters")]),
        ({"name": "x" * 501}, [("name", "max_length")]),
        ({"name": "a", "slug": "a b"}, [("slug", "invalid")]),
        ({"name": "a", "slug": ""}, [("slug", "blank")]),
        ({"name": "a", "slug": "x" * 161}, [("slug", "max_length"), ("slug", "invalid")]),
        ({"name": "a", "slug": "a/b"}, [("slug", "invalid")]),
        ({"name": "a", "is_default": False}, [("is_default", "unknown")]),
        ({"name": "a", "imported": True, "id": 1}, [("imported", "unknown"), ("id", "unknown")]),
        ([], [("", "invalid")]),
        ({"name": "TALES"}, [("name", "taken")]),
        ({"name": "Other", "slug": "tales"}, [("slug", "taken")]),
    ],
)
def test_what_cannot_be_a_series_is_refused(api, body, errors):
    make_series("Tales")
    recount()
    response = send(api, "POST", LIST, body)
    if errors:
        assert (response.status_code, sorted((e["field"], e["code"]) for e in response.json()["errors"])) == (
            422, sorted(errors),
        )  # fmt: skip
        assert counted() == 1
    else:
        assert response.status_code == 201


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_only_editors_write(method):
    make_series("Tales")
    recount()
    path, body = (LIST if method == "POST" else f"{LIST}tales/"), {"name": "Stories"}
    assert problem(send(APIClient(), method, path, body)) == (401, "unauthorized")
    for role, scopes in (("reader", ["read", "write"]), ("admin", ["read", "import", "admin"])):
        assert problem(send(editor(role, scopes), method, path, body)) == (403, "forbidden")
    assert Series.objects.get().name == "Tales"
    assert send(editor("editor"), method, path, body).status_code in (200, 201, 204)


def test_a_second_series_of_a_name_has_a_slug_of_its_own_and_takes_over_the_name(api):
    first = send(api, "POST", LIST, {"name": "Foundation"}).json()
    second = send(api, "POST", LIST, {"name": "foundation", "slug": "foundation-clarke"}).json()
    assert (first["slug"], second["slug"]) == ("foundation", "foundation-clarke")
    assert dict(Series.objects.values_list("slug", "is_default")) == {"foundation": True, "foundation-clarke": False}
    send(api, "PATCH", f"{LIST}foundation/", {"name": "Robots"})
    assert dict(Series.objects.values_list("slug", "is_default")) == {"foundation": True, "foundation-clarke": True}
    back = send(api, "PATCH", f"{LIST}foundation/", {"name": "FOUNDATION"})
    assert problem(back) == (422, "invalid", ("name", "taken"))
    assert send(api, "PATCH", f"{LIST}foundation/", {"name": "FOUNDATION", "slug": "asimov"}).status_code == 200
    assert send(api, "PATCH", f"{LIST}asimov/", {"slug": "foundation"}).status_code == 200
    assert dict(Series.objects.values_list("slug", "is_default")) == {"foundation": False, "foundation-clarke": True}
    assert send(api, "DELETE", f"{LIST}foundation-clarke/").status_code == 204
    assert Series.objects.get().is_default
    assert counted() == 1


def test_a_series_in_use_is_not_deleted(api):
    book = make_book(series=[("Tales", "1")])
    assert problem(send(api, "DELETE", f"{LIST}tales/")) == (409, "in_use")
    BookSeries.objects.filter(book=book).delete()
    assert send(api, "DELETE", f"{LIST}tales/").status_code == 204


def test_a_changed_slug_leads_to_the_new_one(api):
    make_book(title="One", series=[("Tales", "1")])
    for slug in ("stories", "novels"):
        assert (
            send(api, "PATCH", f"{LIST}{'tales' if slug == 'stories' else 'stories'}/", {"slug": slug}).json()["slug"]
            == slug
        )
    for old in ("tales", "stories"):
        for path in (f"{LIST}{old}/", f"{LIST}{old}/books/"):
            for method in ("get", "head"):
                moved = getattr(APIClient(), method)(f"{path}?fields=url")
                assert moved.status_code == 308
                assert moved["Location"] == f"{HERE}{path.replace(old, 'novels')}?fields=url"
                assert moved["Cache-Control"] == "no-store"
        refused = send(api, "PATCH", f"{LIST}{old}/", {"name": "X"})
        assert problem(refused) == (409, "merged")
        assert refused.json()["into"] == "novels"
    assert APIClient().get(f"{LIST}novels/").json()["books_count"] == 1
    assert send(api, "PATCH", f"{LIST}novels/", {"slug": "tales"}).status_code == 200
    assert APIClient().get(f"{LIST}tales/").status_code == 200
    assert APIClient().get(f"{LIST}novels/")["Location"] == f"{HERE}{LIST}tales/"
    assert APIClient().get(f"{LIST}stories/")["Location"] == f"{HERE}{LIST}tales/"


def test_a_name_is_stored_as_it_is_sent_but_composed(api):
    shown = send(api, "POST", LIST, {"name": "  Cafe\u0301 &amp; Co  "}).json()
    assert (shown["name"], shown["slug"]) == ("  Caf\u00e9 &amp; Co  ", "cafe-amp-co")


def test_a_write_takes_few_statements(api, django_assert_max_num_queries):
    send(api, "POST", LIST, {"name": "Warm"})
    with django_assert_max_num_queries(18):
        send(api, "POST", LIST, {"name": "Tales"})
    with django_assert_max_num_queries(18):
        send(api, "PATCH", f"{LIST}tales/", {"slug": "stories"})


@pytest.mark.parametrize("path", [f"{LIST}nowhere/", f"{LIST}%F0%9F%98%80/"])
def test_what_is_not_there_is_404(api, path):
    for method in ("PUT", "PATCH", "DELETE"):
        assert problem(send(api, method, path, {"name": "A"})) == (404, "not_found")


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        ({"name": "\u0421\u043a\u0430\u0437\u043a\u0438"}, "\u0441\u043a\u0430\u0437\u043a\u0438"),
        ({"name": "a", "slug": "cafe\u0301"}, "caf\u00e9"),
        ({"name": "a", "slug": "\U00020000" * 160}, "\U00020000" * 160),
    ],
)
def test_a_slug_of_any_script_is_composed_and_its_url_is_one(api, body, slug):
    made = send(api, "POST", LIST, body, HTTP_IDEMPOTENCY_KEY="a")
    assert (made.status_code, made.json()["slug"]) == (201, slug)
    assert made["Location"] == made.json()["url"]
    assert made["Location"].isascii()
    assert APIClient().get(made["Location"]).json() == made.json()


@pytest.mark.parametrize("slug", ["---", "a\u2028b", "a\u00a0b", "\u202e", "a\u200bb"])
def test_what_cannot_be_seen_is_no_slug_and_no_name(api, slug):
    assert problem(send(api, "POST", LIST, {"name": "a", "slug": slug})) == (422, "invalid", ("slug", "invalid"))
    for name in ("   ", "\u200b", "\u00a0"):
        assert problem(send(api, "POST", LIST, {"name": name})) == (422, "invalid", ("name", "blank"))


def test_a_series_that_an_editor_renamed_is_known_to_the_next_load(api):
    counts(record("1", series=[("Dune", "1")]), record("2", series=[("Tales", "1")]))
    send(api, "PATCH", f"{LIST}dune/", {"name": "The Dune Chronicles", "slug": "dune-chronicles"})
    send(api, "PATCH", f"{LIST}tales/", {"name": "Stories"})
    counts(
        record("1", title="Changed", series=[("Dune", "1")]),
        record("2", title="Changed", series=[("Tales", "1")]),
        record("3", series=[("Dune", "2")]),
    )
    shown = {each["slug"]: each["books_count"] for each in APIClient().get(LIST).json()["results"]}
    assert shown == {"dune-chronicles": 2, "tales": 1}
    assert APIClient().get(f"{LIST}dune/").status_code == 308
    assert counted() == 2


def test_a_load_that_makes_a_deleted_series_again_takes_its_slug_back(api):
    send(api, "POST", LIST, {"name": "Dune"})
    send(api, "DELETE", f"{LIST}dune/")
    counts(record("1", series=[("Dune", "1")]))
    assert APIClient().get(f"{LIST}dune/").status_code == 200
    counts(record("1", series=[("Other", "1")]))
    assert problem(APIClient().get(f"{LIST}dune/")) == (410, "gone")


def test_a_change_of_nothing_changes_nothing(api):
    counts(record("1", series=[("Dune", "1")]))
    for body in ({}, {"name": "Dune"}, {"slug": "dune"}):
        assert send(api, "PATCH", f"{LIST}dune/", body).status_code == 200
    assert Series.objects.get().imported


def test_into_is_a_slug_for_series(api):
    send(api, "POST", LIST, {"name": "Old"})
    send(api, "PATCH", f"{LIST}old/", {"slug": "007"})
    assert send(api, "PATCH", f"{LIST}old/", {"name": "A"}).json()["into"] == "007"


@pytest.mark.parametrize("path", ["series/", "series/tales/", "authors/", "authors/1/", "categories/", "categories/a/"])
def test_anybody_may_ask_for_the_methods(path):
    response = APIClient().options(f"/api/v1/{path}")
    assert response.status_code == 204
    assert {"GET", "POST" if path.count("/") == 1 else "PATCH"} <= set(response["Allow"].split(", "))
