import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from books.importing.normalizing import PreparedRecord, normalize
from books.importing.readers import goodbooks
from books.importing.readers.formats import open_catalogue
from books.importing.readers.goodbooks import split_series
from books.importing.records import Credit, Record, Rejection
from tests.support.parsing import parsed

HEADER = (
    "book_id,goodreads_book_id,best_book_id,work_id,books_count,isbn,isbn13,authors,original_publication_year,"
    "original_title,title,language_code,average_rating,ratings_count,work_ratings_count,work_text_reviews_count,"
    "ratings_1,ratings_2,ratings_3,ratings_4,ratings_5,image_url,small_image_url\n"
)
ROW = (
    '2,3,3,4640799,491,439554934,9.78043955493e+12,"J.K. Rowling, Mary GrandPré",1997.0,'
    "Harry Potter and the Philosopher's Stone,\"Harry Potter and the Sorcerer's Stone (Harry Potter, #1)\",eng,4.44,"
    "4602479,4800065,75867,75504,101676,455024,1156318,3011543,"
    "https://images.gr-assets.com/books/1474154022m/3.jpg,https://images.gr-assets.com/books/1474154022s/3.jpg\n"
)


def read(text: str) -> list[Record | Rejection]:
    return parsed(goodbooks.read(io.StringIO(text, newline="")))


def read_row(**changes: str) -> Record:
    [row] = csv.DictReader(io.StringIO(HEADER + ROW))
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, row.keys())
    writer.writeheader()
    writer.writerow({**row, **changes})
    [record] = read(file.getvalue())
    assert isinstance(record, Record)
    return record


def test_a_row_gives_the_whole_record() -> None:
    assert read(HEADER + ROW) == [
        Record(
            key="2",
            position=2,
            title="Harry Potter and the Sorcerer's Stone",
            credits=[
                Credit("J.K. Rowling", "J.K. Rowling", "Rowling, J.K."),
                Credit("Mary GrandPré", "Mary GrandPré", "GrandPré, Mary"),
            ],
            series=[("Harry Potter", "1")],
            languages=["en"],
            first_published_year=1997,
            identifiers=[("goodreads", "3")],
            isbns=["9780439554930"],
            cover={
                "small": "https://images.gr-assets.com/books/1474154022s/3.jpg",
                "medium": "https://images.gr-assets.com/books/1474154022m/3.jpg",
                "large": "https://images.gr-assets.com/books/1474154022m/3.jpg",
            },
            rating_average=4.44,
            ratings_count=4_602_479,
            popularity=4_602_479,
            work="goodreads:4640799",
            extra={
                "source_title": "Harry Potter and the Sorcerer's Stone (Harry Potter, #1)",
                "original_title": "Harry Potter and the Philosopher's Stone",
                "work_ratings_count": 4_800_065,
                "work_text_reviews_count": 75_867,
            },
        )
    ]


@pytest.mark.parametrize(
    ("isbn", "isbns", "invalid"),
    [
        ("439023483", ["9780439023481"], []),
        ("61120081", ["9780061120084"], []),
        ("043965548X", ["9780439655484"], []),
        ("439023484", [], [("isbn_invalid", "439023484")]),
        ("unknown", [], [("isbn_invalid", "unknown")]),
        ("", [], []),
    ],
)
def test_isbns_get_their_leading_zeros_back(isbn: str, isbns: list[str], invalid: list[tuple[str, str]]) -> None:
    record = read_row(isbn=isbn)
    assert (record.isbns, record.identifiers) == (isbns, [("goodreads", "3"), *invalid])


def test_an_isbn_with_words_is_read_and_its_words_are_kept() -> None:
    record = read_row(isbn="0316769177 (pbk.)")
    assert (record.isbns, record.extra["source_isbns"]) == (["9780316769174"], ["0316769177 (pbk.)"])
    assert "source_isbns" not in read_row(isbn="ISBN 0-316-76917-7").extra


def test_isbn13_is_never_read() -> None:
    assert read_row(isbn="", isbn13="9780439023481").isbns == []


@pytest.mark.parametrize(
    ("title", "bare", "series"),
    [
        ("The Hunger Games (The Hunger Games, #1)", "The Hunger Games", [("The Hunger Games", "1")]),
        ("The Shining (The Shining #1)", "The Shining", [("The Shining", "1")]),
        ("Clan (Day by Day Armageddon,# 2)", "Clan", [("Day by Day Armageddon", "2")]),
        ("Set (Harry Potter, #1-7)", "Set", [("Harry Potter", "1-7")]),
        ("Plays (The Theban Plays, #1–3)", "Plays", [("The Theban Plays", "1-3")]),
        ("Four (Divergent, #0.1 - 0.4)", "Four", [("Divergent", "0.1-0.4")]),
        ("Saga (Twilight, #1-4 + 3.5)", "Saga", [("Twilight", "1-4 + 3.5")]),
        ("Two (The Selection, #0.5, 2.5)", "Two", [("The Selection", "0.5, 2.5")]),
        ("Dead (Sookie, #4.1, #4.3, #5.1)", "Dead", [("Sookie", "4.1, 4.3, 5.1")]),
        ("Mort (Death, #1; Discworld, #4)", "Mort", [("Death", "1"), ("Discworld", "4")]),
        ("Steam (Discworld, #40, Moist von Lipwig #3 )", "Steam", [("Discworld", "40"), ("Moist von Lipwig", "3")]),
        (
            "Eve (Eve Duncan, #12; Eve, Quinn and Bonnie #1)",
            "Eve",
            [("Eve Duncan", "12"), ("Eve, Quinn and Bonnie", "1")],
        ),
        ("Snow (A Song of Ice and Fire, #3: Part 1 of 2)", "Snow", [("A Song of Ice and Fire", "3: Part 1 of 2")]),
        ("Kiss (Includes: Immortals After Dark, #8)", "Kiss", [("Immortals After Dark", "8")]),
        ("Ranma ½, Vol. 1 (Ranma ½ (US 2nd), #1)", "Ranma ½, Vol. 1", [("Ranma ½ (US 2nd)", "1")]),
        (
            "Guilty Pleasures (Anita Blake, Vampire Hunter #1)",
            "Guilty Pleasures",
            [("Anita Blake, Vampire Hunter", "1")],
        ),
        ("Prequel (Saga, #)", "Prequel", [("Saga", "")]),
    ],
)
def test_series_leave_the_title(title: str, bare: str, series: list[tuple[str, str]]) -> None:
    assert split_series(title) == (bare, series)


