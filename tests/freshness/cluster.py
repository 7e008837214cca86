"""A PostgreSQL that can be killed, restarted, copied and promoted."""

import functools
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from core.server.supervisor import follow
from tests.support import servers

# A process that dies loses nothing that the kernel has: fsync matters for power cuts alone.
_OPTIONS = (
    "listen_addresses=127.0.0.1", "max_connections=200", "autovacuum=off", "fsync=off", "synchronous_commit=on",
    "wal_level=replica", "hot_standby=on",
)  # fmt: skip


class Cluster:
    """One server on a port that stays, over data that may be changed for other data."""

    def __init__(self, folder: Path, programs: Path, user: str | None) -> None:
        self.folder, self.programs, self.user = folder, programs, user
        self.port = servers.free_port()
        self.data = folder / "data"
        self.admin = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        self.url = f"postgres://octavo@127.0.0.1:{self.port}/octavo"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers."""
        command = [f"{self.programs}/postgres", "-D", str(self.data), "-k", str(self.folder), "-p", str(self.port)]
        command += [word for option in _OPTIONS for word in ("-c", option)]
        log = self.folder / "server.log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True,
                user=self.user, extra_groups=[] if self.user else None,
                preexec_fn=follow(os.getpid(), signal.SIGQUIT),
            )  # fmt: skip
        servers.wait_until(functools.partial(self._answers), self._process, log)

    def stop(self, sign: signal.Signals = signal.SIGINT) -> None:
        """SIGINT is `-m fast`, SIGQUIT `-m immediate`."""
        if self._process:
            self._process.send_signal(sign)
            self._process.wait(30)
            self._process = None

    def backup(self, name: str) -> Path:
        """A standby's data as of now."""
        target = self.folder / name
        self._run("pg_basebackup", "-d", self.admin, "-D", str(target), "-X", "stream", "-c", "fast")
        (target / "standby.signal").touch()
        if self.user:
            shutil.chown(target / "standby.signal", self.user)
        return target

    def promote(self) -> None:
        """Make the standby a primary."""
        self._run("pg_ctl", "promote", "-D", str(self.data), "-w")

    def snapshot(self) -> str:
        """The text of the current snapshot, asked by a superuser on the side."""
        return str(self.row("SELECT pg_current_snapshot()::text", self.admin))

    def row(self, statement: str, url: str = "") -> Any:
        """The first value of the first row of a statement that commits."""
        with psycopg.connect(url or self.url, autocommit=True) as connection:
            found = connection.execute(statement)
            return found.fetchall()[0][0] if found.description else None

    def _answers(self) -> bool:
        with psycopg.connect(self.admin, connect_timeout=2) as connection:
            return connection.execute("SELECT 1").fetchone() is not None

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [f"{self.programs}/{program}", *arguments], cwd=self.folder, capture_output=True, text=True, check=False,
            user=self.user, extra_groups=[] if self.user else None,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A new, running cluster with a role and a database `octavo`. Raises servers.Unavailable."""
    programs = servers._postgres_programs()
    if not programs:
        raise servers.Unavailable("no PostgreSQL server (initdb)")
    with servers._folder(user := servers._unprivileged()) as folder:
        servers._initialise(programs, folder, user)
        made = Cluster(folder, programs, user)
        made.start()
        try:
            made.row("CREATE ROLE octavo LOGIN CREATEDB", made.admin)
            made.row("CREATE DATABASE octavo OWNER octavo", made.admin)
            yield made
        finally:
            made.stop(signal.SIGQUIT)


def burn_to(made: Cluster, text: str) -> None:
    """Commit nothing of interest until the snapshot's text is `text`. AssertionError if it went past."""
    wanted = int(text.split(":")[1])
    deadline = time.monotonic() + 30
    while (here := int(made.snapshot().split(":")[1])) < wanted:
        assert time.monotonic() < deadline
        made.row("SELECT pg_current_xact_id()::text", made.admin)
    assert here == wanted, f"{made.snapshot()} is past {text}"
