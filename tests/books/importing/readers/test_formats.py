import gzip
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from books.importing.readers.formats import FORMATS, open_catalogue, read_catalogue
from books.importing.records import BrokenFile, Record
from tests.support.parsing import parsed

GUTENBERG = b"Text#,Type,Issued,Title,Language,Authors,Subjects,LoCC,Bookshelves\r\n1,Text,,T,en,,,,\r\n"
OCTAVO = b'{"_format":"octavo","version":1,"source":"classics"}\n{"key":"1","title":"T"}\n'
GOODBOOKS = (
    b"book_id,goodreads_book_id,best_book_id,work_id,books_count,isbn,isbn13,authors,original_publication_year,"
    b"original_title,title,language_code,average_rating,ratings_count,work_ratings_count,work_text_reviews_count,"
    b"ratings_1,ratings_2,ratings_3,ratings_4,ratings_5,image_url,small_image_url\n"
    b"1,1,1,1,1,,,A B,,,T,,,,,,,,,,,,\n"
)


FILES = [
    (GUTENBERG, "gutenberg", "gutenberg"),
    (b"\xef\xbb\xbf" + GUTENBERG, "gutenberg", "gutenberg"),
    (GOODBOOKS, "goodbooks", "goodbooks"),
    (OCTAVO, "octavo", "classics"),
    (b"\xef\xbb\xbf" + OCTAVO, "octavo", "classics"),
]


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize(("content", "format", "source"), FILES)
def test_the_format_is_detected_by_the_first_line(
    tmp_path: Path, content: bytes, format: str, source: str, pack: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "catalogue"
    path.write_bytes(pack(content))
    for named in (None, format):
        with open_catalogue(path, named) as catalogue:
            assert (catalogue.format, catalogue.source) == (format, source)
            [item] = parsed(catalogue.items)
            assert isinstance(item, Record)
            assert (item.key, item.title) == ("1", "T")
            assert catalogue.position() == catalogue.size == path.stat().st_size
        assert catalogue.position() == catalogue.size


@pytest.mark.parametrize(
    "content",
    [
        b"<ONIXMessage>",
        b"00715cam  2200265 a 4500",
        b"a,b,c\n1,2,3\n",
        b"\xff\xfe\x00",
        b'{"key":"1"}\n',
        b"[",
        b"\x1f\x8b\x00",
    ],
)
def test_an_unknown_format_is_refused_with_the_formats_known(content: bytes) -> None:
    with pytest.raises(BrokenFile, match=", ".join(FORMATS)):
        read_catalogue(io.BytesIO(content), len(content))


def test_a_format_of_another_name_is_refused() -> None:
    with pytest.raises(BrokenFile, match="no format 'marc'"):
        read_catalogue(io.BytesIO(GUTENBERG), len(GUTENBERG), "marc")


def test_a_file_of_another_format_than_the_named_one_is_refused() -> None:
    with pytest.raises(BrokenFile, match="not of the format 'goodbooks': it begins with 'Text#"):
        read_catalogue(io.BytesIO(GUTENBERG), len(GUTENBERG), "goodbooks")


@pytest.mark.parametrize("content", [b"", b"\n", gzip.compress(b"", mtime=0)])
def test_an_empty_file_is_refused(content: bytes) -> None:
    with pytest.raises(BrokenFile, match="empty"):
        read_catalogue(io.BytesIO(content), len(content))


def test_a_missing_file_is_the_systems_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_catalogue(tmp_path / "missing")


def rows(count: int) -> bytes:
    return GUTENBERG + b"".join(b"%d,Text,,%d,en,,,,\r\n" % (n, n * 7_919) for n in range(2, count + 1))


def read_until_broken(content: bytes) -> tuple[int, str]:
    """The number of records read before BrokenFile, and its message."""
    seen: list[object] = []
    with read_catalogue(io.BytesIO(content), len(content)) as catalogue, pytest.raises(BrokenFile) as caught:
        seen.extend(catalogue.items)
    return len(seen), str(caught.value)


def test_a_gzip_file_cut_off_breaks_after_the_records_that_are_whole() -> None:
    packed = gzip.compress(rows(5_000))
    count, message = read_until_broken(packed[: len(packed) // 2])
    assert 0 < count < 5_000
    assert message.startswith("The gzip file is damaged or cut off after line")


def test_a_damaged_gzip_file_breaks() -> None:
    packed = bytearray(gzip.compress(rows(5_000)))
    packed[-8:] = b"\0" * 8
    assert read_until_broken(bytes(packed))[1].startswith("The gzip file is damaged or cut off after line")


def test_position_moves_with_the_bytes_that_are_stored() -> None:
    packed = gzip.compress(rows(200_000), compresslevel=1)
    with read_catalogue(io.BytesIO(packed), len(packed)) as catalogue:
        before = catalogue.position()
        for _ in zip(range(100_000), catalogue.items, strict=False):
            pass
        middle = catalogue.position()
        assert 0 < before < middle < catalogue.size
        assert 0.3 < middle / catalogue.size < 0.7


def test_every_format_refuses_the_others_first_lines() -> None:
    first_lines = {"gutenberg": GUTENBERG, "goodbooks": GOODBOOKS, "octavo": OCTAVO}
    for name, content in first_lines.items():
        line = content.split(b"\n")[0].decode()
        assert [other for other in FORMATS if FORMATS[other].source(line) is not None] == [name]


@pytest.mark.parametrize("name", ["marc/bpl_0486266893.mrc", "onix/short.xml", "openlibrary/ol_dump_sample.txt"])
def test_real_files_of_formats_not_read_yet_are_refused_clearly(real_file: Callable[[str], Path], name: str) -> None:
    with pytest.raises(BrokenFile, match="The format is not known"):
        open_catalogue(real_file(name))
