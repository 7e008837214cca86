import pytest
from hypothesis import given
from hypothesis import strategies as st
from langcodes.data_dicts import LANGUAGE_ALPHA3

from books.languages import language_code


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
    retired = {"iw", "in", "ji", "jw", "mo"}
    codes = {code for code in LANGUAGE_ALPHA3 if len(code) == 2} - retired
    assert {code: language_code(code) for code in codes} == {code: (code, "") for code in codes}


@given(st.text())
def test_any_text_gives_a_code_and_region_or_nothing(text: str) -> None:
    found = language_code(text)
    assert found is None or (found[0].isascii() and 2 <= len(found[0]) <= 3)
