"""A read's statement whose connection was cut is sent again, a write's never; what the log says of either."""

import os
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

from tests.conftest import serving

THREADS = 2
NEEDS_POSTGRESQL = pytest.mark.skipif(
    not os.environ.get("DATABASE_URL", "").startswith("postgres"), reason="needs PostgreSQL"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One process with two threads."""
    own = {
        "THREADS": str(THREADS),
        "WEB_CONCURRENCY": "1",
        "DJANGO_SETTINGS_MODULE": "tests.core.server.handledsettings",
    }
    with serving(tmp_path_factory.mktemp("retry"), "retry", **own) as running:
        yield running


def cut(server, *, more=""):
    """End the server's connections to its database."""
    url = urlsplit(server.env["DATABASE_URL"])
    name = url.path.removeprefix("/")
    with psycopg.connect(url._replace(path="/postgres").geturl(), autocommit=True) as connection:
        if more:
            connection.execute(f"ALTER DATABASE {name} {more}")
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


@NEEDS_POSTGRESQL
def test_a_read_whose_connection_was_cut_is_run_again_but_no_write_and_nothing_in_a_transaction(server):
    for _ in range(3):
        cut(server)
        assert {server.get(path).status_code for path in ("/where/", "/api/v1/books/") * 2 * THREADS} == {200}
    for method, path in (("POST", "/where/"), ("POST", "/atomic/"), ("GET", "/atomic/")):
        assert {server.get("/where/").status_code for _ in range(4 * THREADS)} == {200}
        cut(server)
        with httpx.Client(base_url=server.url, timeout=30) as client:
            statuses = [client.request(method, path).status_code for _ in range(10)]
        # A thread that had no connection open does not notice.
        assert set(statuses) == {200, 500}
        assert statuses.count(500) <= THREADS


@contextmanager
def logged(server):
    """What the server writes to its log within the block, as lines, once it has ended."""
    log, lines = Path(server.env["DATA_DIR"]) / "server.log", list[str]()
    before = log.stat().st_size
    yield lines
    time.sleep(0.2)
    lines += log.read_bytes()[before:].decode().splitlines()


@NEEDS_POSTGRESQL
@pytest.mark.parametrize("path", ["/where/", "/api/v1/books/"])
def test_a_read_that_is_run_again_is_a_warning_of_one_line_and_one_given_up_an_error(server, path):
    assert {server.get(path).status_code for _ in range(4 * THREADS)} == {200}
    with logged(server) as lines:
        cut(server)
        assert {server.get(path).status_code for _ in range(4 * THREADS)} == {200}
    assert 1 <= len(lines) <= THREADS
    assert all("warning" in line and "run again: terminating connection" in line for line in lines)
    try:
        with logged(server) as lines:
            cut(server, more="ALLOW_CONNECTIONS false")
            assert server.get(path).status_code >= 500
    finally:
        cut(server, more="ALLOW_CONNECTIONS true")
    assert [line for line in lines if "run again" in line][1:] == []
    assert len([line for line in lines if "[error" in line]) == 1
    assert any("not currently accepting connections" in line for line in lines)


def test_an_error_that_is_ours_is_logged_with_its_request(server):
    with logged(server) as lines:
        failed = [server.get("/fails/") for _ in range(2 * THREADS)]
    for response in failed:
        (line,) = [line for line in lines if response.headers["X-Request-ID"] in line]
        assert "[error" in line


@NEEDS_POSTGRESQL
def test_a_column_of_another_type_costs_nobody_an_answer(server):
    def statuses():
        return {server.get("/api/v1/books/").status_code for _ in range(5 * THREADS)}

    def alter(kind):
        with psycopg.connect(server.env["DATABASE_URL"], autocommit=True) as connection:
            connection.execute(f"ALTER TABLE books_book ALTER subtitle TYPE {kind}")

    assert statuses() == {200}
    try:
        alter("varchar(4000)")
        assert statuses() == {200}
    finally:
        alter("text")
    assert statuses() == {200}
