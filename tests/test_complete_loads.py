"""`import_books --complete` deletes what its file no longer lists and nothing else, however often it is killed."""

import json
import subprocess
import sys

import pytest

from tests.conftest import ROOT, manage
from tests.support.tables import differences
from tests.test_import_real import JUNE, MAY, counted, migrated, shown

IDS = """
import json
from books.models import SourceRecord
print(json.dumps(dict(SourceRecord.objects.filter(source="made").values_list("key", "book_id"))))
"""
TABLES = "import json; from tests.support.tables import tables; print(json.dumps(tables()))"
RUN = "from tests.support.killed_load import run; run({}, {!r}, '--complete', '--force')"
WRONG = """
from django.db import connection
from books.counts import recount
from books.models import Emptied, LostWord, SeenKeys, Word
from books.search.words import rebuild_words
from tests.books.catalogue import index_rows
words = set(Word.objects.values_list("word", flat=True))
print(recount(), Emptied.objects.count(), LostWord.objects.count(), SeenKeys.objects.count(), end=" ")
rebuild_words(connection)
before, after = index_rows()
print(words == set(Word.objects.values_list("word", flat=True)), before == after)
"""
RIGHT = "0 0 0 0 True True"


def work(source, number):
    """A work that shares some of its authors, categories and subjects with others and has some for itself alone."""
    return {
        "key": f"w{number}",
        "title": f"Work number {number} {source}only{number}",
        "authors": [{"name": f"Family{number % 90}, Given"}, {"name": f"Own{number}, Given"}],
        "categories": [["Fiction", f"Shelf {number % 40}", f"Part {number}"], [f"Shelf {number % 7}"]],
        "subjects": [f"Topic {number % 150}", f"Topic of {number}"],
        "languages": ["en"],
        "isbns": [f"978{number:09d}{check_digit(number)}"],
        "identifiers": {source: [str(number)]},
    }


def check_digit(number):
    digits = f"978{number:09d}"
    return -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10


def write(path, source, works):
    lines = [{"_format": "octavo", "version": 1, "source": source}, *works]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def write_files(folder, works):
    """Three files: of `works` works; of other ones by another source, of which some are the same books; and a second
    file of the first source, which lacks every seventh, changes others, and has new ones, a doublet and a bad record.
    """
    write(folder / "first.ndjson", "made", [work("made", n) for n in range(works)])
    write(folder / "other.ndjson", "other", [work("other", n) for n in range(0, 2 * works, 5)])
    listed = [work("made", n) for n in range(works) if n % 7 or n == 7]
    for each in listed[::10]:
        each["title"] += " changed"
    listed[-40:-20] = [work("made", works + n) for n in range(30)] + listed[-40:-20]
    del listed[1]["title"]
    write(folder / "second.ndjson", "made", [*listed, listed[0]])


def loaded(env, folder, *names):
    for name in names:
        manage(env, "import_books", str(folder / name))


def load_killed(env, file, statements):
    """Load the file, killed after so many statements, and again after more, until it comes to its end.

    Returns for each attempt how far the last one had come.
    """
    states = []
    while True:
        code = RUN.format(statements, str(file))
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        states.append(json.loads(done.stdout.splitlines()[0]).get("made", [None, {}]))
        if not done.returncode:
            return states
        assert done.returncode == -9, done.stderr
        statements += statements // 20


def check_kills(folder, *, works, statements):
    write_files(folder, works)
    files = ("first.ndjson", "other.ndjson")
    with migrated(folder, "whole") as env:
        loaded(env, folder, *files)
        manage(env, "import_books", str(folder / "second.ndjson"), "--complete", "--force")
        assert shown(env, WRONG) == RIGHT
        expected = json.loads(shown(env, TABLES))
    with migrated(folder, "killed") as env:
        loaded(env, folder, *files)
        before = json.loads(shown(env, IDS))
        states = load_killed(env, folder / "second.ndjson", statements)
        after = json.loads(shown(env, IDS))
        assert shown(env, WRONG) == RIGHT
        found = json.loads(shown(env, TABLES))
    gone = {f"w{n}" for n in range(works) if n % 7 == 0 and n != 7}
    assert before.keys() - after.keys() == gone
    assert {key: book for key, book in before.items() if key not in gone} == {
        key: book for key, book in after.items() if key in before
    }
    assert differences(expected, found) == {}
    killed = [counts for position, counts in states if position is not None]
    assert any(counts["created"] + counts["updated"] and not counts["deleted"] for counts in killed if counts)
    assert any(counts["deleted"] > 0 for counts in killed if counts)


def test_a_killed_complete_load_ends_as_one_that_was_not(tmp_path):
    check_kills(tmp_path, works=600, statements=120)


@pytest.mark.soak
def test_a_complete_load_killed_many_times_ends_as_one_that_was_not(tmp_path):
    check_kills(tmp_path, works=6_000, statements=80)


def test_a_complete_load_done_twice_changes_no_row(tmp_path):
    write_files(tmp_path, 300)
    with migrated(tmp_path, "twice") as env:
        loaded(env, tmp_path, "first.ndjson", "other.ndjson")
        done = counted(manage(env, "import_books", str(tmp_path / "second.ndjson"), "--complete", "--force"))
        assert done["deleted"]
        first = json.loads(shown(env, TABLES))
        again = counted(manage(env, "import_books", str(tmp_path / "second.ndjson"), "--complete"))
        assert {name: again[name] for name in ("created", "updated", "deleted")} == {
            "created": 0, "updated": 0, "deleted": 0,
        }  # fmt: skip
        assert differences(first, json.loads(shown(env, TABLES))) == {}


@pytest.mark.soak
@pytest.mark.skipif(not MAY.exists(), reason=f"needs {MAY}")
def test_the_month_before_is_what_is_left_when_the_next_ones_works_are_gone(tmp_path):
    with migrated(tmp_path, "months") as env:
        manage(env, "import_books", str(JUNE))
        counts = counted(manage(env, "import_books", "--complete", str(MAY)))
        assert (counts["deleted"], counts["updated"], counts["created"]) == (365, 212, 0)
        assert shown(env, WRONG) == RIGHT
