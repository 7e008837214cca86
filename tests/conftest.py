"""Fixtures of many tests: clients, and real servers with databases of their own."""

import csv
import functools
import gzip
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import psycopg
import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections
from pytest_django import DjangoDbBlocker
from rest_framework.test import APIClient

from core.accounts.middleware import CredentialsMiddleware
from core.cache.middleware import ResponseCacheMiddleware
from core.http.refusals import REFUSAL
from core.limits import sign_ins
from core.server.django_stack import DjangoStack
from core.server.supervisor import follow
from core.server.worker import POSTGRESQL_OPTIONS
from settings.values import database
from tests.support.asgi import Reply, ask
from tests.support.servers import free_port, wait_until

ROOT = Path(settings.BASE_DIR)
SHARED_DATA = ROOT.parent / "shared" / "data"
SAMPLE = ROOT / "books" / "importing" / "sample" / "classics.ndjson"
CATALOGUES = ("gutenberg/pg_catalog_2026-06.csv.gz", "goodbooks/books.csv")


@dataclass(frozen=True)
class Server:
    """A running Octavo: gunicorn with two workers, as in production."""

    url: str
    env: dict[str, str]

    def manage(self, *arguments: str) -> str:
        """Run `manage.py` on the server's own database; returns its output."""
        return manage(self.env, *arguments)

    def get(self, path: str, **options: Any) -> httpx.Response:
        """GET `path` (or a whole URL) on a new connection."""
        return httpx.get(path if "://" in path else self.url + path, timeout=30, **options)


@pytest.fixture(autouse=True)
def own_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Failed sign-ins and reset mails counted for each test by itself: tests use the same few addresses."""
    salt, name = uuid4().hex, sign_ins._name
    monkeypatch.setattr(sign_ins, "_name", lambda email: salt + name(email))


@pytest.fixture
def api() -> APIClient:
    """A client in this process: fast, sees the test's transaction, raises exceptions that a view does not handle."""
    return APIClient()


@pytest.fixture
def through_cache() -> Iterator[Callable[..., Reply]]:
    """Asks Django through the response cache, inside the process; stores nothing, as the test is in a transaction."""
    # As Django's own test clients do: a request's end would close the connection that the test is on.
    signals = (request_started, request_finished)
    for signal_ in signals:
        signal_.disconnect(close_old_connections)
    yield async_to_sync(functools.partial(ask, whole_application(enabled=False)))
    for signal_ in signals:
        signal_.connect(close_old_connections)


