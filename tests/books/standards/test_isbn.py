from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from books.standards.isbn import InvalidISBN, isbn10, isbn13, isbns_in


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9780306406157", "9780306406157"),
        ("978-0-306-40615-7", "9780306406157"),
        ("978 0 306 40615 7", "9780306406157"),
        ("978 - 0 - 306 - 40615 - 7", "9780306406157"),
        ("978.0.306.40615.7", "9780306406157"),
        ("978-0306406157", "9780306406157"),
        (" 0-306-40615-2 ", "9780306406157"),
        ("0439023483", "9780439023481"),
        ("080442957X", "9780804429573"),
        ("080442957x", "9780804429573"),
        ("0 8044 2957 X", "9780804429573"),
        ("979-10-90636-07-1", "9791090636071"),
        ("ISBN 0-316-76917-7", "9780316769174"),
        ("ISBN0316769177", "9780316769174"),
        ("isbn:0316769177", "9780316769174"),
        ("ISBN-13: 978-0-306-40615-7", "9780306406157"),
        ("ISBN-13 978-0-306-40615-7", "9780306406157"),
        ("ISBN-13-978-0-306-40615-7", "9780306406157"),
        ("ISBN13:9780306406157", "9780306406157"),
        ("ISBN-10 0306406152", "9780306406157"),
        ("ISBN 10: 0306406152", "9780306406157"),
        ("eISBN 9780306406157", "9780306406157"),
        ("urn:isbn:9780306406157", "9780306406157"),
        ("URN:ISBN:0-8044-2957-X", "9780804429573"),
        # Hyphens, en and em dashes, a minus sign, a Japanese long vowel mark, a soft hyphen.
        ("978‐0‑306–40615—7", "9780306406157"),
        ("978−0ー306\u00ad40615－7", "9780306406157"),
        # Blanks that do not break a line, thin ones, tabs.
        ("978\u00a00\u2009306\u202f40615\t7", "9780306406157"),
        # The marks of direction and of width that are copied from web pages with a number.
        ("\u200e978-0-306-40615-7\u200f\ufeff", "9780306406157"),
        ("９７８－０－３０６－４０６１５－７", "9780306406157"),
        ("ＩＳＢＮ　０８０４４２９５７ｘ", "9780804429573"),
        ("٩٧٨٠٣٠٦٤٠٦١٥٧", "9780306406157"),
        ("۹۷۸-۰-۳۰۶-۴۰۶۱۵-۷", "9780306406157"),
        ("९७८ ० ३०६ ४०६१५ ७", "9780306406157"),
        # A Cyrillic and a Greek letter on the key of x.
        ("080442957Х", "9780804429573"),
        ("080442957χ", "9780804429573"),
    ],
)
def test_every_form_of_an_isbn_gives_thirteen_digits(text: str, expected: str) -> None:
    assert isbn13(text) == expected
    assert isbns_in(text) == (expected,)
    assert isbns_in(f"A book, {text} (pbk.)") == (expected,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0316769177 (pbk.)", ["9780316769174"]),
        ("0316769177(pbk.)", ["9780316769174"]),
        ("0316769177pbk.", ["9780316769174"]),
        ("080442957X (alk. paper) : $12.95", ["9780804429573"]),
        ("Paperback edition: ISBN 0-316-76917-7.", ["9780316769174"]),
        ("1984 9780306406157", ["9780306406157"]),
        ("1. 0306406152", ["9780306406157"]),
        # Its first ten digits would be an ISBN too.
        ("978 0306404 108", ["9780306404108"]),
        ("9780306406157 52495", ["9780306406157"]),
        ("9780306406157 x 3", ["9780306406157"]),
        ("https://books.example.org/isbn/9780306406157?page=2", ["9780306406157"]),
        ("cover-0306406152-L.jpg", ["9780306406157"]),
        ("书号9780306406157号", ["9780306406157"]),
        ("0306406152²", ["9780306406157"]),
        # Several, the ten and thirteen digits of one book, and one twice.
        ("0316769177; 9780306406157, 0-8044-2957-X", ["9780316769174", "9780306406157", "9780804429573"]),
        ("0316769177 9780306406157", ["9780316769174", "9780306406157"]),
        ("0 316 76917 7 978 0 306 40615 7", ["9780316769174", "9780306406157"]),
        ("0316769177/080442957X\n9780306406157", ["9780316769174", "9780804429573", "9780306406157"]),
        ("0306406152 (pbk.) ISBN-13: 978-0-306-40615-7", ["9780306406157"]),
        ("0316769177, 0316769177", ["9780316769174"]),
        # The wrong ones among them.
        ("0316769178 (pbk.); 0-8044-2957-X", ["9780804429573"]),
        ("ISBN 9780306406158", []),
        ("979-0-2600-0043-8", []),
        ("306406152", []),
        ("080442957X9", []),
        ("978080442957X", []),
        # No ISBN is cut out of a longer number or code.
        ("10306406152", []),
        ("03064061521", []),
        ("97803064061572", []),
        ("97803064061570306406152", []),
        ("1-0306406152", []),
        ("B1-0306406152", []),
        ("0-306-40615-2-1", []),
        ("3.0306406152", []),
        ("on0306406152", []),
        ("deadbeef0306406152ab12", []),
        ("0306406152ab12", []),
        ("0,306,406,152", []),
        ("0306 and 406152", []),
        ("X", []),
        ("ISBN", []),
        ("", []),
    ],
)
def test_isbns_are_read_among_words(text: str, expected: list[str]) -> None:
    assert list(isbns_in(text)) == expected


@pytest.mark.parametrize("text", ["0316769177 (pbk.)", "0316769177 9780306406157", "0306 ISBN 406152", "on0306406152"])
def test_an_isbn_alone_has_nothing_beside_it(text: str) -> None:
    with pytest.raises(InvalidISBN) as caught:
        isbn13(text)
    assert caught.value.code == "malformed"


@pytest.mark.parametrize("text", ["9780306406158", "0306406153", "0-8044-2957-1"])
def test_a_wrong_check_digit_has_its_own_code(text: str) -> None:
    with pytest.raises(InvalidISBN) as caught:
        isbn13(text)
    assert caught.value.code == "checksum"


@pytest.mark.parametrize(
    "text",
    ["", "X", "439023483", "1234567890123", "978030640615X", "03064X6152", "979-0-2600-0043-8", "٠٣٠٦٤٠٦١٥", "ISBN"],
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


@given(st.text() | st.text("0123456789X٣３ -–.:ISBNisbn"))
def test_no_text_raises_anything_but_invalid_isbn(text: str) -> None:
    assert all(isbn13(isbn) == isbn for isbn in isbns_in(text))
    with suppress(InvalidISBN):
        assert isbns_in(text) == (isbn13(text),)
