"""The servers compared, how each is started, and starting and stopping them: by pid, never by name."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from benchmarks.machine import resident
from core.server.supervisor import follow
from settings.env import ROOT, cores
from tests.support.servers import free_port

PUBLIC_URL = "http://books.example.org"
"""The beginning of URLs in responses, the same whatever port a server has, so that responses can be compared."""
HOST = {"Host": "books.example.org"}
LIST = "/api/v1/books/"
START_SECONDS = 30
STOP_SECONDS = 15
BIN = Path(sys.executable).parent
WORKERS = 2 * cores() + 1
UVICORN = ("--no-access-log", "--no-proxy-headers", "--no-server-header", "--loop", "uvloop", "--http", "httptools")
GUNICORN = (f"{BIN}/gunicorn", "--bind", "127.0.0.1:{port}", "--log-level", "warning", "--no-control-socket")


@dataclass(frozen=True)
class Server:
    """One server: its command, with `{port}` to be filled in, and the variables added to its environment."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    sqlite: bool = False
    page: str = LIST
    """The path of its list of books."""
    exact: bool = True
    """Whether its responses must equal Octavo's before it is timed."""


def _octavo(name: str, *, workers: int = 1, cache: bool = True, sqlite: bool = False, limit: str = "off") -> Server:
    command = (f"{BIN}/gunicorn", "-c", "deploy/gunicorn.conf.py", "core.asgi:application")
    environment = {
        "DJANGO_SETTINGS_MODULE": "settings.prod",
        "SECRET_KEY": "for-the-benchmark-only-0123456789-abcdefghijklmnopqrstuvwxyz",
        "ALLOWED_HOSTS": "*",
        "CLIENT_ADDRESS": "peer",
        # Far more requests come from one address than the limits of production allow.
        "RATE_LIMIT_ANON": limit,
        "RATE_LIMIT_KEY": limit,
        "WEB_CONCURRENCY": str(workers),
        "LOG_LEVEL": "warning",
        "RESPONSE_CACHE": "on" if cache else "off",
    }
    return Server(name, command, environment, sqlite)


def _django(name: str, module: str, *, sqlite: bool = False, exact: bool = True) -> Server:
    # Persistent threads keep their connections: measured here, they beat uvicorn workers under Django's ASGI.
    command = (*GUNICORN, "--workers", "1", "--worker-class", "gthread", "--threads", "4", "benchmarks.peers.wsgi")
    environment = {"DJANGO_SETTINGS_MODULE": "benchmarks.peers.project", "PEER": f"benchmarks.peers.{module}"}
    return Server(name, command, environment, sqlite, exact=exact)


def _uvicorn(name: str, application: str, *, exact: bool = True) -> Server:
    return Server(name, (f"{BIN}/uvicorn", application, "--port", "{port}", *UVICORN), exact=exact)


BOLT = Server(
    "django-bolt",
    (sys.executable, "-m", "django", "runbolt", "--host", "127.0.0.1", "--port", "{port}", "--no-admin"),
    {"DJANGO_SETTINGS_MODULE": "benchmarks.peers.project", "PEER": "benchmarks.peers.bolt", "PEER_ASYNC": "1"},
    page="/api/v1/books",
)
SERVERS = {
    server.name: server
    for server in (
        _octavo("Octavo"),
        _octavo("Octavo, cache off", cache=False),
        _octavo("Octavo, cache off, limits on", cache=False, limit="100000000/second"),
        _octavo("Octavo, SQLite, cache off", cache=False, sqlite=True),
        _octavo("Octavo, whole machine", workers=WORKERS),
        _django("stock DRF", "stock_drf"),
        _django("stock DRF, SQLite", "stock_drf", sqlite=True),
        _django("DRF + serpy", "drf_serpy"),
        _django("django-ninja", "ninja_api"),
        BOLT,
        _uvicorn("FastAPI + SQLAlchemy", "benchmarks.peers.fastapi_sqlalchemy:app"),
        _uvicorn("ASGI + asyncpg", "benchmarks.peers.asyncpg_json:app"),
        _uvicorn("raw uvicorn", "benchmarks.peers.fixed_bytes:app", exact=False),
        Server(
            "gunicorn, same bytes",
            (
                *GUNICORN, "--workers", str(WORKERS), "--worker-class", "core.server.worker.Worker",
                "benchmarks.peers.fixed_bytes:app",
            ),
            exact=False,
        ),
        _django("Gutendex's way", "gutendex_search", exact=False),
    )
}  # fmt: skip


class Failed(Exception):
    """A server did not start or gave a wrong response; the message says which and how."""


@dataclass
class Running:
    """A server that answers, with the memory of its largest process in MiB."""

    server: Server
    process: "subprocess.Popen[bytes]"
    port: int
    idle: float = 0.0
    loaded: float = 0.0

    def url(self, path: str) -> str:
        """The URL of `path` on this server; some servers have another one for the list."""
        return f"http://127.0.0.1:{self.port}{self.server.page if path == LIST else path}"

    def get(self, path: str, **headers: str) -> httpx.Response:
        """The response to one GET, uncompressed. Raises Failed."""
        try:
            with httpx.Client(timeout=60, headers={"Accept-Encoding": "identity", **HOST, **headers}) as client:
                return client.get(self.url(path))
        except httpx.TransportError as error:
            raise Failed(f"{self.server.name}: {type(error).__name__} at {path}") from None

    def weigh(self) -> None:
        """Note the memory under load; the largest value counts."""
        self.loaded = max(self.loaded, resident(self.process.pid))


@contextmanager
def running(server: Server, environment: dict[str, str]) -> Iterator[Running]:
    """Run `server` on a free port until the end of the block. Raises Failed with the end of its log."""
    port = free_port()
    command = [word.replace("{port}", str(port)) for word in server.command]
    given = {**os.environ, "PUBLIC_URL": PUBLIC_URL, **environment, **server.environment, "PORT": str(port)}
    given["PYTHONPATH"] = str(ROOT)
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=given, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            start_new_session=True, preexec_fn=follow(os.getpid()),  # noqa: PLW1509 - no other thread runs here
        )  # fmt: skip
        started = Running(server, process, port)
        try:
            if last := _waited_for(started):
                log.seek(0)
                raise Failed(f"{server.name} did not come up ({last}): {log.read().decode(errors='replace')[-2000:]}")
            started.idle = resident(process.pid)
            yield started
        finally:
            stop(process)


def _waited_for(started: Running) -> str:
    """Wait until the list is answered; returns "" then, else the last response or error in words."""
    last, deadline = "", time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if (code := started.process.poll()) is not None:
            return f"it ended with status {code}"
        try:
            status = started.get(LIST).status_code
            if status == 200:
                return ""
            last = f"its list answers {status}"
        except Failed as failure:
            last = str(failure)
        time.sleep(0.1)
    return last


def stop(process: "subprocess.Popen[bytes]") -> None:
    """End a process that was started in a session of its own, and what it left behind there."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        pass
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()
