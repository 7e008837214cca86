"""Idempotency-Key: a request that is sent again gets its first answer, and makes nothing twice."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from books.models import Series
from core.accounts.keys import create_key
from core.accounts.models import User
from core.changes.models import KeptAnswer
from core.changes.tasks import forget_old_answers
from tests.api.writing.test_series import LIST, editor, problem, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def api() -> APIClient:
    return editor()


def test_a_request_sent_again_gets_its_first_answer(api):
    first = send(api, "POST", LIST, {"name": "Once"}, HTTP_IDEMPOTENCY_KEY="a b")
    Series.objects.update(name="Renamed since")
    for path in (LIST, LIST.rstrip("/")):
        again = send(api, "POST", path, {"name": "Once"}, HTTP_IDEMPOTENCY_KEY="a b")
        assert (again.status_code, again.content) == (201, first.content)
        assert [again[name] for name in ("ETag", "Location", "Cache-Control")] == [
            first[name] for name in ("ETag", "Location", "Cache-Control")
        ]
    assert Series.objects.count() == 1


def test_another_body_under_the_same_key_is_refused(api):
    send(api, "POST", LIST, {"name": "Once"}, HTTP_IDEMPOTENCY_KEY="a")
    assert problem(send(api, "POST", LIST, {"name": "Twice"}, HTTP_IDEMPOTENCY_KEY="a")) == (
        422, "invalid", ("Idempotency-Key", "reused"),
    )  # fmt: skip
    assert Series.objects.count() == 1


def test_keys_are_their_callers_own(api):
    user = User.objects.get()
    other = APIClient(HTTP_AUTHORIZATION=f"Bearer {create_key(user, 'other', ['write'])[1]}")
    send(api, "POST", LIST, {"name": "One"}, HTTP_IDEMPOTENCY_KEY="a")
    assert send(other, "POST", LIST, {"name": "Two"}, HTTP_IDEMPOTENCY_KEY="a").json()["slug"] == "two"


def test_only_answers_of_what_was_done_are_kept(api):
    send(api, "POST", LIST, {"name": "Tales"})
    refused = send(api, "POST", LIST, {"name": "Tales"}, HTTP_IDEMPOTENCY_KEY="a")
    assert problem(refused) == (422, "invalid", ("name", "taken"))
    assert send(api, "DELETE", f"{LIST}tales/").status_code == 204
    assert send(api, "POST", LIST, {"name": "Tales"}, HTTP_IDEMPOTENCY_KEY="a").status_code == 201


def test_a_key_is_forgotten_after_a_day(api):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        send(api, "POST", LIST, {"name": "One"}, HTTP_IDEMPOTENCY_KEY="a")
        send(api, "POST", LIST, {"name": "Two"}, HTTP_IDEMPOTENCY_KEY="b")
        clock.shift(timedelta(hours=24) - timedelta(seconds=1))
        assert forget_old_answers() == 0
        assert send(api, "POST", LIST, {"name": "One"}, HTTP_IDEMPOTENCY_KEY="a").status_code == 201
        clock.shift(timedelta(seconds=1))
        assert send(api, "POST", LIST, {"name": "Three"}, HTTP_IDEMPOTENCY_KEY="a").json()["slug"] == "three"
        assert forget_old_answers() == 1
        assert list(KeptAnswer.objects.values_list("key", flat=True)) == ["a"]


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb", "caf\u00e9", "\u65e5"])
def test_what_cannot_be_a_key_is_refused(api, key):
    assert problem(send(api, "POST", LIST, {"name": "One"}, HTTP_IDEMPOTENCY_KEY=key)) == (400, "bad_request")
    assert not Series.objects.exists()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", LIST), ("GET", f"{LIST}tales/"), ("PATCH", f"{LIST}tales/"), ("PUT", f"{LIST}tales/"),
        ("DELETE", f"{LIST}tales/"), ("GET", "/api/v1/books/"), ("GET", "/api/v1/auth/me/"),
        ("POST", "/api/v1/auth/keys/"),
    ],
)  # fmt: skip
def test_where_it_would_do_nothing_the_header_is_refused(api, method, path):
    send(api, "POST", LIST, {"name": "Tales"})
    assert send(api, method, path, {"name": "A"}, HTTP_IDEMPOTENCY_KEY="a").status_code in (400, 403)
    assert Series.objects.get().name == "Tales"
