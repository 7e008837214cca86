"""Loading the real catalogues: what is promised of each, counted in the database they were loaded into."""

import csv
import gzip
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from contextlib import contextmanager

import pytest
from django.db.models import Count, F

from authors.models import Author
from books.counts import recount
from books.models import Book, BookCategory, BookIdentifier, BookIsbn, Category, SourceRecord, Subject
from books.models.classification import spelling_key
from core.jobs.models import Job
from tests.conftest import ROOT, SHARED_DATA, manage, new_database, part_of

WORKS, SHELVINGS, RATED = 78_766, 185_101, 10_000
MAY, JUNE = (SHARED_DATA / "gutenberg" / f"pg_catalog_2026-{month}.csv.gz" for month in ("05", "06"))


def rows_of(path):
    """The rows of a Gutenberg catalogue by number, as another reader reads them."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        return {row["Text#"]: row for row in csv.DictReader(file)}


def test_every_work_and_every_shelf_of_gutenberg_is_there(real_db):
    assert BookIdentifier.objects.filter(scheme="gutenberg").count() == WORKS
    assert SourceRecord.objects.filter(source="gutenberg", book__isnull=False).count() == WORKS
    assert BookCategory.objects.count() == SHELVINGS
    assert Book.objects.filter(title="[Untitled]").count() == 1
    assert Book.objects.exclude(category=None).exclude(shelvings__category=F("category")).count() == 0


def test_no_two_subjects_of_a_kind_differ_only_in_spelling(real_db):
    subjects = list(Subject.objects.values_list("kind", "name", "match_key"))
    assert len({(kind, spelling_key(name)) for kind, name, _ in subjects}) == len(subjects)
    assert all(spelling_key(name) == key for _, name, key in subjects)


def test_a_subject_is_shown_in_the_spelling_that_most_works_have(real_db):
    spelt = Counter(
        name for row in rows_of(JUNE).values() for name in {n.strip(" ;") for n in row["Subjects"].split("; ")}
    )
    several = defaultdict(list)
    for name, works in spelt.items():
        several[spelling_key(name)].append((works, name))
    keys = [key for key, names in several.items() if len(names) > 1]
    assert keys
    shown = dict(Subject.objects.filter(kind="topic", match_key__in=keys).values_list("match_key", "name"))
    for key in keys:
        names = several[key]
        most = max(works for works, _ in names)
        assert shown[key] in {name for works, name in names if works == most}, names


def test_every_rated_book_is_there_with_the_isbns_that_are_right(real_db):
    assert SourceRecord.objects.filter(source="goodbooks", book__isnull=False).count() == RATED
    assert BookIsbn.objects.filter(book__source_records__source="goodbooks").count() == 9_277
    assert BookIdentifier.objects.filter(scheme="isbn_invalid").count() == 23
    assert Book.objects.filter(cover__isnull=False).count() == RATED - 3_332
    assert Book.objects.filter(first_published_year__lt=0).count() == 31


def test_shakespeare_is_one_author_and_namesakes_of_one_source_are_several(real_db):
    shakespeare = Author.objects.get(match_key="william shakespeare")
    assert (shakespeare.birth_year, shakespeare.death_year) == (1564, 1616)
    sources = set(shakespeare.headings.values_list("source", flat=True))
    assert sources == {"gutenberg", "goodbooks"}
    namesakes = Author.objects.values("match_key").annotate(n=Count("id")).filter(n__gt=1)
    assert namesakes.exists()


def test_every_kept_count_is_true_after_the_imports(real_db):
    assert recount() == 0
    fiction = Category.objects.get(slug="history")
    inside = BookCategory.objects.filter(category__ancestors__ancestor=fiction).values("book").distinct().count()
    assert fiction.books_count == inside


def test_the_imports_are_jobs_that_succeeded(real_db):
    jobs = Job.objects.order_by("created_at")
    assert [(job.kind, job.state) for job in jobs] == [("import", "succeeded")] * 2
    assert [job.counts["created"] + job.counts["updated"] for job in jobs] == [WORKS, RATED]


def test_following_next_visits_every_book_exactly_once(real):
    seen, url = [], f"{real.url}/api/v1/books/?page_size=100&count=none&fields=id"
    while url:
        page = real.get(url).json()
        seen += [item["id"] for item in page["results"]]
        url = page["next"]
    assert len(seen) == len(set(seen)) == WORKS + RATED


@pytest.mark.skipif(not MAY.exists(), reason=f"needs {MAY}")
@pytest.mark.parametrize("step", [5, pytest.param(1, marks=pytest.mark.soak)])
def test_the_next_months_file_writes_only_what_changed(tmp_path, step):
    may, june = part_of(MAY, tmp_path, step), part_of(JUNE, tmp_path, step)
    before, after = rows_of(may), rows_of(june)
    new = after.keys() - before.keys()
    changed = [key for key in before if before[key] != after[key]]
    with new_database(tmp_path, "months") as database:
        env = environment(tmp_path, database)
        manage(env, "migrate", "--verbosity", "0")
        manage(env, "import_books", str(may))
        counts = counted(manage(env, "import_books", str(june)))
        assert counts == {
            "created": len(new),
            "updated": len(changed),
            "unchanged": len(before) - len(changed),
            "kept": 0,
            "rejected": 0,
            "deleted": 0,
        }
        again = counted(manage(env, "import_books", str(june)))
        assert again == {"created": 0, "updated": 0, "unchanged": len(after), "kept": 0, "rejected": 0, "deleted": 0}
        assert shown(env, "from books.counts import recount; print(recount())") == "0"
        assert shown(env, EMPTY) == "[0, 0, 0] [0, 0, 0]"


EMPTY = """
from django.db.models import Exists, OuterRef
from authors.models import Author
from books.models import Book, Category, Subject
print([model.objects.filter(books_count=0).count() for model in (Author, Category, Subject)], end=" ")
credits, shelvings, topics = (getattr(Book, name).through.objects for name in ("authors", "categories", "subjects"))
kept = [
    Author.objects.exclude(Exists(credits.filter(author=OuterRef("pk")))),
    Category.objects.exclude(Exists(shelvings.filter(category__ancestors__ancestor=OuterRef("pk")))),
    Subject.objects.exclude(Exists(topics.filter(subject=OuterRef("pk")))),
]
print([rows.count() for rows in kept])
"""


def environment(folder, database):
    return {**os.environ, "DATABASE_URL": database, "DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "settings.dev"}


def counted(printed):
    """The numbers of an import's summary line."""
    return {
        name: int(number.replace(",", "")) for number, name in re.findall(r"([\d,]+) ([a-z]+)(?:,|$)", printed, re.M)
    }


