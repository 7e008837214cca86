"""Which records of two sources are one book: each rule with a pair of records, in both orders of loading."""

from itertools import count

import pytest

from books.importing.loader import load
from books.models import Book, SourceRecord
from tests.books.catalogue import ISBN, OTHER_ISBN, credit, record

pytestmark = pytest.mark.django_db

OCLC = [("oclc", "7")]
GREENE, OKAFOR = [credit("Greene, Anna")], [credit("Okafor, Ben")]


def by_isbn(title, **fields):
    return {"title": title, "isbns": [ISBN], **fields}


def by_number(title, **fields):
    return {"title": title, "identifiers": OCLC, **fields}


ONE = {
    "equal titles": (by_isbn("Emma"), by_isbn("EMMA!")),
    "equal titles under an identifier": (by_number("Emma"), by_number("Émma")),
    "a subtitle on one side only": (by_isbn("Dune", subtitle="A Novel"), by_isbn("Dune")),
    "a subtitle within the title": (
        by_isbn("Walden, or Life in the Woods"),
        by_isbn("Walden", subtitle="or Life in the Woods"),
    ),
    "a whole beginning of two words": (by_isbn("The Hobbit"), by_isbn("The Hobbit: or There and Back Again")),
    "a name on one side only": (by_isbn("Vegetable Gardening", credits=GREENE), by_isbn("Vegetable Gardening")),
    "a shared family name": (by_isbn("Soil", credits=[credit("Greene, A.")]), by_isbn("Soil", credits=GREENE + OKAFOR)),
    "a family name with a particle on one side": (
        by_isbn("Symphonies", credits=[credit("Beethoven, Ludwig van")]),
        by_isbn("Symphonies", credits=[credit("Van Beethoven, Ludwig")]),
    ),
    "a placeholder names no author": (
        by_isbn("Verses", credits=[credit("Various")]),
        by_isbn("Verses", credits=GREENE),
    ),
    "one volume spelt in two ways": (by_isbn("Essays", part="Vol. II"), by_isbn("Essays, Volume 2")),
    "one volume in two languages": (by_isbn("Faust", part="Zweiter Teil"), by_isbn("Faust", part="Part 2")),
    "a volume named on one side only, under equal titles": (by_isbn("Essays", part="Vol. 1"), by_isbn("Essays")),
    "strangers under an identifier, with equal titles": (
        by_number("Soil", credits=GREENE),
        by_number("Soil", credits=OKAFOR),
    ),
    "a reprint forty years later under an equal title": (
        by_number("Soil", credits=GREENE, published_year=1950),
        by_number("Soil", credits=GREENE, published_year=1990),
    ),
    "another title, but author and year": (
        by_number("Northern Lights", credits=GREENE, first_published_year=1995),
        by_number("The Golden Compass", credits=GREENE, first_published_year=1996),
    ),
    "an identifier before an ISBN": (
        {"title": "Emma", "identifiers": OCLC, "isbns": [ISBN]},
        {"title": "Emma", "identifiers": OCLC, "isbns": [OTHER_ISBN]},
    ),
}
TWO = {
    "another title": (
        by_isbn("Vegetable Gardening", credits=GREENE),
        by_isbn("Applied Thermodynamics", credits=OKAFOR),
    ),
    "another title under an identifier": (by_number("Vegetable Gardening"), by_number("Applied Thermodynamics")),
    "strangers under an ISBN, with equal titles": (by_isbn("Soil", credits=GREENE), by_isbn("Soil", credits=OKAFOR)),
    "a beginning of one word": (by_isbn("It"), by_isbn("It Ends with Us")),
    "a beginning that ends within a word": (by_isbn("The Hob"), by_isbn("The Hobbit")),
    "volumes of a set, by equal titles": (by_isbn("Essays", part="Vol. 1"), by_isbn("Essays", part="Vol. 2")),
    "volumes of a set, by titles that name them": (by_isbn("Essays. Volume I"), by_isbn("Essays. Volume II")),
    "volumes of a set, by different titles": (by_isbn("Inferno", part="Part 1"), by_isbn("Purgatorio", part="Part 2")),
    "volumes that have names": (by_isbn("Commedia", part="Inferno"), by_isbn("Commedia", part="Paradiso")),
    "a beginning, where one names a volume": (
        by_isbn("Collected Essays"),
        by_isbn("Collected Essays on Art", part="Vol. 2"),
    ),
    "titles without words": (by_isbn("???"), by_isbn("???")),
    "titles that are missing": (by_isbn("[Untitled]"), by_isbn("[Untitled]")),
    "a reprint forty years later under another title": (
        by_number("Soil", credits=GREENE, published_year=1950),
        by_number("Earth", credits=GREENE, published_year=1990),
    ),
    "years of another kind": (
        by_number("Soil", credits=GREENE, published_year=1950),
        by_number("Earth", credits=GREENE, first_published_year=1950),
    ),
    "author and year under an ISBN": (
        by_isbn("Soil", credits=GREENE, published_year=1950),
        by_isbn("Earth", credits=GREENE, published_year=1950),
    ),
    "an identifier that names no single record": (
        {"title": "Emma", "identifiers": [("shelfmark", "7")]},
        {"title": "Emma", "identifiers": [("shelfmark", "7")]},
    ),
}