def whole_application(*, enabled: bool) -> CredentialsMiddleware:
    """What core.asgi serves, but for the Handler: Django runs on the test's own thread, and sees its transaction."""

    async def run(function: Callable[[], Any]) -> Any:
        return await sync_to_async(function)()

    django, stack = get_asgi_application(), DjangoStack()

    async def handle(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != REFUSAL:
            await django(scope, receive, send)
            return
        answer = await sync_to_async(stack.refusal)(scope, scope["status"])
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": answer.body})

    cache = ResponseCacheMiddleware(handle, enabled=enabled)
    return CredentialsMiddleware(cache, cache.generation, run)


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server with an empty database; tests may write to it, so each may rely on its own rows only."""
    with serving(tmp_path_factory.mktemp("live"), "live") as server:
        yield server


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server with two whole catalogues, loaded while it ran; for reading only."""
    missing = [name for name in CATALOGUES if not (SHARED_DATA / name).exists()]
    if missing:
        pytest.skip(f"needs the real catalogues: {SHARED_DATA / missing[0]} is not here")
    with serving(tmp_path_factory.mktemp("real"), "real") as server:
        for name in CATALOGUES:
            server.manage("import_books", str(SHARED_DATA / name))
        if (url := server.env["DATABASE_URL"]).startswith("postgres"):
            # Autovacuum would do this within a minute, but tests read query plans now.
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("VACUUM (ANALYZE)")
        yield server


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server with the sample catalogue that a new user gets; for reading only."""
    with serving(tmp_path_factory.mktemp("sample"), "sample") as server:
        server.manage("import_books", str(SAMPLE))
        yield server


@pytest.fixture
def real_db(real: Server, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Django's default connection of this process, on the database of `real`, unable to write."""
    usual = connections["default"]
    given = usual.settings_dict
    name = database(real.env["DATABASE_URL"])["NAME"]
    options = dict(given["OPTIONS"])
    if usual.vendor == "sqlite":
        options["init_command"] += "PRAGMA query_only=ON;"
    else:
        options["options"] = f"-c default_transaction_read_only=on {POSTGRESQL_OPTIONS}"
    connections["default"] = type(usual)({**given, "NAME": name, "OPTIONS": options}, "default")
    try:
        with django_db_blocker.unblock():
            yield
            connections["default"].close()
    finally:
        connections["default"] = usual


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """Django's test database, removed with everything that belongs to it."""
    connection = connections["default"]
    yield
    if connection.vendor == "sqlite":
        # SQLite leaves these files while a connection to the database is open.
        for name in ("-wal", "-shm"):
            Path(f"{connection.settings_dict['NAME']}{name}").unlink(missing_ok=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run all tests that use one server with a catalogue in one process, so that it is loaded once."""
    for item in items:
        for name in {"real", "sample"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group(name))


def part_of(path: Path, folder: Path, step: int) -> Path:
    """The catalogue at `path`, a CSV file; with a step above 1 a file in `folder` with every `step`-th of its records.

    They are those whose number, the first column, the step divides: the same of two months' files.
    """
    if step == 1:
        return path
    part, read = folder / f"{step}-{path.name.removesuffix('.gz')}", gzip.open if path.suffix == ".gz" else open
    with read(path, "rt", encoding="utf-8", newline="") as whole, part.open("w", encoding="utf-8", newline="") as file:
        rows = csv.reader(whole)
        writer = csv.writer(file)
        writer.writerow(next(rows))
        writer.writerows(row for row in rows if int(row[0]) % step == 0)
    return part


def manage(env: dict[str, str], *arguments: str) -> str:
    """Run `manage.py`; returns its output. AssertionError with all of it when it fails."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"manage.py {' '.join(arguments)}:\n{done.stdout}{done.stderr}"
    return done.stdout


@contextmanager
def serving(folder: Path, name: str, **variables: str) -> Iterator[Server]:
    """Run a server over a new, migrated database until the end of the block."""
    port = free_port()
    with new_database(folder, name) as url:
        own = {"DATA_DIR": str(folder), "DATABASE_URL": url, "REDIS_URL": _redis_database(name), "PORT": str(port)}
        env = {**os.environ, **own, "WEB_CONCURRENCY": "2", "DJANGO_SETTINGS_MODULE": "settings.dev", **variables}
        manage(env, "migrate", "--verbosity", "0")
        server = Server(f"http://127.0.0.1:{port}", env)
        command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "core.asgi:application"]
        with running(command, env, folder / "server.log", lambda: server.get("/health/live").is_success):
            yield server


@contextmanager
def running(
    command: list[str], env: dict[str, str], log: Path, answers: Any, *, cwd: Path = ROOT
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a program until the end of the block, then stop it; RuntimeError with its log if it does not start."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            start_new_session=True, preexec_fn=follow(os.getpid()),
        )  # fmt: skip
    try:
        wait_until(answers, process, log)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def new_database(folder: Path, name: str) -> Iterator[str]:
    """The URL of a new, empty database of the lane's kind: a file in `folder`, or one on the lane's PostgreSQL."""
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        yield f"sqlite:///{folder / 'catalogue.sqlite3'}"
        return
    own = f"octavo_{name}_{os.getpid()}"
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {own}")
    try:
        yield urlsplit(given)._replace(path=f"/{own}").geturl()
    finally:
        with psycopg.connect(given, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {own} WITH (FORCE)")


def _redis_database(name: str) -> str:
    """The URL of a Redis database for one server of this process: two must share neither cached values nor tasks."""
    given = os.environ.get("REDIS_URL", "")
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    names = ("live", "real", "sample", "mail", "accounts", "writing", "limits")
    number = 1 + (len(names) * worker + (names.index(name) if name in names else 0)) % 15
    return urlsplit(given)._replace(path=f"/{number}").geturl() if given else ""
