"""Limits on records: a value over a limit moves to `extra` or rejects the record, alike on both databases."""

from typing import Any

import pytest

from books.counts import recount
from books.importing.loader import load
from books.importing.record_bounds import LONGEST_LIST, LONGEST_TEXT
from books.importing.records import Credit, Topic
from books.models import Book
from tests.books.catalogue import credit, record

pytestmark = pytest.mark.django_db

MANY = LONGEST_LIST + 1
ISBNS = [f"978{n:010}" for n in range(MANY)]
LISTS: dict[str, Any] = {
    "authors": {"credits": [Credit(f"A {n}", "A", "A") for n in range(MANY)]},
    "authors.alternate_names": {"credits": [credit("A", alternate_names=tuple(map(str, range(MANY))))]},
    "categories": {"categories": [(str(n),) for n in range(MANY)]},
    "subjects": {"subjects": [Topic(str(n)) for n in range(40_000)]},
    "series": {"series": [("S", str(n)) for n in range(MANY)]},
    "languages": {"languages": [f"l{n}" for n in range(MANY)]},
    "original_languages": {"original_languages": [f"l{n}" for n in range(MANY)]},
    "identifiers": {"identifiers": [("s", str(n)) for n in range(MANY)]},
    "isbns": {"isbns": ISBNS},
    "links": {"links": [("source", "", f"https://example.org/{n}") for n in range(MANY)]},
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_too_long_is_refused_by_its_name_on_both_databases(name):
    summary = load([record("1", **LISTS[name]), record("2")], "a")
    assert (summary.created, [each.reason for each in summary.rejections]) == (1, ["too_large"])
    number = 40_000 if name == "subjects" else MANY
    assert summary.rejections[0].message == f"{name} has {number:,} values, more than 10,000."


HAN = "".join(map(chr, range(0x20000, 0x20000 + 40_000)))
TEXTS: dict[str, Any] = {
    "words": {"subtitle": " ".join(f"{n:x}" for n in range(LONGEST_TEXT))},
    "characters of Chinese": {"subtitle": HAN + HAN[::-1]},
    "subjects": {"subjects": [Topic(f"{n:0400}") for n in range(200)]},
    "names": {"credits": [credit(f"{n:x}" * 70) for n in range(1_000, 1_500)]},
    "other names": {"credits": [credit("A", alternate_names=tuple(f"{n:x}" * 70 for n in range(1_000, 1_500)))]},
    "categories": {"categories": [(f"{n:0250}",) for n in range(300)]},
}


@pytest.mark.parametrize("name", TEXTS)
def test_more_than_an_index_row_takes_is_refused_on_both_databases(name):
    summary = load([record("1", **TEXTS[name]), record("2")], "a")
    assert (summary.created, [each.reason for each in summary.rejections]) == (1, ["too_large"])
    assert summary.rejections[0].message.endswith(f"more than {LONGEST_TEXT:,}.")


WITHIN: dict[str, Any] = {
    "every list": {
        "credits": [Credit(f"A {n}", "A", "A") for n in range(9_000)],
        "categories": [(str(n),) for n in range(500)],
        "subjects": [Topic(f"{n:x}") for n in range(LONGEST_LIST)],
        "series": [("S", str(n)) for n in range(LONGEST_LIST)],
        "languages": [f"l{n}" for n in range(LONGEST_LIST)],
        "identifiers": [("s", str(n)) for n in range(LONGEST_LIST)],
        "isbns": ISBNS[:LONGEST_LIST],
    },
    "a long description": {"description": "word " * 500_000},
    "rare Chinese": {"subtitle": HAN + HAN[9_900::-1]},
    "distinct words": {"subtitle": " ".join(f"{n:x}" for n in range(LONGEST_TEXT // 6))},
    "much of what is not indexed": {"extra": {"notes": ["x" * 1_000] * 1_000}},
}  # fmt: skip


@pytest.mark.parametrize("name", WITHIN)
def test_as_much_as_is_allowed_is_loaded_on_both_databases(name):
    summary = load([record("1", **WITHIN[name])], "a")
    assert [each.message for each in summary.rejections] == []
    assert summary.created == 1
    assert recount() == 0


FAR = (2**15, 2**31 - 1, 2**31, 2**63, 10**30, -(2**15) - 1, -(2**31) - 1, -(2**63) - 1, 0, -1, True, 1.5, float("nan"))
KEPT: dict[str, Any] = {
    "first_published_year": [-1],
    "published_year": [-1],
    "pages": [2**15, 2**31 - 1],
    "ratings_count": [2**15, 2**31 - 1, 0],
    "popularity": [2**15, 2**31 - 1, -(2**15) - 1, 0, -1],
    "rating_average": [0, 1.5],
}
"""The values of FAR that each column can store."""


@pytest.mark.parametrize("value", FAR, ids=map(str, FAR))
@pytest.mark.parametrize("name", KEPT)
def test_a_number_out_of_range_goes_beside_the_columns_on_both_databases(name, value):
    assert load([record("1", **{name: value})], "a").created == 1
    book = Book.objects.get()
    if value in KEPT[name] and not isinstance(value, bool):
        assert getattr(book, name) == value
        assert book.extra == {}
    else:
        assert getattr(book, name) is None
        kept = book.extra[f"source_{name}"]
        assert kept is None if value in FAR[-1:] else str(kept) == str(value)


@pytest.mark.parametrize("year", [0, 2**15, 2**31, 2**63, -5_001, 2_201])
def test_a_year_of_life_out_of_range_is_none_on_both_databases(year):
    person = credit("Austen, Jane", birth_year=year, death_year=year)
    assert load([record("1", credits=[person])], "a").created == 1
    author = Book.objects.get().authors.get()
    assert (author.birth_year, author.death_year) == (None, None)