def shown(env, code):
    """What a line of Python prints in the shell of another database."""
    return manage(env, "shell", "--no-imports", "-c", code).strip()


def generated(path, number):
    """A catalogue of `number` works that share authors, categories and subjects."""
    with path.open("w", encoding="utf-8") as file:
        file.write(json.dumps({"_format": "octavo", "version": 1, "source": "made"}) + "\n")
        for n in range(number):
            work = {
                "key": f"w{n}",
                "title": f"Work number {n}",
                "authors": [{"name": f"Family{n % 900}, Given"}],
                "categories": [["Fiction", f"Shelf {n % 40}"], [f"Shelf {n % 7}"]],
                "subjects": [f"Topic {n % 1500}"],
                "languages": ["en"],
            }
            file.write(json.dumps(work) + "\n")


STATE = """
from books.models import *
from authors.models import Author
from core.models import RowCount
from books.counts import recount
print(Book.objects.count(), SourceRecord.objects.count(), Author.objects.count(), BookAuthor.objects.count(),
    BookCategory.objects.count(), BookSubject.objects.count(), Category.objects.count(),
    CategoryAncestor.objects.count(),
    sorted(RowCount.objects.values_list("name", "value")), recount())
"""
SWEPT = """
from books.importing.recovery import sweep
from core.jobs.models import Job
print(sweep(), Job.objects.running().count())
"""


def test_a_killed_import_leaves_whole_batches_and_the_next_run_finishes(tmp_path):
    assert interrupted(tmp_path, works=30_000, kills=1) == uninterrupted(tmp_path)


@pytest.mark.soak
def test_an_import_killed_many_times_ends_as_one_that_was_not(tmp_path):
    assert interrupted(tmp_path, works=300_000, kills=8) == uninterrupted(tmp_path)


def interrupted(folder, *, works, kills):
    """What there is in the end when a catalogue is loaded and the loader killed `kills` times."""
    generated(folder / "made.ndjson", works)
    with migrated(folder, "killed") as env:
        for _ in range(kills):
            kill_midway(env, folder / "made.ndjson")
            assert shown(env, "from books.counts import recount; print(recount())") == "0"
        manage(env, "import_books", str(folder / "made.ndjson"))
        found = shown(env, STATE)
        assert shown(env, SWEPT) == f"{kills} 0"
        return found


def uninterrupted(folder):
    """The same when nobody kills it; every kept count is true."""
    with migrated(folder, "whole") as env:
        manage(env, "import_books", str(folder / "made.ndjson"))
        found = shown(env, STATE)
        assert found.endswith(" 0")
        return found


@contextmanager
def migrated(folder, name):
    """The environment of a new, migrated database."""
    (folder / name).mkdir()
    with new_database(folder / name, name) as database:
        env = environment(folder / name, database)
        manage(env, "migrate", "--verbosity", "0")
        yield env


def kill_midway(env, file):
    """Start an import and kill -9 it once it has committed something more."""
    count = "from books.models import SourceRecord; print(SourceRecord.objects.count())"
    before = int(shown(env, count))
    process = subprocess.Popen(
        [sys.executable, "manage.py", "import_books", str(file)], cwd=ROOT, env=env, stderr=subprocess.DEVNULL
    )
    try:
        while process.poll() is None and int(shown(env, count)) == before:
            time.sleep(0.05)
        assert process.poll() is None, "the import was done before it could be killed: the file is too small"
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
