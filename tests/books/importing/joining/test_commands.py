"""What the commands print about joined authors, and about those who could be one."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from authors.models import Author
from core.jobs.models import Job

pytestmark = pytest.mark.django_db(transaction=True)

LIBRARY = [
    ("Poems", "Smith, Ann", 1800, 1850, None),
    ("Odes", "Lee, Vernon", 1856, 1935, None),
    ("Laws", "Greene, Robert", None, 1592, None),
    ("Essays", "Moore, Thomas", 1779, 1852, None),
    ("Guy Rivers", "Moore, Thomas", 1821, 1887, None),
]
SHOP = [
    ("Poems", "Ann Smith", None, None, None),
    ("Tales", "Vernon Lee", None, None, 1890),
    ("Mastery", "Robert Greene", None, None, 2012),
    ("Evenings", "Thomas Moore", None, None, 1845),
]


def imported(folder, source, books):
    """What the command prints that loads these books."""
    path, output = folder / source, StringIO()
    lines = [{"_format": "octavo", "version": 1, "source": source}]
    for key, (title, name, born, died, year) in enumerate(books):
        author = {"name": name, "birth_year": born, "death_year": died}
        book = {"key": str(key), "title": title, "first_published_year": year}
        present = {field: value for field, value in author.items() if value}
        lines.append({**{field: value for field, value in book.items() if value}, "authors": [present]})
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    call_command("import_books", str(path), stdout=output)
    return output.getvalue().splitlines()


def test_a_load_says_how_many_authors_it_joined_and_by_what(tmp_path):
    assert not any("joined" in line for line in imported(tmp_path, "library", LIBRARY))
    assert imported(tmp_path, "shop", SHOP)[1:] == ["  authors joined: 1 by a shared title, 1 by years"]
    job = Job.objects.latest("created_at")
    assert (job.counts["joined_by_title"], job.counts["joined_by_years"], job.counts["created"]) == (1, 1, 4)


def test_those_who_could_be_one_are_listed_with_the_reason(tmp_path):
    for source, books in (("library", LIBRARY), ("shop", SHOP)):
        imported(tmp_path, source, books)
    printed, said = StringIO(), StringIO()
    call_command("duplicates", stdout=printed, stderr=said)
    head, *rows = [line.split("\t") for line in printed.getvalue().splitlines()]
    assert head == [
        "reason", "id", "name", "years", "sources", "books",
        "other_id", "other_name", "other_years", "other_sources", "other_books",
    ]  # fmt: skip
    ids = dict(Author.objects.values_list("death_year", "pk"))
    names = Author.objects.filter(death_year=None).values_list("name", "pk")
    greene, moore = dict(names)["Robert Greene"], dict(names)["Thomas Moore"]
    late, several = "no shared title, and books outside the other's life", "several are possible by years"
    theirs = [str(moore), "Thomas Moore", "", "shop", "1"]
    assert sorted(rows) == sorted([
        [late, str(ids[1592]), "Robert Greene", "-1592", "library", "1", str(greene), "Robert Greene", "", "shop", "1"],
        [several, str(ids[1852]), "Thomas Moore", "1779-1852", "library", "1", *theirs],
        [several, str(ids[1887]), "Thomas Moore", "1821-1887", "library", "1", *theirs],
    ])  # fmt: skip
    assert said.getvalue() == "3 pairs of authors could be one.\n"


def test_nobody_could_be_one_in_a_catalogue_of_one_source(tmp_path):
    imported(tmp_path, "library", LIBRARY)
    printed = StringIO()
    call_command("duplicates", stdout=printed, stderr=StringIO())
    assert len(printed.getvalue().splitlines()) == 1
