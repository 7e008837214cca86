"""Runs pytest with one kind of servers or tools: `python -m tests.support.run_tests sqlite|postgres|clients …`.

A lane is the kind of servers or tools that the tests run with. If they cannot be had, the lane is skipped with one loud
line, and with CI=true it fails.
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

# Two processes: the tests often wait for servers, so two are faster, on two cores too.
# Tests that share a costly fixture have its name as their group and run in one process.
WORKERS = ("gw0", "gw1")
PARALLEL = ("-n", str(len(WORKERS)), "--dist", "loadgroup")


@contextmanager
def sqlite_lane() -> Iterator[dict[str, str]]:
    """The environment of the SQLite lane, which has no servers."""
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
        # There is only one database if DATABASE_URL names it: run one process.
        shared = lane == "postgres" and servers["DATABASE_URL"] == os.environ.get("DATABASE_URL")
        command = [sys.executable, "-m", "pytest", *(() if shared else PARALLEL), *arguments]
        process = subprocess.Popen(command, env=environment, preexec_fn=follow(os.getpid(), signal.SIGINT))

        def interrupt(number: int, frame: FrameType | None) -> None:
            # pytest gets the terminal's Ctrl-C itself; it cleans up after SIGINT, not after SIGTERM.
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
    # A shell starts background jobs with SIGINT ignored, and pytest would inherit that.
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
