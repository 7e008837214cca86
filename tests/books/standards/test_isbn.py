from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from books.standards.isbn import InvalidISBN, isbn10, isbn13


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9780306406157", "9780306406157"),
        ("978-0-306-40615-7", "9780306406157"),
        ("978 0 306 40615 7", "9780306406157"),
        (" 0-306-40615-2 ", "9780306406157"),
        ("0439023483", "9780439023481"),
        ("080442957X", "9780804429573"),
        ("080442957x", "9780804429573"),
        ("979-10-90636-07-1", "9791090636071"),
    ],
)
def test_every_form_of_an_isbn_gives_thirteen_digits(text: str, expected: str) -> None:
    assert isbn13(text) == expected


@pytest.mark.parametrize("text", ["9780306406158", "0306406153", "0-8044-2957-1"])
def test_a_wrong_check_digit_has_its_own_code(text: str) -> None:
    with pytest.raises(InvalidISBN) as caught:
        isbn13(text)
    assert caught.value.code == "checksum"


@pytest.mark.parametrize(
    "text",
    ["", "X", "439023483", "1234567890123", "978030640615X", "03064X6152", "979-0-2600-0043-8", "٠٣٠٦٤٠٦١٥٢", "ISBN"],
)
def test_what_has_not_the_shape_of_an_isbn_is_malformed(text: str) -> None:
    with pytest.raises(InvalidISBN) as caught:
        isbn13(text)
    assert caught.value.code == "malformed"
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(("isbn", "expected"), [("9780804429573", "080442957X"), ("9791090636071", None)])
def test_only_the_978_range_has_an_isbn_10(isbn: str, expected: str | None) -> None:
    assert isbn10(isbn) == expected


@given(st.integers(0, 999_999_999))
def test_an_isbn_10_survives_the_way_to_13_digits_and_back(number: int) -> None:
    digits = f"{number:09}"
    check = sum((index + 1) * int(digit) for index, digit in enumerate(digits)) % 11
    isbn = digits + ("X" if check == 10 else str(check))
    assert isbn10(isbn13(isbn)) == isbn


@given(st.text())
def test_no_text_raises_anything_but_invalid_isbn(text: str) -> None:
    with suppress(InvalidISBN):
        assert len(isbn13(text)) == 13
