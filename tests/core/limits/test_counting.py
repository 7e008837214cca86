"""Which requests count, for whom, and what is done where they cannot be counted."""

from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from core.limits import quotas
from core.limits.quotas import (
    HOLDER,
    QuotaExceeded,
    Usage,
    check_wrong_credentials,
    count_request,
    count_wrong_credential,
)
from core.metrics import refused, store_away
from core.server.django_stack import DjangoStack
from core.volatile.redis import RedisStore
from core.volatile.sqlite import SqliteStore
from settings.limits import Rate
from tests.api.test_prepared import Client
from tests.support.asgi import scope
from tests.support.factories import make_book
from tests.support.rate_limits import limits_of

BOOKS = "/api/v1/books/"


@pytest.fixture(autouse=True)
def own_store(monkeypatch, settings, tmp_path) -> None:
    """An empty store for each test, and three requests an hour."""
    store = SqliteStore(tmp_path / "volatile.sqlite3")
    monkeypatch.setattr(quotas, "store", lambda: store)
    settings.RATE_LIMIT_ANON, settings.RATE_LIMIT_KEY = Rate(3, 3600), Rate(5, 60)


def asked(path: str = BOOKS, method: str = "GET", **more: Any) -> Any:
    return {**scope(path, method), **more}


def counted(**more: Any) -> Usage:
    usage = count_request(asked(**more))
    assert usage is not None
    return usage


def test_a_request_counts_for_its_address_or_its_caller():
    assert [counted().number for _ in range(4)] == [1, 2, 3, 4]
    other = counted(client=("192.0.2.1", 1))
    assert (other.name, other.rate, other.number, other.exceeded) == ("anon", (3, 3600), 1, False)
    known = counted(**{HOLDER: "key:1"})
    assert (known.name, known.rate, known.number) == ("key", (5, 60), 1)
    assert [counted(**{HOLDER: name}).number for name in ("key:1", "key:2", "account:1")] == [2, 1, 1]


def test_without_a_limit_nothing_counts(settings):
    settings.RATE_LIMIT_ANON = settings.RATE_LIMIT_KEY = None
    assert count_request(asked()) is count_request(asked(**{HOLDER: "key:1"})) is None
    check_wrong_credentials("192.0.2.1")
    assert count_wrong_credential("192.0.2.1") is None


def test_another_limit_counts_from_the_beginning(settings):
    count_request(asked())
    settings.RATE_LIMIT_ANON = Rate(3, 60)
    assert counted().number == 1


def test_the_port_of_operations_is_free(settings):
    settings.OPS_PORT = 80
    assert count_request(asked()) is None


def test_what_is_left_is_said_and_when_to_come_back():
    usages = [counted() for _ in range(5)]
    said = [dict(usage.headers) for usage in usages]
    assert [each[b"ratelimit-policy"] for each in said] == [b'"anon";q=3;w=3600'] * 5
    assert [each[b"ratelimit"] for each in said] == [b'"anon";r=%d;t=3600' % left for left in (2, 1, 0, 0, 0)]
    assert [each.get(b"retry-after") for each in said] == [None, None, None, b"3600", b"3600"]


def test_wrong_credentials_are_not_looked_up_after_as_many_as_there_may_be_requests():
    for _ in range(3):
        check_wrong_credentials("192.0.2.1")
        count_wrong_credential("192.0.2.1")
    with pytest.raises(QuotaExceeded) as exceeded:
        check_wrong_credentials("192.0.2.1")
    assert dict(exceeded.value.usage.headers)[b"retry-after"] == b"3600"
    check_wrong_credentials("192.0.2.2")


@pytest.mark.parametrize("kind", ["Redis", "file"])
def test_where_requests_cannot_be_counted_they_pass_and_a_metric_says_so(monkeypatch, tmp_path, kind):
    away = RedisStore("redis://127.0.0.1:1", "") if kind == "Redis" else SqliteStore(tmp_path / "none" / "file")
    monkeypatch.setattr(quotas, "store", lambda: away)
    before = store_away._value.get()
    assert [count_request(asked()) for _ in range(5)] == [None] * 5
    check_wrong_credentials("192.0.2.1")
    assert count_wrong_credential("192.0.2.1") is None
    assert store_away._value.get() >= before + 5


def test_a_request_too_many_is_counted_in_a_metric():
    before = refused._value.get()
    for _ in range(5):
        count_request(asked())
    assert refused._value.get() == before + 2


@pytest.fixture
def stack():
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield DjangoStack()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_a_request_that_cannot_be_read_counts_and_says_so(stack):
    broken = asked(
        path="/api/v1/books/", headers=[(b"content-type", b"text/plain; charset*=x"), (b"host", b"testserver")]
    )
    response = stack.run({**broken, "method": "POST"}, b"x")
    assert b"ratelimit" in dict(response.headers)


@pytest.mark.django_db
@pytest.mark.usefixtures("stack")
def test_prepared_requests_count_and_keep_no_header_of_a_quota():
    """`reply` refuses a header that is said twice, as one that was kept would be."""
    client = Client()
    path = f"{BOOKS}{make_book().pk}/"
    replies = [client.get(path) for _ in range(4)]
    assert client.shapes == 1
    assert [each.status for each in replies] == [200, 200, 200, 429]
    assert [limits_of(each.headers) for each in replies] == [("anon", 3, 3600, left, 3600) for left in (2, 1, 0, 0)]
    assert replies[0].body == replies[2].body
