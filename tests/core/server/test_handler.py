"""One hop to a persistent thread: what a real server makes of requests that wait, stream, break off or are too many."""

import http.client
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlsplit

import httpx
import pytest

from settings.env import ROOT
from tests.conftest import serving

THREADS, QUEUE_SIZE, REQUEST_TIMEOUT = 2, 2, 3
BODY = 2_500_000
FOREIGN = {"Origin": "https://a.example"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One process with two threads, two places in line and three seconds' patience."""
    bounds = {"THREADS": THREADS, "QUEUE_SIZE": QUEUE_SIZE, "REQUEST_TIMEOUT": REQUEST_TIMEOUT, "WEB_CONCURRENCY": 1}
    own = {name: str(value) for name, value in bounds.items()} | {"CORS_WRITE_ORIGINS": FOREIGN["Origin"]}
    folder = tmp_path_factory.mktemp("handled")
    with serving(folder, "handled", DJANGO_SETTINGS_MODULE="tests.core.server.handledsettings", **own) as running:
        yield running


@pytest.fixture
def many():
    with ThreadPoolExecutor(32) as pool:
        yield pool


def counts(server):
    return server.get("/counts/").json()


def within(condition: Callable[[], bool], seconds: float = 15) -> bool:
    """Whether `condition()` comes true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def connected(server) -> socket.socket:
    parts = urlsplit(server.url)
    return socket.create_connection((parts.hostname, parts.port), timeout=30)


def asked(server, path, method="GET", **headers) -> socket.socket:
    """A connection on which `path` was asked for and nothing read yet."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *(f"{name}: {value}" for name, value in headers.items())]
    connection = connected(server)
    connection.sendall("\r\n".join([*lines, "", ""]).encode())
    return connection


def answer(connection: socket.socket) -> tuple[int, http.client.HTTPMessage, bytes]:
    response = http.client.HTTPResponse(connection)
    response.begin()
    return response.status, response.headers, response.read()


def occupied(server, many, name, seconds, number=THREADS):
    """Requests that keep threads busy; returns once they do."""
    before = counts(server).get(f"{name} begun", 0)
    asking = [many.submit(server.get, f"/slow/{name}/?seconds={seconds}", headers=FOREIGN) for _ in range(number)]
    assert within(lambda: counts(server).get(f"{name} begun", 0) == before + min(number, THREADS))
    return asking


def is_problem(response: httpx.Response, status: int, code: str) -> bool:
    document = response.json()
    assert response.headers["Content-Type"] == "application/problem+json"
    assert document["request_id"] == response.headers["X-Request-ID"]
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    return (response.status_code, document["status"], document["code"]) == (status, status, code)


def test_all_requests_share_few_threads_and_each_keeps_its_connection(server, many):
    # As many at a time as have a place.
    found = []
    for _ in range(10):
        found += [r.json() for r in many.map(lambda _: server.get("/where/"), range(THREADS + 1))]
    assert {each["thread"] for each in found} <= {f"request-{number}" for number in range(THREADS)}
    assert len({each["connection"] for each in found}) <= THREADS


def test_past_the_line_a_request_is_refused_at_once_and_told_when_to_come_back(server, many):
    waiting = occupied(server, many, "full", 1.5)
    waiting += [many.submit(server.get, "/slow/full/?seconds=0") for _ in range(QUEUE_SIZE)]
    probe = ThreadPoolExecutor(4)
    answers: list[httpx.Response] = []

    def ask() -> bool:
        answers.extend(probe.map(lambda _: server.get("/where/", headers=FOREIGN), range(4)))
        return any(answer.status_code == 503 for answer in answers)

    assert within(ask)
    refused = next(answer for answer in answers if answer.status_code == 503)
    assert is_problem(refused, 503, "unavailable")
    assert refused.headers["Retry-After"] == "5"
    assert refused.headers["Cache-Control"] == "no-store"
    assert all(asking.result().status_code in (200, 503) for asking in waiting)
    assert within(lambda: server.get("/where/").status_code == 200)


def test_signs_of_life_wait_for_no_request(server, many):
    busy = occupied(server, many, "alive", 1.5)
    assert server.get("/health/live/").status_code == 200
    assert not any(asking.done() for asking in busy)
    assert all(asking.result().status_code == 200 for asking in busy)


def test_a_request_past_its_time_is_answered_and_its_thread_serves_again(server, many):
    late = occupied(server, many, "late", REQUEST_TIMEOUT + 1.5)
    for asking in late:
        assert is_problem(asking.result(), 503, "unavailable")
    assert within(lambda: counts(server).get("late ended", 0) == THREADS)
    found = [server.get("/where/").json()["thread"] for _ in range(10)]
    assert set(found) <= {f"request-{number}" for number in range(THREADS)}
    assert counts(server)["threads"]["request"] == THREADS


def test_who_waited_in_line_past_the_time_is_never_run(server, many):
    busy = occupied(server, many, "busy", REQUEST_TIMEOUT + 1)
    inline = [many.submit(server.get, "/slow/never/?seconds=0") for _ in range(QUEUE_SIZE)]
    assert [asking.result().status_code for asking in [*busy, *inline]] == [503] * (THREADS + QUEUE_SIZE)
    assert within(lambda: counts(server).get("busy ended", 0) == THREADS)
    assert server.get("/where/").status_code == 200
    assert "never begun" not in counts(server)


def test_who_hangs_up_in_line_is_never_run_and_gives_up_the_place(server, many):
    busy = occupied(server, many, "held", 2)
    for _ in range(2):
        for left in [asked(server, "/slow/gone/?seconds=0") for _ in range(QUEUE_SIZE)]:
            time.sleep(0.3)
            left.close()
        time.sleep(0.1)
    assert server.get("/slow/stayed/?seconds=0").text == "stayed"
    assert {asking.result().status_code for asking in busy} == {200}
    assert "gone begun" not in counts(server)


def test_a_body_of_the_permitted_size_is_read_whole(server):
    found = httpx.post(f"{server.url}/where/", content=b"x" * BODY, timeout=30)
    assert found.json()["body"] == BODY
    assert httpx.post(f"{server.url}/where/", content=iter([b"x" * 1000] * 3), timeout=30).json()["body"] == 3000
    assert httpx.post(f"{server.url}/coroutine/", content=b"x" * 1000, timeout=30).json()["body"] == 1000


def test_a_larger_one_is_refused_before_its_first_byte(server):
    with asked(server, "/where/", "POST", **{"Content-Length": BODY + 1, "Expect": "100-continue"}) as connection:
        status, headers, body = answer(connection)
    assert (status, headers["Content-Type"]) == (413, "application/problem+json")
    assert b"payload_too_large" in body


def test_a_batch_may_be_larger(server):
    path = "/api/v1/books/batch"
    sent = httpx.post(f"{server.url}{path}", content=b"x" * (BODY + 1), timeout=30)
    assert sent.status_code not in (200, 413)
    for given in (path, f"{path}/"):
        with asked(server, given, "POST", **{"Content-Length": 20_000_001, "Expect": "100-continue"}) as connection:
            assert answer(connection)[0] == 413


def test_a_larger_one_in_chunks_is_refused_as_soon_as_it_is_too_large(server):
    sent = httpx.post(f"{server.url}/where/", content=iter([b"x" * 500_000] * 6), headers=FOREIGN, timeout=30)
    assert is_problem(sent, 413, "payload_too_large")


def test_a_body_that_never_arrives_is_not_waited_for(server):
    with asked(server, "/where/", "POST", **{"Content-Length": 10}) as connection:
        status, _headers, body = answer(connection)
    assert status == 408
    assert b"request_timeout" in body


@pytest.mark.parametrize(
    ("path", "status"), [("/where/?q=\xff", 200), ("/api/v1/books/?search=\xe9", 400), ("/coroutine/?q=\xff", 200)]
)
def test_a_query_that_is_no_text_is_whatever_it_is_percent_encoded(server, path, status):
    connection = connected(server)
    with connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode("latin-1"))
        assert answer(connection)[0] == status
    assert server.get(quote(path, safe="/?=", encoding="latin-1")).status_code == status


