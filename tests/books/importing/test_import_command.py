"""The command `import_books`: reading the catalogue, and writing rejected records to a file."""

import json
import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from books.models import Book, SourceRecord
from core.jobs.models import Job

pytestmark = pytest.mark.django_db(transaction=True)

CONTENT = (
    b'{"_format":"octavo","version":1,"source":"a"}\n{"key":"1","title":"T"}\n{"key":"2"}\n{"key":"3","title":"\xe9"}\n'
)


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    path = tmp_path / "catalogue.ndjson"
    path.write_bytes(CONTENT)
    return path


def refused(catalogue: Path, rejects: Path) -> str:
    with pytest.raises(CommandError) as caught:
        call_command("import_books", str(catalogue), "--rejects", str(rejects), verbosity=0)
    assert not Book.objects.exists()
    assert not Job.objects.exists()
    return str(caught.value)


def test_rejected_records_are_written_with_their_bytes(catalogue: Path, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects"
    rejects.write_text("of another load")
    call_command("import_books", str(catalogue), "--rejects", str(rejects))
    rejections = [json.loads(line) for line in rejects.read_bytes().splitlines()]
    assert [(each["position"], each["reason"], sorted(each)[2:]) for each in rejections] == [
        (3, "invalid_field", ["raw", "reason"]), (4, "not_utf8", ["raw_base64", "reason"]),
    ]  # fmt: skip
    assert Book.objects.count() == 1


@pytest.mark.parametrize("way", ["itself", "another spelling", "symbolic link", "hard link"])
def test_the_catalogue_is_never_taken_for_the_file_of_rejected_records(
    catalogue: Path, tmp_path: Path, way: str
) -> None:
    link = tmp_path / "link"
    if way == "symbolic link":
        link.symlink_to(catalogue)
    elif way == "hard link":
        link.hardlink_to(catalogue)
    rejects = {"itself": catalogue, "another spelling": tmp_path / "." / "x" / ".." / catalogue.name}.get(way, link)
    (tmp_path / "x").mkdir()
    assert f"--rejects {rejects}: this is the catalogue that is read" in refused(catalogue, rejects)
    assert catalogue.read_bytes() == CONTENT


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the database is no file")
def test_the_database_is_never_taken_for_the_file_of_rejected_records(catalogue: Path) -> None:
    database = Path(connection.settings_dict["NAME"])
    before = database.stat().st_size
    assert "this is the database" in refused(catalogue, database)
    assert database.stat().st_size == before > 0


def test_a_folder_that_is_not_there_is_named_and_not_the_catalogue(catalogue: Path, tmp_path: Path) -> None:
    rejects = tmp_path / "missing" / "rejects"
    message = refused(catalogue, rejects)
    assert message == f"--rejects {rejects}: there is no folder {tmp_path / 'missing'}"
    assert "catalogue" not in message


def test_a_folder_is_no_file_of_rejected_records(catalogue: Path, tmp_path: Path) -> None:
    assert refused(catalogue, tmp_path) == f"--rejects {tmp_path}: Is a directory"


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_cannot_be_written_is_named(catalogue: Path, tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    assert refused(catalogue, folder / "rejects").endswith(f"Permission denied in the folder {folder}")


@pytest.mark.parametrize("content", [None, b"", b"a,b\n", b"PK\x03\x04"], ids=["missing", "empty", "unknown", "zip"])
def test_rejected_records_of_another_load_stay_where_the_catalogue_is_none(
    tmp_path: Path, content: bytes | None
) -> None:
    catalogue, rejects = tmp_path / "catalogue", tmp_path / "rejects"
    rejects.write_text("of another load")
    if content is not None:
        catalogue.write_bytes(content)
    assert refused(catalogue, rejects).startswith(f"{catalogue}: ")
    assert rejects.read_text() == "of another load"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_the_message_names_a_full_disk_under_the_rejects_file(catalogue: Path) -> None:
    with pytest.raises(CommandError, match="--rejects /dev/full: No space left on device"):
        call_command("import_books", str(catalogue), "--rejects", "/dev/full")
    assert Job.objects.get().state == Job.State.FAILED


def test_a_source_that_is_named_wins_over_the_one_that_the_file_says(catalogue: Path) -> None:
    call_command("import_books", str(catalogue))
    call_command("import_books", str(catalogue), "--source", "Town-Library:2.b_c")
    assert sorted(SourceRecord.objects.values_list("source", "key")) == [("Town-Library:2.b_c", "1"), ("a", "1")]
    assert [job.parameters["source"] for job in Job.objects.order_by("created_at")] == ["a", "Town-Library:2.b_c"]


@pytest.mark.parametrize("name", ["", "two words", "naïve", "a/b", "x" * 41])
def test_a_name_that_no_source_can_have_is_refused(catalogue: Path, name: str) -> None:
    with pytest.raises(CommandError, match="names no source: 1 to 40 letters, digits"):
        call_command("import_books", str(catalogue), "--source", name)
    assert not Job.objects.exists()


def test_a_file_that_does_not_say_whose_records_these_are_needs_a_source(catalogue: Path) -> None:
    catalogue.write_bytes(b'{"_format":"octavo","version":1}\n{"key":"1","title":"T"}\n')
    with pytest.raises(CommandError, match=r"does not say whose records these are: name their source"):
        call_command("import_books", str(catalogue))
    call_command("import_books", str(catalogue), "--source", "mine")
    assert SourceRecord.objects.get().source == "mine"


def test_what_shares_a_number_and_what_had_no_key_is_said(catalogue: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [{"_format": "octavo", "version": 1, "source": "a"}]
    lines += [{"title": title, "isbns": ["9780439023481"]} for title in ("Emma", "Soil")]
    catalogue.write_text("".join(json.dumps(line) + "\n" for line in lines))
    call_command("import_books", str(catalogue))
    printed = capsys.readouterr().out
    assert "  1 bear a number of another book, with which they do not agree\n" in printed
    assert "  2 have no key; each was given one made of what it says\n" in printed
    assert Job.objects.get().counts["isbn_shared"] == 1


def test_statistics_are_renewed_unless_hardly_anything_changed(tmp_path: Path) -> None:
    def expected_books(number: int) -> int:
        lines = [{"_format": "octavo", "version": 1, "source": "a"}]
        lines += [{"key": str(key), "title": f"Book {key}"} for key in range(number)]
        path = tmp_path / "books.ndjson"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        call_command("import_books", str(path))
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SELECT reltuples::int FROM pg_class WHERE relname = 'books_book'")
                return int(cursor.fetchone()[0])
            cursor.execute("SELECT stat FROM sqlite_stat1 WHERE idx = 'book_by_title'")
            return int(cursor.fetchone()[0].split()[0])

    assert [expected_books(number) for number in (300, 301, 350)] == [300, 300, 350]
