import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from books.importing.readers import gutenberg
from books.importing.readers.formats import open_catalogue
from books.importing.records import Credit, Record, Rejection, Topic
from tests.support.parsing import parsed

HEADER = "Text#,Type,Issued,Title,Language,Authors,Subjects,LoCC,Bookshelves\r\n"


def read(text: str) -> list[Record | Rejection]:
    return parsed(gutenberg.read(io.StringIO(text, newline="")))


def read_row(**fields: str) -> Record:
    row = {"Text#": "1", "Type": "Text", "Title": "T", "Language": "en", **fields}
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, gutenberg.COLUMNS)
    writer.writeheader()
    writer.writerow(row)
    [record] = read(file.getvalue())
    assert isinstance(record, Record)
    return record


def test_a_row_gives_the_whole_record() -> None:
    text = HEADER + (
        '2,Text,1972-12-01,"The United States Bill of Rights\r\nThe Ten Original Amendments",en,United States,'
        "Civil rights -- United States -- Sources; United States. Constitution. 1st-10th Amendments,JK; KF,"
        '"Politics; United States Law; Category: History - American; Category: Law & Criminology"\r\n'
    )
    assert read(text) == [
        Record(
            key="2",
            position=2,
            title="The United States Bill of Rights",
            subtitle="The Ten Original Amendments",
            credits=[Credit("United States", "United States", "United States", "organisation")],
            categories=[("History", "American"), ("Law & Criminology",)],
            subjects=[
                Topic("Civil rights -- United States -- Sources"),
                Topic("United States. Constitution. 1st-10th Amendments"),
                Topic("JK", "class"),
                Topic("KF", "class"),
                Topic("Politics", "shelf"),
                Topic("United States Law", "shelf"),
            ],
            languages=["en"],
            format="text",
            identifiers=[("gutenberg", "2")],
            links=[("source", "text/html", "https://www.gutenberg.org/ebooks/2")],
            extra={
                "issued": "1972-12-01",
                "source_title": "The United States Bill of Rights\r\nThe Ten Original Amendments",
            },
        )
    ]


def test_two_names_of_one_shelf_are_one_category_in_source_order() -> None:
    shelves = (
        "Browsing: Poetry; Category: Poetry; Category: Religion/Spirituality;"
        " Browsing: Children & Young Adult, Reading; Category: History - Modern (1750+); Harvard Classics"
    )
    record = read_row(Bookshelves=shelves)
    assert record.categories == [
        ("Poetry",),
        ("Religion/Spirituality",),
        ("Children & Young Adult, Reading",),
        ("History", "Modern (1750+)"),
    ]
    assert record.subjects == [Topic("Harvard Classics", "shelf")]


def test_a_list_that_was_cut_off_after_a_semicolon_keeps_its_last_value() -> None:
    assert read_row(Bookshelves="Browsing: Literature;").categories == [("Literature",)]


def test_a_value_given_twice_counts_once() -> None:
    assert read_row(Subjects="Whales; Ships; Whales").subjects == [Topic("Whales"), Topic("Ships")]


@pytest.mark.parametrize(
    ("authors", "expected"),
    [
        ("Mandeville, John, Sir; Anonymous", [("Mandeville, John, Sir", "author", ""), ("Anonymous", "author", "")]),
        ("Cary, Henry [Translator]", [("Cary, Henry", "translator", "")]),
        ("Doe, J. [Author of introduction, etc.]", [("Doe, J.", "author_of_introduction", "")]),
        ("Doe, J. [Unknown role]", [("Doe, J.", "contributor", "Unknown role")]),
        ("Doe, J.; Doe, J. [Editor]; Doe, J.", [("Doe, J.", "author", ""), ("Doe, J.", "editor", "")]),
        ("Doe, J. [Editor] [Illustrator]", [("Doe, J.", "editor", ""), ("Doe, J.", "illustrator", "")]),
        ("Doe, J. [pseud.]", [("Doe, J.", "author", "")]),
        ("", []),
    ],
)
def test_roles_in_brackets_are_taken_off_the_heading(authors: str, expected: list[tuple[str, str, str]]) -> None:
    credits = read_row(Authors=authors).credits
    assert [(credit.heading, credit.role, credit.note) for credit in credits] == expected


def test_the_heading_with_its_years_is_the_key_of_the_author() -> None:
    [credit] = read_row(Authors="Wells, H. G. (Herbert George), 1866-1946").credits
    assert credit == Credit(
        heading="Wells, H. G. (Herbert George), 1866-1946",
        name="H. G. Wells",
        sort_name="Wells, H. G.",
        birth_year=1866,
        death_year=1946,
        alternate_names=("Herbert George Wells",),
    )


