"""Who is joined when the real catalogues are loaded: goodbooks, without any year of a life, over Gutenberg's authors.

`real_joins.tsv` lists the joins with the evidence, and whether each is right: they were looked at one by one. A join
that is not in the list must be looked at before it is added.
"""

import csv
import os
from contextlib import contextmanager
from pathlib import Path

import pytest

from authors.models import Author, AuthorHeading, MergedAuthor
from tests.conftest import CATALOGUES, SHARED_DATA, manage, new_database, part_of

LISTED = {
    (row["goodbooks"], row["gutenberg"]): row
    for row in csv.DictReader(
        (Path(__file__).parent / "real_joins.tsv").read_text(encoding="utf-8").splitlines(), delimiter="\t"
    )
}
WRONG = {"Bruce Campbell", "Jane Rice"}


def joined_by(evidence):
    """The headings, of goodbooks and of Gutenberg, of each author joined by this evidence."""
    kept = MergedAuthor.objects.filter(evidence=evidence).values("kept")
    found: dict[int, dict[str, str]] = {}
    for author, source, heading in AuthorHeading.objects.filter(author__in=kept).values_list(
        "author", "source", "heading"
    ):
        found.setdefault(author, {})[source] = heading
    return {(each["goodbooks"], each["gutenberg"]) for each in found.values()}


@pytest.mark.parametrize(("evidence", "at_least"), [("title", 156), ("years", 117)])
def test_authors_are_joined_as_listed_and_nobody_else(real_db, evidence, at_least):
    joined = joined_by(evidence)
    assert joined - LISTED.keys() == set()
    wrong = {names[0] for names in joined if LISTED[names]["right"] == "no"}
    assert wrong == (WRONG if evidence == "years" else set())
    assert len(joined) - len(wrong) >= at_least


@pytest.mark.parametrize(
    "name", ["Alexandre Dumas", "Aristotle", "O. Henry", "Benjamin Franklin", "William Shakespeare"]
)
def test_namesakes_do_not_hide_who_is_found_by_a_title(real_db, name):
    assert name in {heading for heading, _ in joined_by("title")}


@pytest.mark.parametrize(
    "name", ["Robert Greene", "James Baldwin", "Thomas Tryon", "John Williams", "Richard Ford", "Michael Scott"]
)
def test_a_name_alone_joins_nobody(real_db, name):
    author = Author.objects.get(headings__source="goodbooks", headings__heading=name)
    assert author.headings.count() == 1
    assert (author.birth_year, author.death_year) == (None, None)


STATE = """
from django.db.models import Max
from authors.models import *
from books.models import Book
from books.counts import recount
print(Author.objects.aggregate(Max("updated_at")), Book.objects.aggregate(Max("updated_at")), Author.objects.count(),
    MergedAuthor.objects.count(), recount())
"""
JOINED = """
from authors.models import *
found = {}
for author, source, heading in AuthorHeading.objects.values_list("author", "source", "heading"):
    found.setdefault(author, []).append((source, heading))
print(sorted(map(sorted, found.values())))
from books.models import SourceRecord
books = {}
for book, source, key in SourceRecord.objects.values_list("book", "source", "key"):
    books.setdefault(book, []).append((source, key))
print(sorted(sorted(records) for records in books.values() if len(records) > 1), len(books))
"""


@contextmanager
def loaded(folder, name, files):
    """The environment of a database into which the files were loaded one after the other."""
    (folder / name).mkdir()
    with new_database(folder / name, name) as database:
        env = {**os.environ, "DATABASE_URL": database, "DATA_DIR": str(folder / name)}
        env["DJANGO_SETTINGS_MODULE"] = "settings.dev"
        manage(env, "migrate", "--verbosity", "0")
        for file in files:
            printed = manage(env, "import_books", str(file))
        assert "authors joined: " in printed
        yield env


@pytest.mark.parametrize("step", [7, pytest.param(1, marks=pytest.mark.soak)])
def test_the_order_of_the_files_does_not_matter_and_a_second_time_writes_nothing(tmp_path, step):
    if not all((SHARED_DATA / name).exists() for name in CATALOGUES):
        pytest.skip("needs the real catalogues")
    files = [part_of(SHARED_DATA / name, tmp_path, step) for name in CATALOGUES]
    with loaded(tmp_path, "straight", files) as straight:
        joined = shown(straight, JOINED)
    with loaded(tmp_path, "turned", files[::-1]) as env:
        assert shown(env, JOINED) == joined
        before = shown(env, STATE)
        assert before.endswith(" 0")
        for file in files:
            assert "authors joined" not in manage(env, "import_books", str(file))
        assert shown(env, STATE) == before


def shown(env, code):
    """What a program prints in the shell of a database."""
    return manage(env, "shell", "--no-imports", "-c", code).strip()
