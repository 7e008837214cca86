"""Quotas on a real server of four workers: exact over all of them, in Redis and in the volatile file."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import httpx
import pytest

from tests.conftest import SAMPLE, Server, serving
from tests.support.rate_limits import Limits, limits_of

ANON, KEY = 50, 60
BOOKS = "/api/v1/books/"
addresses = (f"192.0.2.{number}" for number in count(1))
words = (f"word{number}" for number in count())
Ask = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    """A client that makes a new connection for each request, so that any worker may take it."""
    with httpx.Client(timeout=60, limits=httpx.Limits(max_keepalive_connections=0)) as client:
        yield client


@pytest.fixture(scope="module", params=["file", "Redis"])
def limited(request, tmp_path_factory) -> Iterator[Server]:
    """A server in a proxy's place, so that each test may have an address of its own."""
    given = {} if request.param == "Redis" else {"REDIS_URL": "", "BROKER_URL": ""}
    if request.param == "Redis" and not os.environ.get("REDIS_URL"):
        pytest.skip("this lane has no Redis")
    with serving(
        tmp_path_factory.mktemp("limits"), "limits", WEB_CONCURRENCY="4", RATE_LIMIT_ANON=f"{ANON}/hour",
        RATE_LIMIT_KEY=f"{KEY}/hour", CLIENT_ADDRESS="header:X-Forwarded-For", TRUSTED_PROXIES="127.0.0.0/8", **given,
    ) as server:  # fmt: skip
        server.manage("import_books", str(SAMPLE))
        yield server


