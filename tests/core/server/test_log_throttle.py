"""The throttle of log messages that every request may cause: one line, then a count."""

import os
import sys
import time

import httpx

from core.server.log_throttle import SECONDS, Throttle
from tests.conftest import running
from tests.support.servers import free_port

ASKED = 20


def test_the_first_is_said_and_the_others_are_counted_until_the_next_is_due():
    now = 0.0
    throttle = Throttle(10, lambda: now)
    assert [throttle.admit() for _ in range(3)] == ["", None, None]
    now = 9.9
    assert throttle.admit() is None
    now = 10.0
    assert throttle.admit() == " (and 3 more since this was last said)"
    now = 30.0
    assert throttle.admit() == ""


def test_a_database_that_is_away_is_one_line_however_many_ask(tmp_path):
    port, nobody = free_port(), free_port()
    own = {"DATABASE_URL": f"postgres://octavo@127.0.0.1:{nobody}/octavo", "PORT": str(port), "WEB_CONCURRENCY": "1"}
    env = {**os.environ, **own, "DATA_DIR": str(tmp_path), "REDIS_URL": "", "DJANGO_SETTINGS_MODULE": "settings.dev"}
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "core.asgi:application"]
    address, log = f"http://127.0.0.1:{port}", tmp_path / "server.log"
    began = time.monotonic()
    with running(command, env, log, lambda: httpx.get(f"{address}/health/live").is_success):
        for _ in range(ASKED):
            reply = httpx.get(f"{address}/api/v1/books/", timeout=60)
            assert (reply.status_code, reply.json()["code"]) == (503, "unavailable")
            assert httpx.get(f"{address}/health/ready", timeout=60).status_code == 503
    lines = log.read_text().splitlines()
    said = [line for line in lines if "the database is away" in line or "Service Unavailable" in line]
    assert "the database is away: connection failed: " in said[0]
    assert len(said) <= 1 + (time.monotonic() - began) // SECONDS
    assert "Traceback" not in log.read_text()
