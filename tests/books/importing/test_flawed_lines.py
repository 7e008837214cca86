"""A line that cannot be decoded or is too long rejects its own record and no other."""

import base64
import csv
import gzip
import io
from collections.abc import Callable, Iterator

import orjson
import pytest

from books.importing.readers import goodbooks, gutenberg
from books.importing.readers.formats import read_catalogue
from books.importing.records import Record, Rejection
from books.importing.summary import rejection_line
from tests.support.parsing import parsed

BAD = "caf\u00e9".encode("latin-1")
GUTENBERG = ",".join(gutenberg.COLUMNS).encode() + b"\r\n"
GOODBOOKS = ",".join(goodbooks.COLUMNS).encode() + b"\n"
OCTAVO = b'{"_format":"octavo","version":1,"source":"classics"}\n'


def work(key: int, title: bytes) -> bytes:
    return b"%d,Text,,%b,en,,,,\r\n" % (key, title)


def rated(key: int, title: bytes) -> bytes:
    row = dict.fromkeys(goodbooks.COLUMNS, b"")
    row |= {"book_id": b"%d" % key, "goodreads_book_id": b"%d" % key, "title": title}
    return b",".join(row.values()) + b"\n"


def line(key: int, title: bytes) -> bytes:
    return b'{"key":"%d","title":"%b"}\n' % (key, title)


FORMATS = [(GUTENBERG, work), (GOODBOOKS, rated), (OCTAVO, line)]


def read(content: bytes) -> list[Record | Rejection]:
    with read_catalogue(io.BytesIO(content), len(content)) as catalogue:
        return parsed(catalogue.items)


def told(items: list[Record | Rejection]) -> list[tuple[int, str]]:
    return [(item.position, item.key if isinstance(item, Record) else item.reason) for item in items]


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["", "with a byte order mark"])
@pytest.mark.parametrize(("header", "row"), FORMATS, ids=["gutenberg", "goodbooks", "octavo"])
def test_a_line_that_is_not_utf_8_costs_its_record_alone(
    header: bytes, row: Callable[[int, bytes], bytes], mark: bytes, pack: Callable[[bytes], bytes]
) -> None:
    bad = row(2, BAD)
    items = read(pack(mark + header + row(1, b"a") + bad + row(3, "\u00e9\u4e66\U0001f4da".encode()) + row(4, b"b\0")))
    assert told(items) == [(2, "1"), (3, "not_utf8"), (4, "3"), (5, "4")]
    rejection = items[1]
    assert isinstance(rejection, Rejection)
    assert f"Line 3 is not UTF-8 text (byte {bad.index(0xE9) + 1} of it)." in rejection.message
    rejected = orjson.loads(orjson.dumps(rejection_line(rejection)))
    assert base64.b64decode(rejected.pop("raw_base64")) == bad
    assert rejected == {"position": 3, "reason": "not_utf8", "message": rejection.message}


def test_a_record_of_several_lines_is_rejected_whole_with_the_line_that_is_wrong() -> None:
    bad = b'2,Text,,"one\r\ntwo ' + BAD + b'\r\nthree",en,,,,\r\n'
    items = read(GUTENBERG + work(1, b"a") + bad + work(3, b"c"))
    assert told(items) == [(2, "1"), (3, "not_utf8"), (6, "3")]
    assert isinstance(items[1], Rejection)
    assert "Line 4" in items[1].message
    assert base64.b64decode(rejection_line(items[1])["raw_base64"]) == bad


def test_a_record_joined_by_a_stray_quote_is_still_rejected_as_not_utf_8() -> None:
    items = read(GUTENBERG + work(1, b'"a') + work(2, BAD) + work(3, b"c") + work(4, b'"d"'))
    assert told(items) == [(2, "malformed_row"), (3, "not_utf8"), (4, "3"), (5, "4")]


def test_a_rejection_that_is_text_is_kept_as_text() -> None:
    [rejection] = read(GUTENBERG + "x,Text,,\u00e9,en,,,,\r\n".encode())
    assert isinstance(rejection, Rejection)
    assert rejection_line(rejection)["raw"] == "x,Text,,\u00e9,en,,,,\r\n"


def test_bytes_that_are_not_utf_8_survive_in_the_rejection() -> None:
    bad = bytes(byte for byte in range(1, 256) if byte not in b'\r\n",')
    [rejection] = read(GUTENBERG + work(1, bad))
    assert isinstance(rejection, Rejection)
    assert base64.b64decode(rejection_line(rejection)["raw_base64"]) == work(1, bad)


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize(("header", "row"), FORMATS, ids=["gutenberg", "goodbooks", "octavo"])
def test_a_line_too_long_to_be_held_costs_its_record_alone(
    header: bytes,
    row: Callable[[int, bytes], bytes],
    pack: Callable[[bytes], bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("books.importing.readers.formats.RECORD_LENGTH", 1_000)
    items = read(pack(header + row(1, b"a") + row(2, b"x" * 5_500) + row(3, b"c") + row(4, b"d" * 2_000)))
    assert told(items) == [(2, "1"), (3, "too_long"), (4, "3"), (5, "too_long")]
    assert isinstance(items[1], Rejection)
    assert items[1].message == "Line 3 is longer than 1,000 bytes."
    assert items[1].raw.encode() == row(2, b"x" * 5_500)[:1_000]


def test_a_quote_that_is_never_closed_costs_one_record_of_a_long_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("books.importing.readers.csv_table.RECORD_LENGTH", 100_000)
    works = b"".join(work(n, b"%d" % n) for n in range(3, 10_000))
    items = read(GUTENBERG + work(1, b"a") + work(2, b'"b') + works)
    assert told(items) == [(2, "1"), (3, "too_long"), *((n + 1, str(n)) for n in range(3, 10_000))]
    assert isinstance(items[1], Rejection)
    assert "probably never closed" in items[1].message
    assert items[1].raw == '2,Text,,"b,en,,,,\r\n'


@pytest.fixture
def short_fields() -> Iterator[None]:
    """Lower the field limit of csv to 1,000 characters."""
    before = csv.field_size_limit(1_000)
    yield
    csv.field_size_limit(before)


@pytest.mark.usefixtures("short_fields")
@pytest.mark.parametrize("title", [b"y" * 5_000, b'"' + b"y" * 5_000 + b'"'])
def test_a_field_longer_than_csv_takes_costs_its_record_alone(title: bytes) -> None:
    items = read(GUTENBERG + work(1, b"a") + work(2, title) + work(3, b"c"))
    assert told(items) == [(2, "1"), (3, "malformed_row"), (4, "3")]
