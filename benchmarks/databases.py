"""The databases the servers are compared on: a PostgreSQL of the benchmark's own and a SQLite file, one catalogue."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from core.server.supervisor import follow
from settings.env import ROOT
from tests.support.servers import postgres

GUTENBERG = ROOT.parent / "shared" / "data" / "gutenberg" / "pg_catalog_2026-06.csv.gz"
MIGRATE = ("manage.py", "migrate", "--verbosity", "0")
GENERATED_BOOKS = 80_000
SEED = 1
# Settings of a small database server: durable, on an SSD, with a fair share of the memory.
PRODUCTION_LIKE = (
    "shared_buffers=512MB", "effective_cache_size=2GB", "work_mem=16MB", "maintenance_work_mem=256MB",
    "wal_buffers=64MB", "max_wal_size=4GB", "random_page_cost=1.1", "effective_io_concurrency=200",
    "checkpoint_timeout=15min",
)  # fmt: skip
# The order of the page with nulls last, as the peers' ORDER BY has it.
PEERS_INDEX = "CREATE INDEX bench_order ON books_book (popularity DESC NULLS LAST, sort_title, id)"


class Failed(Exception):
    """A database could not be made; the message is the last line of output."""


@dataclass
class Loading:
    """A catalogue on its way into a database."""

    process: "subprocess.Popen[str]"
    what: str

    def wait(self) -> None:
        """Wait until it is loaded. Raises Failed."""
        said, _ = self.process.communicate()
        if self.process.returncode:
            raise Failed(f"{self.what}: {said.strip()[-2000:]}")


@contextmanager
def server() -> Iterator[str]:
    """The URL of a PostgreSQL with production-like settings; BENCH_DATABASE_URL names one that is there already."""
    given = os.environ.pop("DATABASE_URL", None)
    if given := os.environ.get("BENCH_DATABASE_URL"):
        os.environ["DATABASE_URL"] = given
    try:
        with postgres(PRODUCTION_LIKE) as url:
            yield url
    finally:
        os.environ.pop("DATABASE_URL", None)
        if given is not None:
            os.environ["DATABASE_URL"] = given


@contextmanager
def fresh(url: str, name: str) -> Iterator[str]:
    """A new database `name` beside that of `url`, dropped afterwards; one that is there is refused. Raises Failed."""
    with _connected(url) as connection:
        try:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        except psycopg.errors.DuplicateDatabase:
            raise Failed(f"the database {name} is there already: drop it if nobody needs it") from None
    try:
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
    finally:
        with _connected(url) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def version(url: str) -> str:
    """The server's version, such as 15.9."""
    with _connected(url) as connection:
        return str(connection.info.parameter_status("server_version")).split()[0]


def books(url: str) -> int:
    """How many books there are."""
    with _connected(url) as connection:
        row = connection.execute("SELECT count(*) FROM books_book").fetchone()
    return int(row[0]) if row else 0


def vacuum(url: str) -> None:
    """Bring PostgreSQL's statistics and visibility maps up to date, as autovacuum would in time."""
    with _connected(url) as connection:
        connection.execute("VACUUM ANALYZE")


def _connected(url: str) -> "psycopg.Connection":
    return psycopg.connect(url, autocommit=True, connect_timeout=5)


def environment(url: str, folder: Path) -> dict[str, str]:
    """The environment that names a database to Octavo and the peers. There is no Redis: only Octavo would use it."""
    return {
        "DATABASE_URL": url, "DATA_DIR": str(folder), "REDIS_URL": "", "BROKER_URL": "",
        "DJANGO_SETTINGS_MODULE": "settings.dev",
    }  # fmt: skip


def run(url: str, folder: Path, *arguments: str) -> Loading:
    """Start Python with these arguments, such as `manage.py migrate`, on the database."""
    process = subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, env={**os.environ, **environment(url, folder)},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        preexec_fn=follow(os.getpid()),  # noqa: PLW1509 - no other thread runs here
    )  # fmt: skip
    return Loading(process, " ".join(arguments[:2]))


def catalogue() -> tuple[str, tuple[str, ...]]:
    """The catalogue to load, in words and as a command: Gutenberg's where it is, else a generated one."""
    if GUTENBERG.exists():
        return "Project Gutenberg 2026-06", ("manage.py", "import_books", str(GUTENBERG))
    return "a generated catalogue", generated(GENERATED_BOOKS)


def generated(books: int) -> tuple[str, ...]:
    """The command that fills a database with so many invented books."""
    return "-m", "benchmarks.generating", "--books", str(books), "--seed", str(SEED)


def load(urls: dict[str, Path], command: tuple[str, ...]) -> None:
    """Migrate and load the databases, all at once. Raises Failed."""
    for step in (MIGRATE, command):
        for started in [run(url, folder, *step) for url, folder in urls.items()]:
            started.wait()


def index_for_peers(url: str) -> None:
    """Make the index that the peers' ORDER BY wants; SQLite has nulls last when descending, as the index it has."""
    with _connected(url) as connection:
        connection.execute(PEERS_INDEX)
    vacuum(url)