@pytest.mark.parametrize(
    "title",
    [
        "Is Everyone Hanging Out Without Me? (And Other Concerns)",
        "Sleeping Beauty (Disney Princess, 5)",
        "#GIRLBOSS",
        "Saga #1",
        "Nancy Drew: #1-64",
        "(Series, #1)",
        "Open (Series, #1",
        "Closed Series, #1)",
        "Nothing (#1)",
    ],
)
def test_other_brackets_stay_in_the_title(title: str) -> None:
    assert split_series(title) == (title, [])


def test_colons_inside_a_title_stay() -> None:
    assert read_row(title="Sapiens: A Brief History of Humankind").title == "Sapiens: A Brief History of Humankind"


@pytest.mark.parametrize(
    ("text", "year"),
    [("2008.0", 2008), ("-720.0", -720), ("8.0", 8), ("0.0", None), ("0.5", None), ("", None), ("8858", 8858)],
)
def test_the_year_is_the_works_first(text: str, year: int | None) -> None:
    record = read_row(original_publication_year=text)
    assert (record.first_published_year, record.published_year) == (year, None)


@pytest.mark.parametrize(
    ("code", "languages", "extra"),
    [
        ("eng", ["en"], {}),
        ("en-US", ["en"], {"regions": ["US"]}),
        ("German", ["de"], {}),
        ("tok", ["tok"], {}),
        ("mul", [], {"unknown_languages": ["mul"]}),
        ("Klingonish", [], {"unknown_languages": ["Klingonish"]}),
        ("", [], {}),
    ],
)
def test_languages_are_codes_and_regions_go_to_extra(
    code: str, languages: list[str], extra: dict[str, list[str]]
) -> None:
    record = read_row(language_code=code)
    assert record.languages == languages
    assert {name: record.extra[name] for name in ("regions", "unknown_languages") if name in record.extra} == extra


def test_a_placeholder_for_a_cover_is_none() -> None:
    assert read_row(image_url="https://s.gr-assets.com/assets/nophoto/book/111x148.png").cover is None


def test_a_row_without_an_id_is_rejected() -> None:
    [rejection] = read(HEADER + ROW.replace("2,3,3", "two,3,3", 1))
    assert isinstance(rejection, Rejection)
    assert (rejection.position, rejection.reason) == (2, "bad_key")


@given(st.text(st.one_of(st.characters(), st.sampled_from("()#,;1 -"))))
def test_any_title_keeps_something(title: str) -> None:
    bare, series = split_series(title)
    assert bool(bare) == bool(title)
    assert all(name for name, _ in series)


@given(st.lists(st.text(), min_size=22, max_size=22))
def test_any_fields_give_a_record(fields: list[str]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerow(["7", *fields])
    [read_record] = read(HEADER + file.getvalue())
    assert isinstance(read_record, Record)
    prepared = normalize(read_record, "goodbooks")
    assert isinstance(prepared, PreparedRecord)
    assert prepared.record.first_published_year != 0
    assert prepared.record.rating_average is None or 0 <= prepared.record.rating_average <= 5


def test_a_rating_that_cannot_be_is_moved_out_of_its_column() -> None:
    prepared = normalize(read_row(average_rating="6.0"), "goodbooks")
    assert isinstance(prepared, PreparedRecord)
    assert prepared.record.rating_average is None
    assert "6.0" in str(prepared.record.extra["notes"])


def test_the_real_data_set_is_read_whole(real_file: Callable[[str], Path]) -> None:
    with open_catalogue(real_file("goodbooks/books.csv")) as catalogue:
        assert (catalogue.format, catalogue.source) == ("goodbooks", "goodbooks")
        records = [item for item in parsed(catalogue.items) if isinstance(item, Record)]
    assert len({record.key for record in records}) == 10_000
    assert sum(len(record.isbns) for record in records) == 9_277
    assert sum(scheme == "isbn_invalid" for record in records for scheme, _ in record.identifiers) == 23
    assert sum(bool(record.series) for record in records) == 4_439
    assert sum((record.first_published_year or 0) < 0 for record in records) == 31
    assert sum(record.cover is None for record in records) == 3_332
    assert all(record.credits for record in records)
