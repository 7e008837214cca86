"""Runs pytest with one kind of servers or tools: `python -m tests.support.run_tests sqlite|postgres|clients …`.

With CI=true a lane whose servers or tools cannot be had is a failure, else it is skipped in one loud line.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType

from core.server.supervisor import follow
from tests.clients.tools import prepare
from tests.support.servers import Unavailable, postgres, redis_server

# Two processes: the tests wait for servers often enough for that to help on two cores and on more.
# Tests that share something costly carry its name as their group and stay in one process.
WORKERS = ("gw0", "gw1")
PARALLEL = ("-n", str(len(WORKERS)), "--dist", "loadgroup")


@contextmanager
def sqlite_lane() -> Iterator[dict[str, str]]:
    """The environment of a lane with nothing but files."""
    yield {"DATABASE_URL": "", "REDIS_URL": "", "BROKER_URL": ""}


@contextmanager
def postgres_lane() -> Iterator[dict[str, str]]:
    """The environment of a lane with Redis and, for each process, a PostgreSQL that nobody else writes to."""
    with ExitStack() as servers:
        environment = {"REDIS_URL": servers.enter_context(redis_server()), "BROKER_URL": ""}
        for worker in WORKERS:
            environment[f"DATABASE_URL_{worker.upper()}"] = servers.enter_context(postgres())
        yield {**environment, "DATABASE_URL": environment["DATABASE_URL_GW0"]}


@contextmanager
def clients_lane() -> Iterator[dict[str, str]]:
    """The environment of the sqlite lane, with the clients' tools installed."""
    prepare()
    with sqlite_lane() as environment:
        yield environment


LANES = {"sqlite": sqlite_lane, "postgres": postgres_lane, "clients": clients_lane}


def run(lane: str, arguments: list[str]) -> int:
    """pytest's exit status in that lane."""
    with LANES[lane]() as servers, tempfile.TemporaryDirectory(prefix="octavo-") as folder:
        print(f"Testing on {lane}: {servers['DATABASE_URL'] or 'files'}", flush=True)
        environment = {**os.environ, **servers, "DATA_DIR": folder}
        # A database given from outside there is only once.
        shared = lane == "postgres" and servers["DATABASE_URL"] == os.environ.get("DATABASE_URL")
        command = [sys.executable, "-m", "pytest", *(() if shared else PARALLEL), *arguments]
        process = subprocess.Popen(command, env=environment, preexec_fn=follow(os.getpid(), signal.SIGINT))

        def interrupt(number: int, frame: FrameType | None) -> None:
            # The terminal's Ctrl-C reaches pytest by itself; it tidies up after that signal only.
            if number == signal.SIGTERM:
                process.send_signal(signal.SIGINT)

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, interrupt)
        return process.wait()


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def main(lane: str, *arguments: str) -> int:
    """The exit status of the lane."""
    signal.signal(signal.SIGTERM, _leave)
    # A shell starts what runs in the background deaf to it, and pytest would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return run(lane, list(arguments))
    except Unavailable as reason:
        required = os.environ.get("CI", "").lower() in ("1", "true")
        print(f"!!! {'FAILED' if required else 'SKIPPED'}: the {lane} lane did not run: {reason}", file=sys.stderr)
        return int(required)


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in LANES:
        sys.exit(f"usage: python -m tests.support.run_tests {'|'.join(LANES)} [pytest's arguments]")
    sys.exit(main(*sys.argv[1:]))