def test_a_view_that_fails_is_a_problem(server):
    assert is_problem(server.get("/fails/", headers=FOREIGN), 500, "internal_error")


def test_nothing_of_one_request_is_left_for_the_next(server):
    clean = {"log": {}, "language": "en", "prefix": "/"}
    found = [server.get("/traces/").json() for _ in range(3 * THREADS)]
    assert [{**each, "language": each["language"].split("-")[0]} for each in found] == [clean] * len(found)


def test_a_stream_made_by_a_thread_has_one_thread_and_connection_throughout(server):
    thread, *connections = server.get("/parts/short/").text.split()
    assert thread.startswith("stream-")
    assert len(connections) == 3
    assert len(set(connections)) == 1


def test_a_file_is_sent_whole(server):
    assert server.get("/file/").content == (ROOT / "openapi.yaml").read_bytes()


def test_slow_readers_of_streams_hold_up_nobody(server):
    readers = [asked(server, "/parts/endless/") for _ in range(THREADS + 1)]
    try:
        assert all(reader.recv(64) for reader in readers)
        assert server.get("/where/").status_code == 200
    finally:
        for reader in readers:
            reader.close()
    assert within(lambda: counts(server).get("endless closed", 0) >= THREADS + 1)


def test_a_stream_that_breaks_off_is_seen_to_be_cut(server):
    for path in ("/parts/broken/", "/awaited-parts/broken/"):
        with pytest.raises(httpx.RemoteProtocolError):
            server.get(path)
    assert server.get("/where/").status_code == 200


def test_a_stream_made_on_the_event_loop_takes_no_thread(server):
    assert server.get("/awaited-parts/short/").text == "MainThread\n"


def test_who_hangs_up_ends_streams_and_coroutines(server):
    for path in ("/awaited-parts/endless/", "/endless/"):
        connection = asked(server, path)
        time.sleep(0.3)
        connection.close()
    ended = ("awaited endless closed", "coroutine cancelled")
    assert within(lambda: all(counts(server).get(name, 0) for name in ended))


@pytest.mark.parametrize("path", ["/coroutine/", "/coroutine"])
def test_a_coroutine_runs_on_the_event_loop_inside_all_middleware(server, path):
    response = server.get(path)
    assert response.json() == {"running": True, "thread": "MainThread", "body": 0, "id": ""}
    assert response.headers["X-Request-ID"]


def test_every_request_that_began_has_ended_and_nothing_is_left(server, many):
    list(many.map(server.get, ["/where/", "/parts/short/", "/awaited-parts/short/", "/coroutine/", "/fails/"] * 4))
    # The request that asks is one that has begun, in three tasks of five; the server has two.
    assert within(lambda: (now := counts(server))["started"] == now["finished"] + 1)
    assert within(lambda: counts(server)["tasks"] <= 5), counts(server)["tasks"]
    assert counts(server)["threads"]["request"] == THREADS
