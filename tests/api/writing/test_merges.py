"""Merging over HTTP, the list of merges, and undoing them."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction
from rest_framework.test import APIClient

from authors.models import Author
from books.merging.recording import wait_for_other_merges
from books.models import Book
from core.accounts.models import ApiKey
from core.cache import etags
from core.changes.models import RecordedMerge
from tests.api.writing.test_authors import in_order
from tests.api.writing.test_series import HERE, editor, problem, send
from tests.support.factories import make_author, make_book

pytestmark = pytest.mark.django_db
MERGES = "/api/v1/merges/"


@pytest.fixture
def api() -> APIClient:
    return editor()


def two(resource: str) -> tuple[str, int, str, int]:
    """The path and the id of each of two rows; of the second the merge keeps the name."""
    rows: list[Any]
    if resource == "books":
        rows = [make_book(title="Gone"), make_book(title="Kept")]
    else:
        rows = [make_author("Gone, Anne"), make_author("Kept, Anne")]
        make_book(title="One", authors=rows[:1])
    gone, kept = rows
    return f"/api/v1/{resource}/{gone.pk}/", gone.pk, f"/api/v1/{resource}/{kept.pk}/", kept.pk


def etag(path: str) -> str:
    return etags.etag(etags.tag_of(APIClient().get(path).content), None).decode()


@pytest.mark.parametrize(
    ("resource", "moved"),
    [
        ("authors", {"credits": 1, "headings": 0}),
        ("books", {"fields": 0, "identifiers": 0, "isbns": 0, "sources": 0}),
    ],
)
def test_a_merge_is_made_shown_listed_and_undone(api, resource, moved):
    gone, gone_pk, kept, kept_pk = two(resource)
    before = APIClient().get(gone).json()
    merged = send(api, "POST", f"{gone}merge/", {"into": kept_pk})
    assert merged.status_code == 201, merged.content
    record = RecordedMerge.objects.get()
    assert merged["Location"] == f"{HERE}{MERGES}{record.pk}/"
    shown = APIClient().get(kept)
    assert (merged.content, merged["ETag"], merged["Cache-Control"]) == (
        shown.content, etag(kept), "private, no-store",
    )  # fmt: skip
    moved_to = APIClient().get(f"{gone}?fields=id")
    assert (moved_to.status_code, moved_to["Location"]) == (308, f"{HERE}{kept}?fields=id")
    key = ApiKey.objects.get()
    document = api.get(merged["Location"])
    assert document["Cache-Control"] == "private, no-store"
    expected = {
        "id": record.pk,
        "resource": resource,
        "from": {"id": gone_pk, "text": "Anne Gone" if resource == "authors" else "Gone"},
        "into": {"id": kept_pk, "text": "Anne Kept" if resource == "authors" else "Kept", "url": f"{HERE}{kept}"},
        "moved": moved,
        "by": {"type": "key", "id": key.pk, "name": "k"},
        "at": document.json()["at"],
        "undone_by": None,
        "undone_at": None,
    }
    assert document.json() == expected
    page = {"count": 1, "count_exact": True, "next": None, "previous": None, "results": [expected]}
    assert api.get(f"{MERGES}?resource={resource}").json() == api.get(MERGES).json() == page
    other = {"authors": "books", "books": "authors"}[resource]
    assert api.get(f"{MERGES}?resource={other}").json()["results"] == []
    undone = send(api, "POST", f"{MERGES}{record.pk}/undo/")
    assert (undone.status_code, undone["Cache-Control"]) == (200, "private, no-store")
    assert undone.json() == {**expected, "undone_by": expected["by"], "undone_at": undone.json()["undone_at"]}
    assert undone.json()["undone_at"]
    again = APIClient().get(gone).json()
    assert {**again, "updated_at": before["updated_at"]} == before
    assert problem(send(api, "POST", f"{MERGES}{record.pk}/undo/")) == (409, "conflict")
    in_order()


def test_merges_are_listed_the_newest_first(api):
    gone, _, _, kept_pk = two("books")
    ids: list[int] = []
    for _ in range(3):
        location = send(api, "POST", f"{gone}merge/", {"into": kept_pk})["Location"]
        send(api, "POST", f"{location}undo/")
        ids.insert(0, int(location.split("/")[-2]))
    page = api.get(f"{MERGES}?page_size=2").json()
    assert [each["id"] for each in page["results"] + api.get(page["next"]).json()["results"]] == ids
    assert page["count"] == 3
    assert api.get(f"{MERGES}?fields=id,into").json()["results"][0].keys() == {"id", "into"}


@pytest.mark.parametrize("resource", ["authors", "books"])
def test_what_cannot_be_merged_is_refused(api, resource):
    gone, gone_pk, kept, kept_pk = two(resource)
    path = f"{gone}merge/"
    assert problem(send(api, "POST", path, {"into": gone_pk})) == (422, "invalid", ("into", "itself"))
    assert problem(send(api, "POST", path, {"into": 10**9})) == (422, "invalid", ("into", "unknown"))
    assert problem(send(api, "POST", path, {})) == (422, "invalid", ("into", "required"))
    assert problem(send(api, "POST", path, {"into": kept_pk, "x": 1})) == (422, "invalid", ("x", "unknown"))
    for into in (0, -1, 10**18, "a", None, [kept_pk], {"id": kept_pk}, 1.5, True):
        assert problem(send(api, "POST", path, {"into": into}))[:2] == (422, "invalid"), into
    assert problem(send(api, "POST", path, [1]))[:2] == (422, "invalid")
    assert problem(send(api, "POST", f"/api/v1/{resource}/999999/merge/", {"into": kept_pk})) == (404, "not_found")
    assert not RecordedMerge.objects.exists()
    assert send(api, "POST", path, {"into": kept_pk}).status_code == 201
    again = send(api, "POST", path, {"into": kept_pk})
    assert (problem(again), again.json()["into"]) == ((409, "merged"), kept_pk)
    assert problem(send(api, "POST", f"{kept}merge/", {"into": gone_pk})) == (422, "invalid", ("into", "unknown"))
    Book.objects.all().delete()
    other = make_author("Other, Mary") if resource == "authors" else make_book(title="Other")
    assert send(api, "DELETE", f"/api/v1/{resource}/{other.pk}/").status_code == 204
    assert problem(send(api, "POST", f"/api/v1/{resource}/{other.pk}/merge/", {"into": 1})) == (410, "gone")
    for path in (f"{MERGES}999999/", f"{MERGES}999999/undo/"):
        assert problem(send(api, "POST" if "undo" in path else "GET", path)) == (404, "not_found")


@pytest.mark.parametrize("resource", ["authors", "books"])
def test_a_merge_goes_by_the_etag_of_the_one_that_goes(api, resource, settings):
    gone, _, kept, kept_pk = two(resource)
    path = f"{gone}merge/"
    refused = send(api, "POST", path, {"into": kept_pk}, HTTP_IF_MATCH=etag(kept))
    assert problem(refused) == (412, "precondition_failed")
    settings.REQUIRE_IF_MATCH = True
    assert send(api, "POST", path, {"into": kept_pk}, HTTP_IF_MATCH=etag(gone)).status_code == 201


def test_a_merge_sent_again_gets_its_first_answer(api):
    gone, _, _, kept_pk = two("authors")
    first, second = (send(api, "POST", f"{gone}merge/", {"into": kept_pk}, HTTP_IDEMPOTENCY_KEY="m") for _ in range(2))
    assert (first.status_code, first.content, first["Location"]) == (
        second.status_code, second.content, second["Location"],
    )  # fmt: skip
    assert RecordedMerge.objects.count() == 1


def test_what_a_merge_moved_is_not_undone_once_it_has_changed(api):
    gone, _, kept, kept_pk = two("authors")
    location = send(api, "POST", f"{gone}merge/", {"into": kept_pk})["Location"]
    send(api, "PATCH", kept, {"alternate_names": []})
    refused = send(api, "POST", f"{location}undo/")
    assert problem(refused) == (409, "conflict")
    assert refused.json()["detail"] == f"Author {kept_pk} was changed since: alternate_names."
    assert Author.objects.count() == 1


@pytest.mark.parametrize(
    ("role", "scopes", "status"), [("reader", ("read",), 403), ("editor", ("read",), 403), (None, (), 401)]
)
def test_only_editors_merge(role, scopes, status):
    client = editor(role, scopes) if role else APIClient()
    gone, _, _, kept_pk = two("books")
    merge = RecordedMerge.objects.create(resource="books", gone=1, kept=2, by={})
    for method, path, body in (
        ("POST", f"{gone}merge/", {"into": kept_pk}),
        ("GET", MERGES, None),
        ("GET", f"{MERGES}{merge.pk}/", None),
        ("POST", f"{MERGES}{merge.pk}/undo/", None),
        ("GET", "/api/v1/duplicates/?resource=books", None),
    ):
        assert problem(send(client, method, path, body))[0] == status
    assert RecordedMerge.objects.count() == 1


@pytest.mark.parametrize("query", ["resource=series", "resource=", "x=1", "resource=books&resource=books"])
def test_parameters_that_a_list_does_not_have_are_refused(api, query):
    assert (api.get(f"{MERGES}?{query}")).json()["code"] == "invalid_parameter"
    assert (send(api, "POST", f"{MERGES}1/undo/?{query}")).json()["code"] == "invalid_parameter"


@pytest.mark.django_db(transaction=True)
def test_a_merge_waits_longer_for_another_than_a_statement_of_a_read_may_take():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    holds, ended = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            wait_for_other_merges()
            holds.set()
            ended.wait(30)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert holds.wait(30)
    threading.Timer(1.5, ended.set).start()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '500ms'")
        wait_for_other_merges()
        assert ended.is_set()
    holder.join(30)
