"""Two files of two sources give the same joins of books and of authors, whichever of them is loaded first."""

import itertools
import random
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

import pytest
from django.db import transaction

from authors.models import AuthorHeading
from books.importing.loader import load
from books.importing.records import Credit
from books.models import SourceRecord
from tests.books.catalogue import credit, record

pytestmark = pytest.mark.django_db

PEOPLE = (
    (("Jane Doe", "J. Doe"), 1900, 1970),
    (("Jane Doe", "Jane Mary Doe"), 1850, 1920),
    (("John Roe", "Bob Roe"), 1900, 1970),
    (("Ann Poe",), 1910, None),
    (("Sir Tom Coe", "Tom Coe"), None, 1990),
    (("Ed Noe", "Edward Noe", "E. Noe"), 1940, 2000),
)


class Work(NamedTuple):
    """A work: its title, the places of its authors in PEOPLE, its OCLC number, ISBN and year."""

    title: str
    people: tuple[int, ...]
    number: str
    isbn: str
    year: int


WORKS = (
    Work("Emma", (0,), "1", "9780306406157", 1930),
    Work("The Mill", (0, 4), "2", "9780804429573", 1960),
    Work("Odes", (1,), "3", "9780316769174", 1890),
    Work("Odes and Songs", (2, 3), "4", "9780439023481", 1950),
    Work("A Walk", (2,), "5", "9781861972712", 1955),
    Work("Night", (3, 5), "6", "9780140449136", 1965),
    Work("The Sea", (5,), "7", "9780141439518", 1970),
    Work("Plain Tales", (4,), "8", "9780199535569", 1975),
    Work("Night", (1, 2), "9", "9780486280615", 1912),
)


@pytest.mark.parametrize("seed", range(40))
def test_the_order_of_two_files_does_not_matter(seed):
    files = catalogues(seed)
    first, second = (joins_of(files, order) for order in (("one", "other"), ("other", "one")))
    assert first == second
    assert first["authors"]


def catalogues(seed: int) -> dict[str, list[Any]]:
    """The records of two sources that describe some of the same works, each in its own words."""
    draw = random.Random(seed)
    files = {}
    for source in ("one", "other"):
        people = [_credit(draw, *person) for person in PEOPLE]
        works = draw.sample(WORKS, draw.randint(4, 9))
        files[source] = [_record(draw, str(key), work, people) for key, work in enumerate(works)]
    return files


def _record(draw: random.Random, key: str, work: Work, people: list[Credit]) -> Any:
    """A source's record of a work; one in ten bears the ISBN of another work too."""
    isbns = [work.isbn] if draw.random() < 0.4 else []
    if draw.random() < 0.1:
        isbns = [*dict.fromkeys([*isbns, draw.choice(WORKS).isbn])]
    return record(
        key,
        work.title,
        credits=[people[person] for person in work.people],
        first_published_year=draw.choice((None, work.year)),
        identifiers=[("oclc", work.number)] if draw.random() < 0.4 else [],
        isbns=isbns,
    )


def _credit(draw: random.Random, names: tuple[str, ...], birth: int | None, death: int | None) -> Credit:
    name, others = draw.choice(names), tuple(other for other in names if draw.random() < 0.2)
    if draw.random() < 0.5:
        birth = death = None
    heading = f"{name}, {birth or ''}-{death or ''}" if birth or death else name
    return credit(heading, alternate_names=tuple(other for other in others if other != name))


def joins_of(files: dict[str, list[Any]], order: tuple[str, str]) -> dict[str, set[Any]]:
    """Which two keys are one book, and which two headings one author, after the `files` were loaded in this order."""
    point = transaction.savepoint()
    for source in order:
        load(iter(files[source]), source)
    books = joined(SourceRecord.objects.values_list("book_id", "source", "key"))
    authors = joined(AuthorHeading.objects.values_list("author_id", "source", "heading"))
    transaction.savepoint_rollback(point)
    return {"books": books, "authors": authors}


def joined(rows: Iterable[tuple[Any, ...]]) -> set[tuple[Any, ...]]:
    """The pairs of rows that name one row of a book or an author, whose id is their first value; without it."""
    groups: defaultdict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for pk, *rest in rows:
        groups[pk].append(tuple(rest))
    return {pair for group in groups.values() for pair in itertools.combinations(sorted(group), 2)}
