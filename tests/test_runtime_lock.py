"""requirements.lock alone is enough: everything that Octavo runs starts where nothing else is installed.

The other tests run where the development packages are too, and cannot see that one is missing.
"""

import fcntl
import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from django.apps import apps
from django.core.management import get_commands

from settings.env import ROOT
from tests.conftest import new_database, running
from tests.support.servers import free_port

pytestmark = pytest.mark.xdist_group("runtime")
LOCK = ROOT / "requirements.lock"
VENV = ROOT / ".venv-runtime"
SAMPLE = str(ROOT / "books" / "importing" / "sample" / "classics.ndjson")
COMMANDS = {
    "migrate": ["--no-input"],
    "import_books": [SAMPLE],
    "reindex": [],
    "duplicates": [],
    "create_key": ["--help"],
    "serve": ["--help"],
    "flush": ["--no-input"],
}
"""Every management command of Octavo, in an order in which they can be run, with what to run it with."""
TRANSPORTS = """
import json
from core.celery import app
urls = ["amqp://a//", "amqps://a//", "redis://a/0", "rediss://a/0", "redis+socket:///a", "filesystem://localhost"]
print(json.dumps([type(app.connection_for_write(url).transport).__module__ for url in urls]))
"""


def _installed(stamp):
    return (VENV / "installed").exists() and (VENV / "installed").read_text() == stamp


@pytest.fixture(scope="session")
def python():
    """The interpreter of an environment with the lock's packages and no other: made once for each lock file."""
    stamp = sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()
    with LOCK.open() as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not _installed(stamp):
            subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
            pip = [str(VENV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
            subprocess.run([*pip, "--require-hashes", "-r", str(LOCK)], check=True)
            (VENV / "installed").write_text(stamp)
    return str(VENV / "bin" / "python")


@contextmanager
def machine(folder, python, name):
    """(environment, current folder) of a machine that has only the runtime: either size, by the lane."""
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    redis = os.environ.get("REDIS_URL", "")
    with new_database(folder, name) as url:
        yield (
            {
                "PATH": f"{Path(python).parent}:/usr/bin:/bin",
                "PYTHONPATH": str(ROOT),
                "PYTHONDONTWRITEBYTECODE": "1",
                "DJANGO_SETTINGS_MODULE": "settings.prod" if redis else "settings.dev",
                "SECRET_KEY": "for-the-tests-only-0123456789-abcdefghijklmnopqrstuvwxyz",
                "ALLOWED_HOSTS": "localhost,127.0.0.1",
                "PUBLIC_URL": "http://localhost",
                "CLIENT_ADDRESS": "peer",
                "DATABASE_URL": url,
                "REDIS_URL": urlsplit(redis)._replace(path="/12").geturl() if redis else "",
                "BROKER_URL": urlsplit(redis)._replace(path="/11").geturl() if redis else "",
                "DATA_DIR": str(folder / "data"),
                "PORT": str(free_port()),
                "WEB_CONCURRENCY": "1",
            },
            elsewhere,
        )


def run(python, place, *arguments):
    """What a program printed; AssertionError with all of it unless it ended with status 0."""
    env, folder = place
    done = subprocess.run([python, *arguments], cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{arguments}:\n{done.stdout}{done.stderr}"
    return done.stdout


@contextmanager
def started(python, place, log, up, *arguments):
    """Run a program until the end of the block, from when `up()` is true; it must end with status 0 after a SIGTERM."""
    env, folder = place
    with running([python, *arguments], env, log, up, cwd=folder) as process:
        yield
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0, log.read_text()
    assert "Traceback" not in log.read_text()


def says(log, sign):
    """Whether a program's output has `sign` in it, to be asked again and again."""
    return lambda: sign in log.read_text()


def test_every_command_runs(python, tmp_path):
    ours = {app.name for app in apps.get_app_configs() if Path(app.path).parent == ROOT}
    assert {name for name, app in get_commands().items() if app in ours} == set(COMMANDS)
    with machine(tmp_path, python, "commands") as place:
        for name, arguments in COMMANDS.items():
            run(python, place, str(ROOT / "manage.py"), name, *arguments)
        run(python, place, str(ROOT / "manage.py"), "check")
        assert list(place[1].iterdir()) == []


def test_the_web_server_the_worker_and_beat_start_and_leave_nothing_where_they_are_started(python, tmp_path):
    celery = ("-m", "celery", "-A", "core.celery")
    with machine(tmp_path, python, "programs") as place:
        env, folder = place
        run(python, place, str(ROOT / "manage.py"), "migrate", "--verbosity", "0")
        gunicorn = ("-m", "gunicorn", "-c", str(ROOT / "deploy" / "gunicorn.conf.py"), "core.asgi:application")
        log = tmp_path / "web.log"
        with started(python, place, log, says(log, "Started server process"), *gunicorn):
            assert httpx.get(f"http://127.0.0.1:{env['PORT']}/health/ready").json()["status"] == "ok"
            run(python, place, "-m", "deploy.healthy")
        log = tmp_path / "worker.log"
        worker = (*celery, "worker", "--concurrency=1", "--loglevel=info")
        with started(python, place, log, says(log, " ready."), *worker):
            run(python, place, *celery, "call", "books.tasks.sweep")
            if env["REDIS_URL"]:
                assert "pong" in run(python, place, *celery, "--quiet", "inspect", "ping")
        # Beat's handler of SIGTERM writes the schedule: before the schedule is open it would open it a second time.
        log = tmp_path / "beat.log"
        with started(python, place, log, says(log, "Ticking with max interval"), *celery, "beat", "--loglevel=debug"):
            assert list(Path(env["DATA_DIR"]).glob("celerybeat-*"))
            assert list(folder.iterdir()) == []
        assert list(folder.iterdir()) == []


def test_serve_starts_everything(python, tmp_path):
    with machine(tmp_path, python, "serve") as place:
        log = tmp_path / "serve.log"
        with started(python, place, log, says(log, "Octavo is ready"), str(ROOT / "manage.py"), "serve"):
            books = httpx.get(f"http://127.0.0.1:{place[0]['PORT']}/api/v1/books/")
            assert books.json()["count"] == 845
        assert list(place[1].iterdir()) == []


def test_every_kind_of_broker_that_the_environment_may_name_can_be_spoken_to(python, tmp_path):
    with machine(tmp_path, python, "brokers") as place:
        modules = json.loads(run(python, place, "-c", TRANSPORTS))
    assert set(modules) == {f"kombu.transport.{name}" for name in ("pyamqp", "redis", "filesystem")}
