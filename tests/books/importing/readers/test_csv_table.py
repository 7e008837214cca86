import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from books.importing.readers import gutenberg
from books.importing.records import BrokenFile, Record, Rejection, Unparsed
from tests.support.parsing import parsed

HEADER = "Text#,Type,Issued,Title,Language,Authors,Subjects,LoCC,Bookshelves\r\n"


def read(text: str) -> list[Record | Rejection]:
    return parsed(gutenberg.read(io.StringIO(text, newline="")))


def keys(items: list[Record | Rejection]) -> list[tuple[int, str]]:
    return [(item.position, item.key if isinstance(item, Record) else item.reason) for item in items]


def test_positions_are_the_lines_of_the_file_though_titles_span_several() -> None:
    text = HEADER + '1,Text,,"a\r\nb\nc",en,,,,\r\n\r\n2,Text,,d,en,,,,\r\nx,Text,,"e\r\nf",en,,,,\r\n3,Text,,g,en,,,,'
    assert keys(read(text)) == [(2, "1"), (6, "2"), (7, "bad_key"), (9, "3")]


@pytest.mark.parametrize("row", ["2,Text", '2,Text,,"b\r\nc",en,,', "2,Text,,b,en,,,,,,,"])
def test_a_row_of_another_width_is_rejected_whole(row: str) -> None:
    items = read(f"{HEADER}1,Text,,a,en,,,,\r\n{row}\r\n3,Text,,d,en,,,,\r\n")
    assert [reason for _, reason in keys(items)] == ["1", "wrong_columns", "3"]
    assert items[1].raw == row + "\r\n"  # type: ignore[union-attr]


def test_a_stray_quote_costs_one_row_although_it_swallows_others() -> None:
    text = HEADER + '1,Text,,"a,en,,,,\r\n2,Text,,b,en,,,,\r\n3,Text,,"c\r\nd",en,,,,\r\n4,Text,,e,en,,,,\r\n'
    items = read(text)
    assert keys(items) == [(2, "malformed_row"), (3, "2"), (4, "3"), (6, "4")]
    assert items[0].raw == '1,Text,,"a,en,,,,\r\n'  # type: ignore[union-attr]


def test_a_quote_that_is_never_closed_breaks_the_file_by_line() -> None:
    items = gutenberg.read(io.StringIO(HEADER + '1,Text,,a,en,,,,\r\n2,Text,,"b,en,,,,\r\n3,Text,,c,en,,,,\r\n'))
    assert isinstance(next(items), Unparsed)
    with pytest.raises(BrokenFile, match="record on line 3 is not closed"):
        next(items)


def test_a_field_without_end_is_rejected_before_memory_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("books.importing.readers.csv_table.RECORD_LENGTH", 10_000)
    lines = iter([HEADER, '1,Text,,"a\r\n', *["more\r\n"] * 10_000])
    first = next(gutenberg.read(lines))
    assert isinstance(first, Rejection)
    assert (first.position, first.reason) == (2, "too_long")
    assert next(lines)


def test_a_rejection_keeps_at_most_ten_thousand_characters() -> None:
    [rejection] = read(f"{HEADER}x,Text,,{'y' * 20_000},en,,,,\r\n")
    assert isinstance(rejection, Rejection)
    assert len(rejection.raw) == 10_000


def test_a_nul_character_is_removed_and_rejects_no_record() -> None:
    items = read(f"{HEADER}1,Text,,a\0b,en,,,,\r\n2,Text,,c,en,,,,\r\n")
    assert keys(items) == [(2, "1"), (3, "2")]
    assert items[0].title == "ab"  # type: ignore[union-attr]


def test_a_header_without_the_columns_breaks_the_file() -> None:
    with pytest.raises(BrokenFile, match="lacks Type, Issued"):
        read("Text#,Title,Language,Authors,Subjects,LoCC,Bookshelves\r\n")


def test_columns_may_come_in_another_order_and_with_others() -> None:
    text = "Title,Downloads,Text#,Type,Issued,Language,Authors,Subjects,LoCC,Bookshelves\nT,9,7,Text,,en,,,,\n"
    [record] = read(text)
    assert isinstance(record, Record)
    assert (record.key, record.title) == ("7", "T")


@given(st.text(st.one_of(st.characters(), st.sampled_from('"\r\n;,1'))))
def test_no_text_is_more_than_rejected_or_broken(text: str) -> None:
    with suppress(BrokenFile):
        assert all(item.position > 1 for item in read(HEADER + text))
