import pytest
from hypothesis import given
from hypothesis import strategies as st
from langcodes.data_dicts import LANGUAGE_ALPHA3, LANGUAGE_ALPHA3_BIBLIOGRAPHIC

from books.standards.languages import language_code
from tests.support.factories import make_book

# Two-letter codes that ISO 639 has withdrawn, and what stands for the language today.
RETIRED = {"iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro"}
# Each language with a two-letter code: its terminologic code, and its bibliographic one where that differs.
TABLE = [
    (two, three, LANGUAGE_ALPHA3_BIBLIOGRAPHIC.get(two, three))
    for two, three in LANGUAGE_ALPHA3.items()
    if len(two) == 2
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fr", ("fr", "")),
        ("fre", ("fr", "")),
        ("fra", ("fr", "")),
        ("EN", ("en", "")),
        (" eng ", ("en", "")),
        ("en-US", ("en", "US")),
        ("en_GB", ("en", "GB")),
        ("zh-Hant-TW", ("zh", "TW")),
        ("es-419", ("es", "419")),
        ("per", ("fa", "")),
        ("grc", ("grc", "")),
        ("nav", ("nv", "")),
        ("gla", ("gd", "")),
        ("nah", ("nah", "")),
        ("myn", ("myn", "")),
        ("iw", ("he", "")),
    ],
)
def test_every_form_of_iso_639_gives_the_shortest_code(text: str, expected: tuple[str, str]) -> None:
    assert language_code(text) == expected


@pytest.mark.parametrize("text", ["tl", "tgl"])
def test_tagalog_is_not_written_as_filipino(text: str) -> None:
    assert language_code(text) == ("tl", "")


@pytest.mark.parametrize("text", ["prs", "cnr", "cmn", "fil"])
def test_a_language_with_a_code_of_its_own_keeps_it(text: str) -> None:
    assert language_code(text) == (text, "")


@pytest.mark.parametrize("text", ["und", "zxx", "mul", "mis", "art", "qaa", "UND", "und-US"])
def test_codes_that_name_no_language_are_none(text: str) -> None:
    assert language_code(text) is None


@pytest.mark.parametrize(
    "text", ["", "e", "xx", "xx9", "zzz", "zzzzz", "english", "en-", "x-private", "i-klingon", "e n"]
)
def test_what_is_no_code_is_none(text: str) -> None:
    assert language_code(text) is None


def test_every_two_letter_code_in_use_stands_for_itself() -> None:
    codes = {two for two, _, _ in TABLE} - RETIRED.keys()
    assert len(codes) > 180
    assert {code: language_code(code) for code in codes} == {code: (code, "") for code in codes}


def test_a_withdrawn_code_is_the_one_that_replaced_it() -> None:
    assert {old: language_code(old) for old in RETIRED} == {old: (new, "") for old, new in RETIRED.items()}


@pytest.mark.parametrize(("two", "terminologic", "bibliographic"), TABLE)
def test_the_two_and_three_letter_codes_of_a_language_mean_the_same(
    two: str, terminologic: str, bibliographic: str
) -> None:
    expected = (RETIRED.get(two, two), "")
    assert language_code(two) == language_code(terminologic) == language_code(bibliographic) == expected


def test_every_other_three_letter_code_stands_for_itself_or_names_no_language() -> None:
    shortened = {code for _, *longer in TABLE for code in longer} | {"scc", "scr"}
    letters = "abcdefghijklmnopqrstuvwxyz"
    codes = {a + b + c for a in letters for b in letters for c in letters} - shortened
    known = {code: found for code in codes if (found := language_code(code))}
    assert len(known) > 7_000
    assert known == {code: (code, "") for code in known}


@pytest.mark.django_db
def test_books_are_found_by_any_code_of_their_language(api) -> None:
    for language, codes in {"he": ("he", "heb", "iw"), "id": ("id", "ind", "in"), "jv": ("jv", "jav", "jw")}.items():
        book = make_book(title=language, languages=[language])
        for code in codes:
            found = api.get("/api/v1/books/", {"language": code}).json()["results"]
            assert [item["id"] for item in found] == [book.pk], code
            left = api.get("/api/v1/books/", {"language_not": code}).json()["results"]
            assert book.pk not in [item["id"] for item in left], code


@given(st.text())
def test_any_text_gives_a_code_and_region_or_nothing(text: str) -> None:
    found = language_code(text)
    assert found is None or (found[0].isascii() and 2 <= len(found[0]) <= 3)
