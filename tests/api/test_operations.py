"""Health checks and metrics for operators: on a port of their own, and in production on no other."""

import os
import socket
import subprocess
import sys

import httpx
import pytest

from core.health import readiness
from settings.env import ROOT
from tests.conftest import running
from tests.support.servers import free_port
from tests.test_containers import ENTRYPOINT, production

OPERATIONS = ("/health/live", "/health/ready/", "/metrics")
KNOWN = {"Host": "books.example.org"}
OFTEN = 6
"""Requests for each path: more than there are workers."""


def api_in_production(tmp_path, **variables):
    """A running server as a container has it, and the URL of each of its ports."""
    with production(tmp_path, "operations") as given:
        env = {**given, **variables}
        subprocess.run([ENTRYPOINT, "migrate"], env=env, check=True, capture_output=True)
        main = f"http://127.0.0.1:{env['PORT']}"
        ops = f"http://127.0.0.1:{env['OPS_PORT']}" if "OPS_PORT" in env else main
        log = tmp_path / "api.log"
        with running([str(ENTRYPOINT), "api"], env, log, lambda: httpx.get(f"{ops}/health/ready").is_success):
            yield env, main, ops


@pytest.fixture
def with_port(tmp_path):
    yield from api_in_production(tmp_path, OPS_PORT=str(free_port()), WEB_CONCURRENCY="2")


@pytest.fixture
def without_port(tmp_path):
    yield from api_in_production(tmp_path)


def test_with_a_port_of_their_own_operations_are_there_and_nowhere_else_and_nothing_else_is_there(with_port):
    env, main, ops = with_port
    for path in ("/api/v1/books/", "/api/v1/books", "/", "/api/v1/openapi.json") * OFTEN:
        assert httpx.get(main + path, headers=KNOWN).status_code == 200
        refused = httpx.get(ops + path, headers=KNOWN)
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    for path in OPERATIONS * OFTEN:
        for host in ("10.0.0.1", *KNOWN.values()):
            assert httpx.get(ops + path, headers={"Host": host}).status_code == 200
        refused = httpx.get(main + path, headers=KNOWN)
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    assert httpx.head(f"{ops}/health/live").status_code == 200
    assert httpx.get(f"{ops}/health/ready").json() == {"status": "ok", "problems": []}
    assert "octavo_cache_hits_total" in httpx.get(f"{ops}/metrics").text
    probe = [sys.executable, "-m", "deploy.healthy"]
    assert subprocess.run(probe, cwd=ROOT, env=env, check=False).returncode == 0


def test_in_production_without_one_nobody_is_told_details(without_port):
    _, main, _ = without_port
    assert httpx.get(f"{main}/health/live").json() == {"status": "ok"}
    assert httpx.get(f"{main}/health/ready").json() == {"status": "ok"}
    refused = httpx.get(f"{main}/metrics")
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(("details", "said"), [(False, {}), (True, {"problems": ["draining"]})])
def test_why_a_process_is_not_ready_is_said_only_where_details_are(api, settings, monkeypatch, details, said):
    settings.OPS_DETAILS = details
    monkeypatch.setattr(readiness, "draining", True)
    response = api.get("/health/ready/")
    assert (response.status_code, response.json()) == (503, {"status": "unavailable", **said})


@pytest.mark.parametrize("command", [["gunicorn", "-c", "deploy/gunicorn.conf.py", "core.asgi:application"], ["serve"]])
def test_a_taken_port_is_one_line_that_names_its_variable(tmp_path, command):
    python = [sys.executable, "manage.py"] if command == ["serve"] else [sys.executable, "-m"]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ops = str(taken.getsockname()[1])
        own = {"DATA_DIR": str(tmp_path), "DATABASE_URL": "", "PORT": str(free_port()), "OPS_PORT": ops}
        env = {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "settings.dev", "LOG_LEVEL": "error"}
        done = subprocess.run([*python, *command], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert f"127.0.0.1:{ops}" in line
    assert "OPS_PORT chooses another port" in line
