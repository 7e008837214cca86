"""Restarts under load: no request is lost when a server is replaced, and reads come back with the database."""

import functools
import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import httpx
import pytest

from tests.conftest import ROOT, manage, new_database
from tests.support import servers
from tests.support.servers import free_port, wait_until

ON_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")
READERS = 6
PATHS = ("/api/v1/books/", "/health/live", "/api/v1/categories/tree/")


def within(condition, seconds: float = 30) -> bool:
    """Whether `condition()` comes true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


class Node:
    """One of two servers over one database; restarted as a deployment does it, with SIGTERM."""

    def __init__(self, env: dict[str, str], log) -> None:
        self.port = free_port()
        self.env = {**env, "PORT": str(self.port)}
        self.log = log

    def start(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "core.asgi:application"]
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.env, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
            )
        wait_until(lambda: self.ready() == 200, self.process, self.log)

    def ready(self) -> int:
        return httpx.get(f"http://127.0.0.1:{self.port}/health/ready").status_code

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(60)

    def workers(self) -> list[int]:
        listing = ["ps", "-o", "pid=", "--ppid", str(self.process.pid)]
        return [int(pid) for pid in subprocess.run(listing, capture_output=True, text=True, check=True).stdout.split()]


@dataclass
class Load:
    """Clients that keep their connections, each on a thread of its own, and what became of what they asked.

    A GET is sent once more, to the other server if there is one, when nobody listened or when a connection was closed
    before the first byte of an answer, as HTTP lets every client. Nothing else is forgiven. The system resets
    connections made between a server's last look at who waits and the end of its listening, however short that is:
    tests/core/server/test_worker.py holds that nobody who waited before is reset.
    """

    ports: list[int]
    outcomes: Counter[str] = field(default_factory=Counter)
    ended: threading.Event = field(default_factory=threading.Event)

    def read(self, number: int) -> None:
        connections: dict[int, http.client.HTTPConnection] = {}
        turn = number
        while not self.ended.is_set():
            turn += 1
            self.outcomes[self.once(connections, turn)] += 1
        for connection in connections.values():
            connection.close()

    def once(self, connections: dict[int, http.client.HTTPConnection], turn: int) -> str:
        for attempt in (0, 1):
            port = self.ports[(turn + attempt) % len(self.ports)]
            connection = connections.setdefault(port, http.client.HTTPConnection("127.0.0.1", port, timeout=60))
            try:
                connection.request("GET", PATHS[turn % len(PATHS)])
                response = connection.getresponse()
            except ConnectionError:
                # RemoteDisconnected is one: nothing of an answer had come.
                connection.close()
                self.outcomes["tried again"] += 1
                continue
            try:
                response.read()
            except (http.client.HTTPException, OSError) as error:
                return f"cut short: {error!r}"
            return str(response.status)
        return "refused twice"


@contextmanager
def load(ports: list[int]):
    asking = Load(ports)
    threads = [threading.Thread(target=asking.read, args=(number,)) for number in range(READERS)]
    for thread in threads:
        thread.start()
    try:
        yield asking
    finally:
        asking.ended.set()
        for thread in threads:
            thread.join(90)


@contextmanager
def started(folder, url, number, **variables):
    """That many servers over the database at `url`."""
    own = {"DATA_DIR": str(folder), "DATABASE_URL": url, "REDIS_URL": "", "WEB_CONCURRENCY": "2"}
    env = {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "settings.dev", **variables}
    manage(env, "migrate", "--verbosity", "0")
    nodes = [Node(env, folder / f"node{each}.log") for each in range(number)]
    try:
        for node in nodes:
            node.start()
        yield nodes
    finally:
        for node in nodes:
            node.stop()


@pytest.fixture
def nodes(tmp_path):
    with new_database(tmp_path, "restarts") as url, started(tmp_path, url, 2) as pair:
        yield pair


class OwnPostgres:
    """A PostgreSQL that the test may stop and start."""

    def __init__(self, programs, folder, user) -> None:
        self.folder, self.user, self.port = folder, user, free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        self.command = [f"{programs}/postgres", "-D", f"{folder}/data", "-k", str(folder), "-p", str(self.port)]
        self.running = ExitStack()

    def start(self) -> None:
        answers = functools.partial(servers._postgres_answers, self.url)
        self.running.enter_context(servers._running(self.command, self.folder, answers, self.user, signal.SIGINT))

    def stop(self) -> None:
        self.running.close()


@pytest.fixture
def own_postgres():
    programs, user = servers._postgres_programs(), servers._unprivileged()
    if not ON_POSTGRES or not programs:
        pytest.skip("needs PostgreSQL's own programs")
    with servers._folder(user) as folder:
        servers._initialise(programs, folder, user)
        server = OwnPostgres(programs, folder, user)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def restarted(nodes: list[Node], times: int) -> Counter[str]:
    with load([node.port for node in nodes]) as asking:
        for number in range(times):
            node = nodes[number % 2]
            assert node.stop() == 0
            node.start()
    return asking.outcomes


def failures(outcomes: Counter[str]) -> dict[str, int]:
    return {name: number for name, number in outcomes.items() if name not in ("200", "tried again")}


def test_no_request_is_lost_while_servers_are_replaced(nodes):
    outcomes = restarted(nodes, 2)
    assert outcomes["200"] > 100
    assert failures(outcomes) == {}


@pytest.mark.soak
def test_no_request_is_lost_in_ten_restarts(nodes):
    outcomes = restarted(nodes, 10)
    print(outcomes)
    assert outcomes["200"] > 1000
    assert failures(outcomes) == {}


def test_no_request_is_lost_while_workers_are_replaced(nodes):
    node = nodes[0]
    with load([node.port]) as asking:
        for _ in range(2):
            for worker in node.workers():
                os.kill(worker, signal.SIGTERM)
                assert within(lambda worker=worker: worker not in node.workers() and len(node.workers()) == 2)
                time.sleep(1)
    assert asking.outcomes["200"] > 100
    assert failures(asking.outcomes) == {}


def test_a_server_told_to_end_says_so_and_answers_until_load_balancers_have_noticed(tmp_path):
    with (
        new_database(tmp_path, "drain") as database,
        started(tmp_path, database, 1, DRAIN_SECONDS="6", WEB_CONCURRENCY="1") as (node,),
    ):
        url = f"http://127.0.0.1:{node.port}"
        node.process.terminate()
        assert within(lambda: node.ready() == 503)
        ready = httpx.get(f"{url}/health/ready")
        assert ready.json() == {"status": "unavailable", "problems": ["draining"]}
        assert (ready.headers["Retry-After"], ready.headers["Connection"]) == ("5", "close")
        assert httpx.get(f"{url}/api/v1/books/").status_code == 200
        assert httpx.get(f"{url}/health/live").status_code == 200
        assert node.process.wait(30) == 0
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{url}/health/live")


def test_no_read_fails_after_a_restart_of_the_database(tmp_path, own_postgres):
    with started(tmp_path, own_postgres.url, 1, THREADS="3") as (node,):
        url = f"http://127.0.0.1:{node.port}"
        with httpx.Client(base_url=url, timeout=30) as client:
            for _ in range(2):
                with load([node.port]) as asking:
                    assert within(lambda asking=asking: asking.outcomes["200"] > 100)
                assert failures(asking.outcomes) == {}
                own_postgres.stop()
                away = client.get("/api/v1/books/")
                assert (away.status_code, away.json()["code"]) == (503, "unavailable")
                assert away.headers["Retry-After"]
                assert client.get("/health/ready").status_code == 503
                assert client.get("/health/live").status_code == 200
                own_postgres.start()
                assert [client.get(path).status_code for path in PATHS * 20] == [200] * 60


def test_no_read_fails_when_its_connections_died_unnoticed(tmp_path, own_postgres):
    with started(tmp_path, own_postgres.url, 1, THREADS="3") as (node,):
        with load([node.port]) as asking:
            assert within(lambda: asking.outcomes["200"] > 100)
        own_postgres.stop()
        own_postgres.start()
        # Every thread still holds the connection it had before.
        with load([node.port]) as asking:
            assert within(lambda: asking.outcomes["200"] > 100)
        assert failures(asking.outcomes) == {}
