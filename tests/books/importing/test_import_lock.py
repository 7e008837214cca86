"""Commands that load books hold the import lock, and fail where another process holds it."""

import pytest
from django.core.management import CommandError, call_command

from benchmarks.generating.command import Command
from books.importing.import_lock import import_lock
from books.importing.loader import load
from books.importing.recovery import sweep
from books.management.commands import import_books
from books.models import Book
from core.database.locks import LockTakenError
from core.jobs.models import Job

pytestmark = pytest.mark.django_db(transaction=True)
CATALOGUE = '{"_format": "octavo", "version": 1, "source": "made"}\n{"key": "1", "title": "Emma"}\n'


@pytest.fixture
def catalogue(tmp_path, settings):
    settings.DATA_DIR = tmp_path
    file = tmp_path / "made.ndjson"
    file.write_text(CATALOGUE)
    return file


def is_taken():
    """Whether the import lock is held at this moment."""
    try:
        with import_lock():
            return False
    except LockTakenError:
        return True


@pytest.mark.parametrize("command", ["import_books", Command()])
def test_a_load_fails_while_another_runs_and_writes_nothing(catalogue, capsys, command):
    arguments = [str(catalogue)] if command == "import_books" else ["--books", "10"]
    with import_lock(), pytest.raises(CommandError, match="import is running"):
        call_command(command, *arguments)
    assert (Book.objects.count(), Job.objects.count()) == (0, 0)
    call_command("import_books", str(catalogue))
    assert Book.objects.get().title == "Emma"


def test_an_import_holds_the_lock_while_it_loads_and_is_not_swept_away(catalogue, capsys, monkeypatch):
    met = []

    def watched(*given, **options):
        met.append((is_taken(), sweep(), Job.objects.get().state))
        summary = load(*given, **options)
        met.append((is_taken(), sweep(), Job.objects.get().state))
        return summary

    monkeypatch.setattr(import_books, "load", watched)
    call_command("import_books", str(catalogue))
    assert met == [(True, 0, "running")] * 2
    assert not is_taken()
    assert Job.objects.get().state == "succeeded"


def test_an_import_that_fails_gives_the_lock_back(catalogue, capsys):
    catalogue.write_text("no catalogue")
    with pytest.raises(CommandError):
        call_command("import_books", str(catalogue))
    assert not is_taken()