def books_of(*files):
    """The books that there are after loading files, each a pair of a source and records, as sets of (source, key)."""
    shared = 0
    for source, records in files:
        numbers = count(1)
        items = [record(str(next(numbers)), **fields) for fields in records]
        shared += load(iter(items), source).isbn_shared
    found: dict[int, set[tuple[str, str]]] = {}
    for book, source, key in SourceRecord.objects.values_list("book", "source", "key"):
        found.setdefault(book, set()).add((source, key))
    SourceRecord.objects.all().delete()
    Book.objects.all().delete()
    return sorted(map(sorted, found.values())), shared


@pytest.mark.parametrize("pair", ONE.values(), ids=ONE)
def test_two_records_are_one_book_whichever_comes_first(pair):
    one, other = pair
    joined = ([[("a", "1"), ("b", "1")]], 0)
    assert books_of(("a", [one]), ("b", [other])) == joined
    assert books_of(("b", [other]), ("a", [one])) == joined


@pytest.mark.parametrize("pair", TWO.values(), ids=TWO)
def test_two_records_are_two_books_whichever_comes_first(pair):
    one, other = pair
    shares = "shelfmark" not in str(one)
    apart = ([[("a", "1")], [("b", "1")]], shares)
    assert books_of(("a", [one]), ("b", [other])) == apart
    assert books_of(("b", [other]), ("a", [one])) == apart


SEVERAL = {
    "several agree: none is joined": ([by_isbn("Emma"), by_isbn("Emma")], [by_isbn("Emma")], []),
    "the one that agrees": ([by_isbn("Emma"), by_isbn("Persuasion")], [by_isbn("Persuasion")], [("2", "1")]),
    "each with its own": (
        [by_isbn("Essays", part="Vol. 1"), by_isbn("Essays", part="Vol. 2")],
        [by_isbn("Essays", part="v. 2"), by_isbn("Essays", part="v. 1")],
        [("1", "2"), ("2", "1")],
    ),
    "a title before author and year": (
        [
            by_number("Soil", credits=GREENE, published_year=1950),
            by_number("Earth", credits=GREENE, published_year=1950),
        ],
        [by_number("Earth", credits=GREENE, published_year=1951)],
        [("2", "1")],
    ),
    "an identifier before an ISBN": (
        [by_number("Emma"), by_isbn("Emma")],
        [{"title": "Emma", "identifiers": OCLC, "isbns": [ISBN]}],
        [("1", "1")],
    ),
    "two that agree with one": ([by_isbn("Emma"), by_isbn("Emma")], [by_isbn("Emma"), by_isbn("Soil")], []),
}


@pytest.mark.parametrize("case", SEVERAL.values(), ids=SEVERAL)
def test_of_several_records_those_are_one_book_that_are_each_others_only_ones(case):
    first, second, joined = case
    expected = sorted([sorted([("a", one), ("b", other)]) for one, other in joined])
    for files in ((("a", first), ("b", second)), (("b", second), ("a", first))):
        books, _ = books_of(*files)
        assert [book for book in books if len(book) > 1] == expected
        assert sum(map(len, books)) == len(first) + len(second)


def test_two_records_of_one_source_are_never_one_book():
    first, second = record("1", "Emma", isbns=[ISBN]), record("2", "Emma", isbns=[ISBN])
    assert load(iter([first]), "a").created == 1
    assert load(iter([first, second]), "a").created == 1


def test_equal_keys_of_two_sources_are_two_records_and_a_file_loaded_twice_changes_nothing():
    items = [record("1", "Emma", isbns=[ISBN]), record("2", "Soil", isbns=[ISBN])]
    other = [record("1", "Persuasion", isbns=[ISBN])]
    assert load(iter(items), "a").isbn_shared == 1
    assert load(iter(other), "b").isbn_shared == 1
    for source, again in (("a", items), ("b", other)):
        summary = load(iter(again), source)
        assert (summary.unchanged, summary.isbn_shared) == (len(again), 0)
    assert Book.objects.count() == 3


def test_a_record_without_a_key_gets_one_of_what_it_says():
    def items():
        yield record("", "Emma", isbns=[ISBN], position=1)
        yield record("", "Emma", isbns=[OTHER_ISBN], position=2)
        yield record("", "Emma", isbns=[ISBN], position=3)

    summary = load(items(), "a")
    assert (summary.created, summary.made_keys) == (2, 2)
    assert [(each.position, each.reason) for each in summary.rejections] == [(3, "duplicate_key")]
    assert load(items(), "a").unchanged == 2


def test_the_key_of_a_work_is_its_sources_own():
    load(iter([record("1", work="W1"), record("2", "B", work="openlibrary:OL1W")]), "a")
    assert list(Book.objects.order_by("pk").values_list("work", flat=True)) == ["a:W1", "openlibrary:OL1W"]
