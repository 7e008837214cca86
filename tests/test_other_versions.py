"""A database that another version of Octavo made is refused in one line, and left as it is."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from books.models import Book
from core.health import Readiness
from settings.env import ROOT
from settings.values import database
from tests.conftest import manage, new_database
from tests.support.servers import free_port

SAMPLE = "books/importing/sample/classics.ndjson"
APPLIED = "INSERT INTO django_migrations (app, name, applied) VALUES ('{}', '{}', '2030-01-01')"
# Names that are never used again, as in the databases that nobody released.
BEFORE_THE_FIRST = "UPDATE django_migrations SET name = 'once_' || name WHERE app NOT IN ('auth', 'contenttypes')"
MADE_BY = {
    "one before the first release": BEFORE_THE_FIRST,
    "a later one": APPLIED.format("books", "9999_later"),
    "one with other apps": APPLIED.format("shelves", "0001_initial"),
}
REFUSED = "made by a version of Octavo that this one does not know"
COMMANDS = (["migrate"], ["import_books", SAMPLE], ["reindex"])


def query(url, sql):
    """What a statement gives on the database itself, without Octavo."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(database(url)["NAME"])) as opened, opened:
            return opened.execute(sql).fetchall()
    with psycopg.connect(url) as connected:
        cursor = connected.execute(sql)
        return cursor.fetchall() if cursor.description else []


def state(url):
    """Everything that a migration would change: what has been applied, and the tables and indexes."""
    names = "relname FROM pg_class" if url.startswith("postgres") else "name FROM sqlite_master"
    applied = query(url, "SELECT app, name FROM django_migrations ORDER BY id")
    return applied, sorted(query(url, f"SELECT {names}"))


def refusal(env, *arguments):
    """The one line with which a command of manage.py ends."""
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, ""), arguments
    (line,) = done.stderr.splitlines()
    return line


@pytest.fixture
def env(tmp_path):
    """The environment of an Octavo over a new database of its own."""
    with new_database(tmp_path, "other_versions") as url:
        own = {"DATA_DIR": str(tmp_path), "DATABASE_URL": url, "PORT": str(free_port()), "REDIS_URL": ""}
        yield {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "settings.dev"}


@pytest.mark.django_db
@pytest.mark.parametrize("version", MADE_BY)
def test_a_database_of_another_version_is_refused_by_commands_and_by_readiness(version):
    assert Readiness().problems() == []
    with connection.cursor() as cursor:
        cursor.execute(MADE_BY[version])
    (problem,) = Readiness().problems()
    assert REFUSED in problem
    assert connection.settings_dict["NAME"] not in problem
    for arguments in COMMANDS:
        with pytest.raises(CommandError, match=f"^the database was {REFUSED}.*import_books$"):
            call_command(*arguments)
    assert not Book.objects.exists()


def test_a_database_of_before_the_first_release_is_refused_in_one_line_and_left_as_it_is(env):
    url = env["DATABASE_URL"]
    manage(env, "migrate", "--verbosity", "0")
    query(url, BEFORE_THE_FIRST)
    before = state(url)
    for command in ("serve", "migrate"):
        line = refusal(env, command)
        assert REFUSED in line
        assert database(url)["NAME"] in line
        assert ("move" in line) == url.startswith("sqlite")
        assert ("DATABASE_URL" in line) == url.startswith("postgres")
        assert line.endswith("then migrate and load the catalogues again with import_books")
    assert state(url) == before


@pytest.mark.django_db
def test_a_database_of_this_version_is_taken_whatever_djangos_own_apps_have():
    with connection.cursor() as cursor:
        cursor.execute(APPLIED.format("auth", "9999_later"))
    assert Readiness().problems() == []
    call_command("import_books", SAMPLE)
    assert Book.objects.count() == 845


@pytest.mark.django_db
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="rights are PostgreSQL's")
def test_a_database_where_nothing_may_be_made_is_one_line(env):
    query(env["DATABASE_URL"], "DROP SCHEMA public")
    assert refusal(env, "migrate", "--verbosity=0").endswith(
        " cannot be used: no schema has been selected to create in"
    )


def test_a_database_without_tables_is_told_from_one_that_cannot_be_used(env, tmp_path):
    assert refusal(env, "import_books", SAMPLE).endswith("run `manage.py migrate`")
    (tmp_path / "notes.txt").write_text("no database\n" * 1000)
    sqlite = env["DATABASE_URL"].startswith("sqlite")
    away = f"sqlite:///{tmp_path}/notes.txt" if sqlite else "postgres://octavo@127.0.0.1:1/octavo"
    for arguments in (["serve"], ["migrate"], ["reindex"]):
        assert " cannot be used: " in refusal({**env, "DATABASE_URL": away}, *arguments)
