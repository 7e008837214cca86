import csv
import gzip
import re
import unicodedata

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from books.importing.loader import load
from books.importing.parsing.references import decoded
from books.importing.parsing.titles import Title, clean, split_title
from books.importing.readers import gutenberg
from books.importing.record_bounds import TEXTS
from books.importing.records import Record
from books.models import Book
from books.search.indexing import book_fields, index_books
from core.text import spellings
from tests.support.parsing import parsed

TITLES = {
    "The Declaration of Independence of the United States of America": Title(
        "The Declaration of Independence of the United States of America"
    ),
    "The United States Bill of Rights\r\nThe Ten Original Amendments to the Constitution of the United States": Title(
        "The United States Bill of Rights", "The Ten Original Amendments to the Constitution of the United States"
    ),
    "Life of Harriet Beecher Stowe\nCompiled From Her Letters and Journals": Title(
        "Life of Harriet Beecher Stowe", "Compiled From Her Letters and Journals"
    ),
    "The technic of the baton : $b a handbook for students of conducting": Title(
        "The technic of the baton", "a handbook for students of conducting"
    ),
    "Up the ladder; $b or, striving and thriving": Title("Up the ladder", "or, striving and thriving"),
    "Genesis A :\r\n$b Translated from the Old English": Title("Genesis A", "Translated from the Old English"),
    "Anthology : $b From the tenth century : $b to the close": Title(
        "Anthology", "From the tenth century : to the close"
    ),
    "National character : $b A Thanksgiving discourse\r\nDelivered November 15th, 1855": Title(
        "National character", "A Thanksgiving discourse Delivered November 15th, 1855"
    ),
    "Dress design $b: an account of costume for artists & dressmakers": Title(
        "Dress design", "an account of costume for artists & dressmakers"
    ),
    "Der Abenteurer : $ Roman": Title("Der Abenteurer", "Roman"),
    "The Girl Wanted:  A Book of Friendly Thoughts": Title("The Girl Wanted: A Book of Friendly Thoughts"),
    "Withered Leaves: A Novel.  Vol. 2 (of 3)": Title("Withered Leaves: A Novel. Vol. 2 (of 3)"),
    "The $100 Prize Essay on the Cultivation of the Potato.": Title(
        "The $100 Prize Essay on the Cultivation of the Potato."
    ),
    "$1,000 a Plate": Title("$1,000 a Plate"),
    "e\u0301tude": Title("étude"),
    "NUL\0 and\x1b tab\tgone": Title("NUL and tab gone"),
    "Scientific American, Vol. XXXIX.\x97No. 6.": Title("Scientific American, Vol. XXXIX.—No. 6."),
    "A magyar előidőkből; Egy \u200basszonyi hajszál": Title("A magyar előidőkből; Egy asszonyi hajszál"),
    "": Title("[Untitled]"),
    " \r\n ": Title("[Untitled]"),
    "$b only a subtitle": Title("only a subtitle"),
}


@pytest.mark.parametrize(("raw", "expected"), TITLES.items(), ids=range(len(TITLES)))
def test_titles_are_split_at_the_first_subfield_or_line_break(raw: str, expected: Title) -> None:
    assert split_title(raw) == expected


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("The right to read =", "The right to read"),
        ("A title /", "A title"),
        ("A title :", "A title"),
        ("Stones of Venice, Volume 2 (of 3),", "Stones of Venice, Volume 2 (of 3)"),
        ("A Zola Dictionary;", "A Zola Dictionary"),
        ("Pirates, Etc.", "Pirates, Etc."),
        ("Where?", "Where?"),
        ("Hark!", "Hark!"),
        ("and/or/", "and/or/"),
        ("...", "..."),
    ],
)
def test_only_isbd_marks_go_from_the_end(raw: str, title: str) -> None:
    assert split_title(raw) == Title(title)


@pytest.mark.parametrize(
    ("raw", "part"),
    [
        ("Title\nVolume 17, New Series, January 3, 1852", "Volume 17, New Series, January 3, 1852"),
        ("Title\r\nVol. II", "Vol. II"),
        ("Title\nPart 1 of 3", "Part 1 of 3"),
        ("Title\nPart the II.", "Part the II."),
        ("Title\nBook the first", "Book the first"),
        ("Title\nTome IV", "Tome IV"),
        ("Title\nErster Theil", "Erster Theil"),
        ("Title\n8. Band", "8. Band"),
        ("Title\n4º volume da Comedia do Campo", "4º volume da Comedia do Campo"),
        ("Title\nSecond Series", "Second Series"),
        ("Title\nParte Primeira: O oraculo da Noite", "Parte Primeira: O oraculo da Noite"),
        ("Title\nNo. 3, Oct. 1, 1850", "No. 3, Oct. 1, 1850"),
        ("Title\nNr 7", "Nr 7"),
        ("Title\n(Vol. II No. 1)", "Vol. II No. 1"),
        ("Title\nVolume 1\nNo. 2", "Volume 1, No. 2"),
        ("Title $n Part 1, $p The birds /", "Part 1, The birds"),
    ],
)
def test_volume_lines_and_part_subfields_become_the_part(raw: str, part: str) -> None:
    assert split_title(raw) == Title("Title", part=part)


