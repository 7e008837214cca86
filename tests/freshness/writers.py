"""A writer: commits the next version of its book, then acknowledges it in the shared counters, until it is stopped.

`python -m tests.freshness.writers COUNTERS NUMBER ID KIND PAUSE`; a version is a book's `ratings_count`. Writers
over HTTP take the nodes from NODES, and their API key from WRITER_KEY.
`python -m tests.freshness.writers seed` makes the books, and prints their ids and a key.
"""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import django
import httpx
import psycopg

django.setup()

from django.conf import settings  # noqa: E402
from django.db import Error, connection, transaction  # noqa: E402

from books.importing.loader import load  # noqa: E402
from books.models import Book  # noqa: E402
from core.accounts.keys import create_key  # noqa: E402
from core.accounts.models import User  # noqa: E402
from core.freshness.postgresql import conninfo  # noqa: E402
from tests.books.catalogue import record  # noqa: E402
from tests.freshness.shared_counters import SharedCounters  # noqa: E402
from tests.support.factories import make_book  # noqa: E402

UPDATE = "UPDATE books_book SET ratings_count = {version} WHERE id = {id} AND ratings_count < {version}"


def by_save(book: int, version: int) -> None:
    """As the admin or an API would."""
    with transaction.atomic():
        found = Book.objects.select_for_update().get(pk=book)
        if (found.ratings_count or 0) < version:
            found.ratings_count = version
            found.save()


def in_savepoints(book: int, version: int) -> None:
    """In a transaction that takes its time, with subtransactions, one of them rolled back."""
    with transaction.atomic():
        try:
            with transaction.atomic():
                Book.objects.filter(pk=book).update(ratings_count=version + 1000)
                raise ValueError  # noqa: TRY301 - what a transaction is rolled back by
        except ValueError:
            time.sleep(0.01)
        with transaction.atomic():
            Book.objects.filter(pk=book, ratings_count__lt=version).update(ratings_count=version)
        time.sleep(0.01)


def in_bulk(book: int, version: int) -> None:
    """A queryset's update of many rows."""
    Book.objects.filter(pk__lte=book, pk__gte=book, ratings_count__lt=version).update(ratings_count=version)


def by_import(book: int, version: int) -> None:
    """A catalogue of one record."""
    load(iter([record("1", title="Imported", ratings_count=version)]), "freshness")


def by_driver(book: int, version: int) -> None:
    """The database's own driver, on a connection that Django knows nothing of."""
    given = settings.DATABASES["default"]
    statement = UPDATE.format(version=version, id=book)
    if connection.vendor == "sqlite":
        with sqlite3.connect(given["NAME"], timeout=30) as raw:
            raw.execute(statement)
        raw.close()
    else:
        with psycopg.connect(conninfo(given)) as raw_postgres:
            raw_postgres.execute(statement)


def by_psql(book: int, version: int) -> None:
    """psql, where it is installed."""
    program = shutil.which("psql")
    if program is None or connection.vendor == "sqlite":
        by_driver(book, version)
        return
    info = conninfo(settings.DATABASES["default"])
    command = [program, "-qX", "-v", "ON_ERROR_STOP=1", "-d", info, "-c", UPDATE.format(version=version, id=book)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        raise Error("psql failed")


def by_patch(book: int, version: int) -> None:
    """PATCH over HTTP, of what a GET gave: one whose answer was lost cannot come after a later one."""
    node = random.choice(os.environ["NODES"].split())
    with httpx.Client(
        base_url=node, headers={"Authorization": f"Bearer {os.environ['WRITER_KEY']}"}, timeout=20
    ) as http:
        read = http.get(f"/api/v1/books/{book}/").raise_for_status()
        known = {"If-Match": read.headers["ETag"]}
        http.patch(f"/api/v1/books/{book}/", json={"ratings_count": version}, headers=known).raise_for_status()


def by_batch(book: int, version: int) -> None:
    """A batch over HTTP, within which the book is not changed by anybody else."""
    node = random.choice(os.environ["NODES"].split())
    headers = {"Authorization": f"Bearer {os.environ['WRITER_KEY']}"}
    items = [{"id": book, "ratings_count": version}]
    httpx.post(f"{node}/api/v1/books/batch/", json={"items": items}, headers=headers, timeout=20).raise_for_status()


KINDS = {
    "save": by_save, "savepoints": in_savepoints, "bulk": in_bulk, "import": by_import, "driver": by_driver,
    "psql": by_psql, "patch": by_patch, "batch": by_batch,
}  # fmt: skip


def current(book: int) -> int:
    """The version in the database."""
    return Book.objects.values_list("ratings_count", flat=True).get(pk=book) or 0


def write(counters: SharedCounters, number: int, book: int, kind: str, pause: float) -> None:
    """Write until stopped: a few versions at once, then a pause of about so many seconds."""
    version = None
    while not counters.stopped:
        try:
            for _ in range(random.randint(1, 3)):
                version = (current(book) if version is None else version) + 1
                KINDS[kind](book, version)
                counters.acknowledge(number, version)
        except (Error, psycopg.Error, sqlite3.Error, OSError, httpx.HTTPError):
            # Whether it was committed nobody can say: the database is asked when it is back.
            version = None
            connection.close()
            time.sleep(0.1)
        time.sleep(random.uniform(0, 2 * pause))


def seed() -> list[object]:
    """Make a book for each writer; their ids, and the key of an editor."""
    books = [make_book(title=f"Book {number}", ratings_count=0).pk for number in range(7)]
    by_import(0, 1)
    editor = User.objects.create_user("writer@example.org", None, role="editor")
    return [*books, Book.objects.get(title="Imported").pk, create_key(editor, "writers", ["read", "write"])[1]]


if __name__ == "__main__":
    if sys.argv[1] == "seed":
        print(*seed())
    else:
        path, number, book, kind, pause = sys.argv[1:]
        write(SharedCounters(Path(path)), int(number), int(book), kind, float(pause))