@pytest.mark.parametrize(("language", "name"), [("zh", "Tao Qian"), ("zh; ja", "Tao Qian"), ("zh; en", "Qian Tao")])
def test_family_names_come_first_in_works_only_in_east_asian_languages(language: str, name: str) -> None:
    assert read_row(Language=language, Authors="Tao, Qian, 365-427").credits[0].name == name


@pytest.mark.parametrize(
    ("languages", "codes", "extra"),
    [
        ("en; es; fr", ["en", "es", "fr"], {}),
        ("gla; oji", ["gd", "oj"], {}),
        ("en-US; en", ["en"], {"regions": ["US"]}),
        ("en; xx9; und", ["en"], {"unknown_languages": ["xx9", "und"]}),
        ("English; Español; tok", ["en", "es", "tok"], {}),
        ("", [], {}),
    ],
)
def test_languages_are_codes_and_the_rest_goes_to_extra(
    languages: str, codes: list[str], extra: dict[str, Any]
) -> None:
    record = read_row(Language=languages)
    assert (record.languages, record.extra) == (codes, extra)


def test_an_empty_title_is_untitled_and_has_no_source_title() -> None:
    record = read_row(Title="")
    assert (record.title, record.extra) == ("[Untitled]", {})


def test_a_title_too_long_is_kept_whole_in_extra() -> None:
    record = read_row(Title="x" * 3_000)
    assert (len(record.title), record.extra) == (1_000, {"source_title": "x" * 3_000})


def test_the_release_date_is_in_no_year() -> None:
    record = read_row(Issued="1971-12-01")
    assert record.extra == {"issued": "1971-12-01"}
    assert (record.first_published_year, record.published_year, record.published) == (None, None, "")


@pytest.mark.parametrize("kind", ["Text", "Sound", "MovingImage", "Dataset"])
def test_the_type_gives_the_format(kind: str) -> None:
    assert read_row(Type=kind).format == kind.lower()


@pytest.mark.parametrize("key", ["", "x", "12x", "-1", "0", "1.5", "٣", "12345678901234"])
def test_a_row_without_a_number_is_rejected(key: str) -> None:
    row = f"{key},Text,,T,en,,,,\r\n"
    assert read(HEADER + row) == [
        Rejection(2, "bad_key", f"Text# is {key!r}, not the number of a work.", row),
    ]


FIELD = st.text(st.one_of(st.characters(), st.sampled_from('"\r\n;,[]$b:- ')))


@given(st.lists(st.tuples(st.integers(1, 10**9), *[FIELD] * 8), max_size=5))
def test_whatever_csv_can_write_is_read_row_by_row(rows: list[tuple[Any, ...]]) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(gutenberg.COLUMNS)
    writer.writerows(rows)
    items = read(file.getvalue())
    assert [item.key for item in items if isinstance(item, Record)] == [str(row[0]) for row in rows]
    for item in items:
        assert isinstance(item, Record)
        assert item.title
        assert all(0 not in (credit.birth_year, credit.death_year) for credit in item.credits)
        assert all(path and all(path) for path in item.categories)


@pytest.mark.parametrize(
    ("name", "works", "pairs", "without_author"),
    [
        ("gutenberg/pg_catalog_2026-06.csv.gz", 78_766, 185_101, 2_966),
        ("gutenberg/pg_catalog_2023_part.csv", 7_660, 20_006, 21),
    ],
)
def test_no_work_of_the_real_catalogue_is_lost(
    real_file: Callable[[str], Path], name: str, works: int, pairs: int, without_author: int
) -> None:
    seen, untitled, counts = set(), [], {"pairs": 0, "without author": 0}
    with open_catalogue(real_file(name)) as catalogue:
        for item in parsed(catalogue.items):
            assert isinstance(item, Record), item
            seen.add(item.key)
            counts["pairs"] += len(item.categories)
            counts["without author"] += not item.credits
            untitled += [item.key] if item.title == "[Untitled]" else []
            for text in (item.title, item.subtitle, item.part):
                assert not set(text) & {"\n", "\r", "\0"}
                assert "$b" not in text
        assert catalogue.position() == catalogue.size
    assert len(seen) == works
    assert counts == {"pairs": pairs, "without author": without_author}
    assert untitled == (["90907"] if works == 78_766 else [])
