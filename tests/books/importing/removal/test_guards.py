"""What stands against deleting the books that a file does not list, and what `--force` makes of it."""

import gzip
import json
import re
from contextlib import nullcontext
from hashlib import sha256

import pytest
from django.core.management import CommandError, call_command

from books.importing.removal.guards import Removal
from books.models import Book, SourceLoad
from core.jobs.models import Job

pytestmark = pytest.mark.django_db(transaction=True)

GOOD = {"unlisted": 5, "older": 100, "records": 95, "last_records": 100, "rejected": 0, "keyless": 0}
REFUSED = [
    ({"unlisted": 6}, "6 of the 100 books that the source had before are not in the file: 6.0%, more than 5%"),
    ({"records": 79}, "79 records, less than 80% of the 100 of the last one"),
    ({"rejected": 2, "keyless": 2}, "Records rejected without a readable key: 2."),
]


@pytest.mark.parametrize("changed", [{}, {"records": 80}, {"rejected": 2}, {"last_records": 0}], ids=str)
def test_nothing_stands_against_a_plain_removal(changed):
    assert Removal(**{**GOOD, **changed}).refusal(force=False) == ""


@pytest.mark.parametrize(("changed", "said"), REFUSED)
def test_each_guard_is_said_and_gives_way_to_force(changed, said):
    removal = Removal(**{**GOOD, **changed})
    assert said in removal.refusal(force=False)
    assert removal.refusal(force=True) == ""


@pytest.mark.parametrize("force", [False, True])
def test_no_force_deletes_everything(force):
    removal = Removal(**{**GOOD, "unlisted": 100, "records": 3, "rejected": 3})
    assert "none of the file's 3 records could be loaded" in removal.refusal(force=force)


@pytest.mark.parametrize("changed", [changed for changed, _ in REFUSED] + [{"rejected": 95}], ids=str)
def test_nothing_is_refused_where_nothing_is_gone(changed):
    assert Removal(**{**GOOD, **changed, "unlisted": 0}).refusal(force=False) == ""


def line(number, **fields):
    """A record that does not compress to nothing: a damaged end is to be met only after other records."""
    noise = "".join(sha256(f"{number} {part}".encode()).hexdigest() for part in range(8))
    return json.dumps({"key": str(number), "title": f"T{number}", "description": noise, **fields}) + "\n"


HEADER = '{"_format":"octavo","version":1,"source":"a"}\n'
WHOLE = HEADER + "".join(map(line, range(100)))
LACKING = HEADER + "".join(map(line, range(98)))
"""Lacks two of a hundred."""
FILES: dict[str, tuple[str | bytes, str, int]] = {
    "lacks more than 5 %": (HEADER + "".join(map(line, range(94))), "6 of the 100 books", 6),
    "has less than 80 %": (HEADER + "".join(map(line, range(79))), "79 records, less than 80% of the 100", 21),
    "has a record without a key": (LACKING + "no JSON\n", "Records rejected without a readable key: 1.", 2),
    "ends in a record": (LACKING + line(98)[:12], "last record, on line 100, was rejected and has no line end", 2),
    "ends in its compression": (gzip.compress(LACKING.encode() + line(98).encode())[:-30], "damaged or cut off", 2),
    "ends before its checksum": (gzip.compress(LACKING.encode())[:-4], "damaged or cut off", 2),
    "is empty": (HEADER, "none of the file's 0 records", 0),
    "is rejected as a whole": (HEADER + "no JSON\n" * 100, "none of the file's 100 records", 0),
}


@pytest.fixture
def run(tmp_path):
    def run(content, *options):
        path = tmp_path / "catalogue"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        call_command("import_books", str(path), *options)

    run(WHOLE)
    return run


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_looks_wrong_deletes_nothing(run, name):
    content, said, _ = FILES[name]
    with pytest.raises(CommandError, match="Nothing was deleted") as caught:
        run(content, "--complete")
    assert said in str(caught.value)
    assert Book.objects.count() == 100
    job = Job.objects.latest("created_at")
    assert (job.state, job.counts["deleted"]) == ("failed", 0)
    assert job.error


@pytest.mark.parametrize("name", FILES)
def test_force_deletes_what_the_file_does_not_list_but_never_all(run, name):
    content, said, deleted = FILES[name]
    exits = name.startswith("ends") or not deleted
    with pytest.raises(CommandError, match=re.escape(said)) if exits else nullcontext():
        run(content, "--complete", "--force")
    assert Book.objects.count() == 100 - deleted
    assert Job.objects.latest("created_at").counts["deleted"] == deleted


def test_a_refused_removal_leaves_what_was_loaded_and_goes_on_with_force(run, capsys):
    content = HEADER + "".join(line(n, pages=5) for n in range(90)) + line(200)
    with pytest.raises(CommandError, match=r"10 of the 100 books .* run it again with --complete --force"):
        run(content, "--complete")
    assert Book.objects.filter(pages=5).count() == 90
    assert SourceLoad.objects.get().records == 100
    capsys.readouterr()
    run(content, "--complete", "--force")
    assert "91 records" in (printed := capsys.readouterr().out)
    assert "1 created, 90 updated, 0 unchanged, 0 kept, 0 rejected, 10 deleted" in printed
    assert "91 of them by a load of this file that was interrupted" in printed
    assert (Book.objects.count(), SourceLoad.objects.get().records) == (91, 91)


def test_force_is_for_complete_loads(run):
    with pytest.raises(CommandError, match="--force is for --complete"):
        run(WHOLE, "--force")


def test_what_stays_is_said(run, capsys):
    Book.objects.filter(title="T99").update(curated=[{"field": "title"}])
    run(LACKING, "--complete")
    printed = capsys.readouterr().out
    assert "1 deleted" in printed
    assert "no longer listed, but not deleted: 1 changed by an editor, 0 known by another source" in printed
