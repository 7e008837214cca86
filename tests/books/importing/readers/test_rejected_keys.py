"""A rejected record has its key where that can be read, and a file that ends within a record says so."""

import io
from typing import Any

import pytest

from books.importing.normalizing import normalize
from books.importing.readers.formats import read_catalogue
from books.importing.records import BrokenFile, Record, Rejection, readable_key
from tests.books.importing.readers.test_formats import GOODBOOKS, GUTENBERG, OCTAVO
from tests.support.parsing import parsed

ROW = GOODBOOKS.splitlines()[1]
LINES = [
    (OCTAVO, b'{"key": " 7  a", "title": 5}\n', "invalid_field", "7 a"),
    (OCTAVO, b'{"key": "7", "title": "T", "pages": "many"}\n', "invalid_field", "7"),
    (OCTAVO, b'{"key": 7, "title": "T"}\n', "invalid_field", ""),
    (OCTAVO, b'{"key": "%b", "title": "T"}\n' % (b"k" * 300), "invalid_field", ""),
    (OCTAVO, b'["key", "7"]\n', "invalid_field", ""),
    (OCTAVO, b'{"key": "7", "title": \n', "malformed_json", ""),
    (OCTAVO, b'{"key": "7", "title": "\xe9"}\n', "not_utf8", ""),
    (GUTENBERG, b"7,Text,,\xe9,en,,,,\r\n", "not_utf8", "7"),
    (GUTENBERG, b"7\xe9,Text,,T,en,,,,\r\n", "not_utf8", ""),
    (GUTENBERG, b"7,Text,,T\r\n", "wrong_columns", ""),
    (GUTENBERG, b"none,Text,,T,en,,,,\r\n", "bad_key", ""),
    (GOODBOOKS, b" 7" + ROW[1:].replace(b"T", b"\xe9") + b"\n", "not_utf8", "7"),
]


@pytest.mark.parametrize(("start", "line", "reason", "key"), LINES)
def test_the_key_of_a_rejected_record_is_read_where_it_can_be(start, line, reason, key):
    content = start + line
    with read_catalogue(io.BytesIO(content), len(content)) as catalogue:
        rejections = [item for item in parsed(catalogue.items) if isinstance(item, Rejection)]
    assert [(each.reason, each.key) for each in rejections] == [(reason, key)]


NOBODY: Any = [None]


@pytest.mark.parametrize(
    ("record", "key"),
    [(Record("7", 1, ""), "7"), (Record("", 1, ""), None), (Record("7", 1, "T", credits=NOBODY), "7")],
)
def test_a_record_that_does_not_fit_keeps_its_key(record, key):
    rejected = normalize(record, "a")
    assert isinstance(rejected, Rejection)
    assert rejected.key == key or (key is None and rejected.key.startswith("hash:"))


@pytest.mark.parametrize("key", ["\0", "a\ud800", None, 7, ""])
def test_what_no_stored_key_can_be_is_no_key(key):
    assert readable_key(key) == ""


ENDS = [
    (OCTAVO, False),
    (OCTAVO[:-1], False),
    (OCTAVO + b'{"key": "2", "tit', True),
    (OCTAVO + b'{"key": "2", "tit\n', False),
    (OCTAVO + b'{"key": "2", "title": "caf\xc3', True),
    (OCTAVO + b'{"key": "2", "tit\n' + b'{"key": "3", "title": "T"}', False),
    (GUTENBERG[:-2], False),
    (GUTENBERG + b"2,Text,,T", True),
    (GUTENBERG + b"2,Text,,T\r\n", False),
]


@pytest.mark.parametrize(("content", "cut"), ENDS)
def test_a_file_that_ends_in_a_record_is_cut_off(content, cut):
    with read_catalogue(io.BytesIO(content), len(content)) as catalogue:
        items = catalogue.whole_items()
        if cut:
            with pytest.raises(BrokenFile, match="cut off: its last record, on line 3, was rejected"):
                list(items)
        else:
            assert list(items)