@pytest.fixture
def ask(limited, http) -> Ask:
    """Asks as one client, whose address no other test has."""
    address = next(addresses)

    def send(path: str, method: str = "GET", **headers: str) -> httpx.Response:
        given = {"X-Forwarded-For": address, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return http.request(method, limited.url + path, headers=given)

    return send


def distinct() -> str:
    """The URL of a list that nobody asked for, so that no cache has it."""
    return f"{BOOKS}?title={next(words)}"


def at_once(ask: Ask, paths: list[str], **headers: str) -> list[httpx.Response]:
    with ThreadPoolExecutor(40) as pool:
        return list(pool.map(lambda path: ask(path, **headers), paths))


def refused(answers: list[httpx.Response]) -> list[httpx.Response]:
    """Those of status 429, each checked to be a problem document that says when to come back."""
    found = [answer for answer in answers if answer.status_code == 429]
    for answer in found:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "too_many_requests"
        assert answer.headers["Cache-Control"] == "no-store"
        limits = limits_of(answer.headers)
        assert (limits.left, int(answer.headers["Retry-After"])) == (0, limits.seconds)
        assert 0 < limits.seconds <= 3600
    return found


def test_of_200_requests_at_once_exactly_50_pass(ask):
    answers = at_once(ask, [distinct() for _ in range(200)])
    passed = [answer for answer in answers if answer.status_code == 200]
    assert (len(passed), len(refused(answers))) == (50, 150)
    limits = [limits_of(answer.headers) for answer in passed]
    assert sorted(each.left for each in limits) == list(range(50))
    assert {each[:3] for each in limits} == {("anon", 50, 3600)}
    assert all(0 < each.seconds <= 3600 for each in limits)
    assert all("Retry-After" not in answer.headers for answer in passed)


def test_a_client_that_writes_addresses_into_its_header_gains_nothing(limited, http):
    """The proxy, which is this test, puts the client's own address behind what the client sent."""
    address = next(addresses)

    def spoofed(number: int) -> int:
        headers = [("X-Forwarded-For", f"203.0.113.{number}"), ("X-Forwarded-For", f"198.51.100.1, {address}")]
        headers += [("X-Real-IP", f"203.0.113.{number}"), ("Forwarded", f"for=203.0.113.{number}")]
        return http.get(limited.url + distinct(), headers=headers).status_code

    with ThreadPoolExecutor(20) as pool:
        assert Counter(pool.map(spoofed, range(100))) == {200: 50, 429: 50}


def test_an_answer_from_memory_costs_nothing_and_does_not_say_what_is_left(limited):
    path, address = distinct(), {"X-Forwarded-For": next(addresses)}
    with httpx.Client(base_url=limited.url, headers=address, timeout=30) as client:
        first = client.get(path)
        assert limits_of(first.headers).left == ANON - 1
        for _ in range(ANON + 5):
            hit = client.get(path)
            unchanged = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
            assert (hit.status_code, unchanged.status_code) == (200, 304)
            assert hit.content == first.content
            for answer in (hit, unchanged, client.head(path)):
                assert not {"RateLimit", "RateLimit-Policy", "Retry-After"} & set(answer.headers)
        other = distinct()
        assert limits_of(client.get(other).headers).left == ANON - 2
        unchanged = client.get(distinct(), headers={"If-None-Match": "*"})
        assert (unchanged.status_code, limits_of(unchanged.headers).left) == (304, ANON - 3)


def test_requests_that_wait_for_the_answer_of_another_cost_nothing(limited, http):
    address, path = next(addresses), f"{BOOKS}?search=the&count=exact"
    with ThreadPoolExecutor(40) as pool:
        answers = list(
            pool.map(lambda _: http.get(limited.url + path, headers={"X-Forwarded-For": address}), range(120))
        )
    assert {answer.status_code for answer in answers} == {200}
    # At most one for each worker that had it not.
    assert 1 <= sum("RateLimit" in answer.headers for answer in answers) <= 4


def test_whatever_is_asked_counts_but_for_health_metrics_and_preflights(ask):
    left = ANON
    for path, method, status in [
        (f"{BOOKS}999999999/", "GET", 404), (f"{BOOKS}?x=1", "GET", 400), ("/nowhere/", "GET", 404),
        ("/api/v1/authors/", "POST", 401), ("/api/v1/authors/", "OPTIONS", 204), ("/api/v1/auth/token/", "POST", 422),
        (distinct(), "HEAD", 200), (f"{BOOKS}%FF/", "GET", 404), ("/static/nothing.css", "GET", 404),
    ]:  # fmt: skip
        answer, left = ask(path, method), left - 1
        assert (path, answer.status_code, limits_of(answer.headers).left) == (path, status, left)
    free = [
        ("/health/live", "GET", {}), ("/health/ready/", "GET", {}), ("/metrics", "GET", {}),
        (BOOKS, "OPTIONS", {"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}),
    ]  # fmt: skip
    for path, method, headers in free:
        answer = ask(path, method, **headers)
        assert answer.is_success, path
        assert "RateLimit" not in answer.headers
    assert limits_of(ask(distinct()).headers).left == left - 1


def test_pages_of_any_origin_may_read_what_is_left(ask):
    for path in (distinct(), f"{BOOKS}?x=1"):
        exposed = ask(path, Origin="https://a.example").headers["Access-Control-Expose-Headers"]
        assert {"RateLimit", "RateLimit-Policy", "Retry-After"} <= set(exposed.split(", "))
    at_once(ask, [distinct() for _ in range(ANON)])
    over = ask(distinct(), Origin="https://a.example")
    assert (over.status_code, over.headers["Access-Control-Allow-Origin"]) == (429, "*")


@pytest.fixture(scope="module")
def keys(limited) -> Iterator[str]:
    """New API keys of one account."""
    limited.env["DJANGO_SUPERUSER_PASSWORD"] = "a long enough one"
    limited.manage("createsuperuser", "--noinput", "--email", "ada@example.org")
    return (
        limited.manage("create_key", "ada@example.org", f"key {number}", "--scope", "read").split()[-1]
        for number in count()
    )


def test_a_key_has_a_quota_of_its_own_whatever_its_address_used(ask, keys):
    secret = next(keys)
    bearer = {"Authorization": f"Bearer {secret}"}
    assert len(refused(at_once(ask, [distinct() for _ in range(ANON + 10)]))) == 10
    answers = at_once(ask, [distinct() for _ in range(KEY + 20)], **bearer)
    assert (Counter(answer.status_code for answer in answers), len(refused(answers))) == ({200: KEY, 429: 20}, 20)
    assert {limits_of(answer.headers)[:3] for answer in answers} == {("key", KEY, 3600)}
    other = ask(distinct(), Authorization=f"Bearer {next(keys)}")
    assert limits_of(other.headers) == Limits("key", KEY, 3600, KEY - 1, 3600)


def test_wrong_credentials_count_as_anonymous_requests_of_their_address(ask, keys):
    def guess(number: int) -> httpx.Response:
        return ask(BOOKS, Authorization=f"Bearer oct_{number}")

    passed = at_once(ask, [distinct() for _ in range(20)])
    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(guess, range(200)))
    assert {answer.status_code for answer in passed} == {200}
    assert Counter(answer.status_code for answer in answers) == {401: 30, 429: 170}
    assert len(refused(answers)) == 170
    wrong = [limits_of(answer.headers) for answer in answers if answer.status_code == 401]
    assert sorted(each.left for each in wrong) == list(range(30))
    assert ask(distinct()).status_code == 429


def test_a_good_key_is_let_through_from_an_address_without_requests_left(ask, keys):
    with ThreadPoolExecutor(20) as pool:
        guesses = list(pool.map(lambda number: ask(BOOKS, Authorization=f"Bearer oct_{number}"), range(30)))
    at_once(ask, [distinct() for _ in range(40)])
    assert {guess.status_code for guess in guesses} == {401}
    assert ask(distinct()).status_code == 429
    assert ask(distinct(), Authorization=f"Bearer {next(keys)}").status_code == 200


def test_of_many_guesses_at_once_ten_are_answered(limited, http, keys):
    address = next(addresses)
    next(keys)

    def sign_in(password: str) -> httpx.Response:
        body: Any = {"email": "ada@example.org", "password": password}
        return http.post(f"{limited.url}/api/v1/auth/token/", json=body, headers={"X-Forwarded-For": address})

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(sign_in, [f"guess {number}" for number in range(40)]))
    assert Counter(answer.status_code for answer in answers) == {401: 10, 429: 30}
    locked = sign_in("a long enough one")
    assert (locked.status_code, locked.json()["code"]) == (429, "too_many_requests")
    assert 890 < int(locked.headers["Retry-After"]) <= 900
    assert limits_of(locked.headers).left == ANON - 41
