"""A catalogue whose search index another version built says so, serves, and is rebuilt while it serves."""

import signal
import subprocess
import sys

import httpx
import pytest
from django.core.management import CommandError, call_command

from books import reindexing
from books.importing.import_lock import import_lock
from books.models import Book
from books.reindexing import reindex
from core.models import IndexBuild
from core.search.index import TEXT_VERSION
from core.search.version import note_version_of_empty_catalogue, outdated_index
from tests.books.catalogue import counts, index_rows, record
from tests.conftest import ROOT, running
from tests.support.factories import make_book
from tests.support.servers import free_port


def older():
    """Make the catalogue one that an older version has built."""
    IndexBuild.objects.all().delete()


@pytest.mark.django_db
def test_only_a_catalogue_with_rows_of_another_version_is_outdated():
    older()
    assert outdated_index() is None
    counts(record("1"))
    assert outdated_index() is None
    older()
    assert "manage.py reindex" in (outdated_index() or "")
    counts(record("2"))
    note_version_of_empty_catalogue()
    assert outdated_index()
    IndexBuild.objects.create(pk=IndexBuild.ONLY, version=TEXT_VERSION - 1)
    assert outdated_index()
    reindex(lambda *_: None)
    assert outdated_index() is None


@pytest.mark.django_db
def test_migrating_says_that_the_index_is_outdated(capsys):
    call_command("migrate")
    assert "reindex" not in capsys.readouterr().err
    make_book()
    older()
    call_command("migrate", verbosity=0)
    assert capsys.readouterr().err == ""
    call_command("migrate")
    assert "manage.py reindex" in capsys.readouterr().err


class Stopped(Exception):
    """Stops a rebuild, as a signal would."""


@pytest.mark.django_db
@pytest.mark.parametrize("stop", [("authors", 2), ("subjects", 1), ("books", 3)])
def test_a_stopped_rebuild_goes_on_where_it_was(monkeypatch, stop):
    monkeypatch.setattr(reindexing, "CHUNK", 1)
    for number in range(4):
        make_book(title=f"The T{number}", languages=["en"], authors=[f"A{number}"], subjects=[f"S{number}"])
    older()
    Book.objects.update(sort_title="x")

    def stopping(kind, done, total):
        met.append((kind, done))
        assert total == 4
        if (kind, done) == stop:
            raise Stopped

    met: list[tuple[str, int]] = []
    with pytest.raises(Stopped):
        reindex(stopping)
    assert outdated_index()
    first, met = met, []
    reindex(lambda kind, done, total: met.append((kind, done)))
    assert first + met == [(kind, done) for kind in ("authors", "subjects", "books") for done in range(1, 5)]
    assert sorted(Book.objects.values_list("sort_title", flat=True)) == ["t0", "t1", "t2", "t3"]
    assert outdated_index() is None
    before, after = index_rows()
    assert before == after
    # When it is done, another run begins anew; so does one that is told to.
    met = []
    with pytest.raises(Stopped):
        reindex(stopping)
    assert met[0] == ("authors", 1)
    assert outdated_index() is None
    met = []
    reindex(lambda kind, done, total: met.append((kind, done)), restart=True)
    assert len(met) == 12


@pytest.mark.django_db(transaction=True)
def test_a_rebuild_waits_for_no_import_and_an_import_for_no_rebuild(tmp_path, settings, capsys):
    settings.DATA_DIR = tmp_path
    with import_lock(), pytest.raises(CommandError, match="an import or another reindex is running"):
        call_command("reindex")
    call_command("reindex", "--restart")
    assert "indexed anew" in capsys.readouterr().out


KILLED = """
import os, signal, sys
import django
django.setup()
from books import reindexing
reindexing.CHUNK = 50
def progress(kind, done, total):
    print(kind, done, flush=True)
    if kind == "books" and done >= 200:
        os.kill(os.getpid(), signal.SIGKILL)
from core.models import IndexBuild
IndexBuild.objects.all().delete()
reindexing.reindex(progress)
"""


def test_a_killed_rebuild_goes_on_while_the_server_answers_and_a_start_says_that_it_is_needed(sample, tmp_path):
    killed = subprocess.run(
        [sys.executable, "-c", KILLED], cwd=ROOT, env=sample.env, capture_output=True, text=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert killed.stdout.splitlines()[-1] == "books 200"
    found = sample.get("/api/v1/books/?search=austen").json()
    assert found["count"] > 0
    env, log = {**sample.env, "PORT": str(free_port())}, tmp_path / "server.log"
    url = f"http://127.0.0.1:{env['PORT']}"
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "core.asgi:application"]
    with running(command, env, log, lambda: httpx.get(f"{url}/health/live").is_success):
        assert httpx.get(f"{url}/health/ready").status_code == 200
        assert httpx.get(f"{url}/api/v1/books/").json()["count"] == 845
    assert log.read_text().count("manage.py reindex") == 1
    script = "from books.reindexing import *; print(IndexBuild.objects.get().last_id > 0); "
    script += "reindex(lambda *given: print(*given, flush=True)); print(IndexBuild.objects.get().version)"
    went_on = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {script}"],
        cwd=ROOT, env=sample.env, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    assert went_on == ["True", "books 845 845", str(TEXT_VERSION)]
    assert sample.get("/api/v1/books/?search=austen").json() == found
