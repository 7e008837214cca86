"""What the checker runs on: nodes over one database, writers, readers, and what they came to."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from core.server.supervisor import follow
from tests.conftest import ROOT, manage, running
from tests.freshness.shared_counters import BOOKS, READERS, SharedCounters
from tests.support.servers import free_port

KINDS = ("save", "patch", "savepoints", "batch", "bulk", "driver", "psql", "import")
_PROCESSES = 4
_METRIC = re.compile(r"^octavo_cache_(\w+?)(?:_total)? ([0-9.e+]+)$", re.MULTILINE)


@dataclass
class Node:
    """One gunicorn."""

    port: int
    process: "subprocess.Popen[bytes]"
    log: Path

    def counts(self) -> dict[str, float]:
        """What its caches counted. Raises httpx.TransportError."""
        text = httpx.get(f"http://127.0.0.1:{self.port}/metrics", timeout=5).text
        return {name: float(value) for name, value in _METRIC.findall(text)}

    def workers(self) -> list[int]:
        """Its workers' processes."""
        listing = ["ps", "-o", "pid=", "--ppid", str(self.process.pid)]
        return [int(pid) for pid in subprocess.run(listing, capture_output=True, text=True, check=True).stdout.split()]


@dataclass
class CheckedCluster:
    """Two nodes, shared counters, and whoever writes and reads."""

    folder: Path
    env: dict[str, str]
    nodes: list[Node]
    books: list[int]
    pause: float
    counters: SharedCounters = field(init=False)
    writers: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    readers: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.counters = SharedCounters(self.folder / "counters")

    def run(self, module: str, *arguments: object) -> "subprocess.Popen[bytes]":
        """Start a program of the checker."""
        command = [
            sys.executable,
            "-m",
            f"tests.freshness.{module}",
            str(self.folder / "counters"),
            *map(str, arguments),
        ]
        with (self.folder / f"{module}.log").open("ab") as log:
            return subprocess.Popen(
                command, cwd=ROOT, env=self.env, stdout=log, stderr=log, preexec_fn=follow(os.getpid())
            )

    def manage(self, *arguments: str) -> str:
        """Run `manage.py` on the nodes' database; returns its output."""
        return manage(self.env, *arguments)

    def write(self, number: int) -> "subprocess.Popen[bytes]":
        """Start writer `number`."""
        return self.run("writers", number, self.books[number], KINDS[number], self.pause)

    def begin(self) -> None:
        """Let writers write and readers read."""
        self.writers = [self.write(number) for number in range(BOOKS)]
        deadline = time.monotonic() + 60
        while not all(self.counters.acked()):
            assert time.monotonic() < deadline, self.log_of("writers")
            time.sleep(0.05)
        each = READERS // _PROCESSES
        ids, ports = ",".join(map(str, self.books)), [node.port for node in self.nodes]
        self.readers = [self.run("readers", first, each, ids, *ports) for first in range(0, READERS, each)]

    def end(self) -> None:
        """Stop everybody; AssertionError if somebody failed of itself."""
        self.counters.stop()
        statuses = [process.wait(30) for process in (*self.writers, *self.readers)]
        assert not any(statuses), self.log_of("writers") + self.log_of("readers")

    def log_of(self, module: str) -> str:
        """What those programs wrote, the end of it."""
        log = self.folder / f"{module}.log"
        return log.read_text()[-3000:] if log.exists() else ""

    def counts(self) -> dict[str, float]:
        """What all caches counted, after the last counts were handed over."""
        time.sleep(1)
        each = [node.counts() for node in self.nodes]
        return {name: sum(counts[name] for counts in each) for name in each[0]}

    def hit_rate(self, before: dict[str, float], after: dict[str, float]) -> float:
        """The share of answers since `before` that came from memory."""
        told = {name: after[name] - before[name] for name in ("hits", "misses", "shared", "aside")}
        return told["hits"] / max(1, sum(told.values()))


@contextmanager
def checked_cluster(
    folder: Path,
    url: str,
    *,
    workers: int = 2,
    pause: float = 1.0,
    bug: str | None = None,
    redis: str = "",
    variables: dict[str, str] | None = None,
) -> Iterator[CheckedCluster]:
    """Two nodes over the database at `url` until the end of the block; with `bug` they have one of bugs.py's."""
    env = {
        **os.environ, "DATABASE_URL": url, "REDIS_URL": redis, "DATA_DIR": str(folder), "RESPONSE_CACHE": "on",
        "WEB_CONCURRENCY": str(workers), "DJANGO_SETTINGS_MODULE": "settings.dev",
        **(variables or {}),
    }  # fmt: skip
    entry = "core.asgi:application"
    if bug is not None:
        env, entry = {**env, "FRESHNESS_BUG": bug}, "tests.freshness.bugs:application"
    manage(env, "migrate", "--verbosity", "0")
    seeded = subprocess.run(
        [sys.executable, "-m", "tests.freshness.writers", "seed"],
        cwd=ROOT, env=env, capture_output=True, text=True, check=True,
    )  # fmt: skip
    *books, key = seeded.stdout.split()
    with ExitStack() as stack:
        nodes = [stack.enter_context(_node(folder, env, entry, number)) for number in range(2)]
        env |= {"NODES": " ".join(f"http://127.0.0.1:{node.port}" for node in nodes), "WRITER_KEY": key}
        acting = CheckedCluster(folder, env, nodes, [*map(int, books)], pause)
        try:
            yield acting
        finally:
            acting.counters.stop()
            for process in (*acting.writers, *acting.readers):
                process.kill()
                process.wait()


@contextmanager
def _node(folder: Path, env: dict[str, str], entry: str, number: int) -> Iterator[Node]:
    port, log = free_port(), folder / f"node-{number}.log"
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", entry]
    live = f"http://127.0.0.1:{port}/health/live"
    with running(command, {**env, "PORT": str(port)}, log, lambda: httpx.get(live).is_success) as process:
        yield Node(port, process, log)