@pytest.mark.parametrize(
    "line",
    [
        "No one knows",
        "No dia 23 de Março",
        "Parts of the West",
        "Nov. 1813",
        "1709-1765",
        "Second Edition",
        "V. I. Lenin",
    ],
)
def test_lines_that_only_look_like_volumes_stay_in_the_subtitle(line: str) -> None:
    assert split_title(f"Title\n{line}") == Title("Title", line)


@pytest.mark.parametrize(
    "raw",
    [
        "The Tin Woodman of Oz\nA Faithful Story of the Astonishing Adventure Undertaken\nby the Tin Woodman",
        "Minutes\nof the year one thousand seven hundred and ninety-five, and continued,\nby adjournments",
        "Public Service\nTransactions of the American Society of Civil Engineers,\r\nvol. LXXII, June, 1911",
        "Chocolate\nBy which the Plague of the Guts is cured",
    ],
)
def test_a_wrapped_line_is_continued_whatever_the_next_one_begins_with(raw: str) -> None:
    title, *rest = raw.split("\n")
    assert split_title(raw) == Title(title, clean(" ".join(rest)))


def test_the_excess_of_a_long_title_or_part_goes_to_the_subtitle() -> None:
    long = " ".join(f"word{number}" for number in range(300))
    title, subtitle, *_ = split_title(long)
    assert (len(title) <= TEXTS["title"], f"{title} {subtitle}") == (True, long)
    title, subtitle, part, _ = split_title(f"{long} $b sub $n Volume 2 {long}")
    assert len(part) <= TEXTS["part"]
    assert f"{title} {subtitle} {part}".split().count("word299") == 2
    assert split_title("x" * 3_000) == Title("x" * 1_000, "x" * 2_000)


def test_every_word_of_every_real_title_is_searched(real_file) -> None:
    marks = re.compile(r"(?<!\S)\$[a-z]?:?(?=\s)|(?<=[:;/=,.])\$[a-z]|[\r\n]+")
    with gzip.open(real_file("gutenberg/pg_catalog_2026-06.csv.gz"), "rt", encoding="utf-8", newline="") as file:
        records = {record.key: record for record in parsed(gutenberg.read(file)) if isinstance(record, Record)}
        file.seek(0)
        rows = {row["Text#"]: row["Title"] for row in csv.DictReader(file)}
    assert len(rows) == len(records) > 78_000
    lost = {}
    for key, raw in rows.items():
        record = records[key]
        fields = book_fields(
            title=record.title, part=record.part, subtitle=record.subtitle, publisher="",
            names=[], subjects=[], labels=[], extra=record.extra,
        )  # fmt: skip
        searched = " ".join(text for texts in fields.values() for text in texts).split()
        # Cut into its parts, a title has other rows of initials; its last spelling has them apart.
        missing = set(spellings(clean(marks.sub(" ", decoded(raw))))[-1]).difference(searched)
        if missing:
            lost[key] = missing
    assert lost == {}


@pytest.mark.django_db
def test_words_of_a_subtitle_and_of_a_statement_of_responsibility_are_both_found(api) -> None:
    rows = [
        '40891,Text,,"The Art of Prolonging Life\r\nBy Food, Clothes, Air, Exercise",en,"Kitchiner, William",,,',
        '21,Text,,"Aesop\r\nTranslated by George Fyler Townsend",en,Aesop,,,',
    ]
    lines = [f"{line}\n" for line in (",".join(gutenberg.COLUMNS), *rows)]
    load(gutenberg.read(lines), "gutenberg")
    # Searches first the index written by the load, then the one written by indexing the books again.
    for _ in range(2):
        for typed, title in {
            "food clothes air exercise": "The Art of Prolonging Life",
            "aesop townsend": "Aesop",
            '"george fyler townsend"': "Aesop",
        }.items():
            results = api.get("/api/v1/books/", {"search": typed}).json()["results"]
            assert [book["title"] for book in results] == [title], typed
        index_books(connection, Book.objects.values_list("pk", flat=True))
    load(gutenberg.read([line.replace("Townsend", "Stanford") for line in lines]), "gutenberg")
    assert api.get("/api/v1/books/", {"search": "aesop stanford"}).json()["count"] == 1
    assert api.get("/api/v1/books/", {"search": "aesop townsend"}).json()["count"] == 0


TEXT = st.text(st.one_of(st.characters(), st.sampled_from("$bcnpv \r\n\t/:;=,.\0")))


@given(TEXT)
def test_any_text_gives_clean_elements_and_a_title(raw: str) -> None:
    elements = split_title(raw)
    assert elements.title
    assert len(elements.title) <= TEXTS["title"]
    for text in elements:
        assert text == unicodedata.normalize("NFC", text)
        assert not set(text) & {"\0", "\r", "\n", "\t"}
        assert "  " not in text
        assert text == text.strip()


@given(TEXT)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)
