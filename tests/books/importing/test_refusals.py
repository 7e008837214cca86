"""Messages for files that are not a catalogue, or whose header is not quite right."""

import bz2
import csv
import gzip
import io
import lzma
import sqlite3
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from books.importing.readers import goodbooks, gutenberg
from books.importing.readers.formats import read_catalogue
from books.importing.records import BrokenFile

HEADER = ",".join(gutenberg.COLUMNS)
ROW = "1,Text,,T,en,,,,"


def refusal(content: bytes, format: str | None = None) -> str:
    with pytest.raises(BrokenFile) as caught:
        read_catalogue(io.BytesIO(content), len(content), format)
    return str(caught.value)


def zipped(content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("pg_catalog.csv", content)
    return file.getvalue()


def tarred(content: bytes) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        member = tarfile.TarInfo("pg_catalog.csv")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


def database(content: bytes) -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (x)")
    return connection.serialize()


CONTENT = f"{HEADER}\r\n{ROW}\r\n".encode()
CONTAINERS: list[tuple[Callable[[bytes], bytes], str]] = [
    (zipped, "a zip file"),
    (lzma.compress, "compressed with xz"),
    (bz2.compress, "compressed with bzip2"),
    (lambda content: b"\x28\xb5\x2f\xfd" + content, "compressed with zstd"),
    (tarred, "a tar archive"),
    (lambda content: gzip.compress(tarred(content)), "a tar archive"),
    (lambda content: gzip.compress(gzip.compress(content)), "gzipped twice"),
    (lambda content: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF document"),
    (lambda content: b"<!DOCTYPE html>\n<title>Sign in</title>", "an HTML page"),
    (lambda content: b"\xef\xbb\xbf\n  <HTML lang=en>", "an HTML page"),
    (lambda content: b'<?xml version="1.0"?>\n<ONIXMessage/>', "XML"),
    (lambda content: b'[{"key": "1"}]', "a JSON array"),
    (lambda content: b"\n\n[", "a JSON array"),
    (lambda content: b'{"key": "1", "title": "T"}\n', "JSON without Octavo's header"),
    (lambda content: content.decode().encode("utf-16"), "text in UTF-16"),
    (lambda content: content.decode().encode("utf-16-be"), "text in UTF-16"),
    (lambda content: content.decode().encode("utf-16-le"), "text in UTF-16"),
    (lambda content: content.decode().encode("utf-32"), "text in UTF-32"),
    (lambda content: b"00715cam  2200265 a 4500001001300000", "MARC 21"),
    (database, "a SQLite database"),
]


@pytest.mark.parametrize("format", [None, "gutenberg", "octavo"])
@pytest.mark.parametrize(("pack", "said"), CONTAINERS, ids=[f"{n} {said}" for n, (_, said) in enumerate(CONTAINERS)])
def test_a_file_of_another_kind_is_called_by_its_name(
    pack: Callable[[bytes], bytes], said: str, format: str | None
) -> None:
    message = refusal(pack(CONTENT), format)
    assert f": the file is {said}" in message
    assert "gutenberg, goodbooks, octavo" in message


HEADERS = [
    (HEADER.replace("Issued,", ""), ["'gutenberg'", "it lacks Issued."]),
    (
        HEADER.replace("Text#", "text#"),
        ["'gutenberg'", "it lacks Text#; it has 'text#', which gutenberg does not know"],
    ),
    (HEADER.replace(",", ";"), ["'gutenberg'", "separated by semicolons, not by commas."]),
    (HEADER.replace(",", "\t"), ["'gutenberg'", "separated by tabs, not by commas."]),
    (HEADER.replace(",", "|"), ["'gutenberg'", "separated by bars, not by commas."]),
    ('"' + HEADER.replace(",", '";"') + '"', ["separated by semicolons"]),
    (HEADER.replace(",", ";").replace("LoCC", "Class"), ["semicolons", "it lacks LoCC; it has 'Class'"]),
    (",".join(goodbooks.COLUMNS).replace("isbn,", ""), ["'goodbooks'", "it lacks isbn."]),
]


@pytest.mark.parametrize("named", [False, True], ids=["detected", "named"])
@pytest.mark.parametrize(("header", "said"), HEADERS)
def test_the_message_lists_the_differences_of_a_similar_header(header: str, said: list[str], named: bool) -> None:
    format = "goodbooks" if "goodbooks" in said[0] else "gutenberg"
    message = refusal(f"{header}\n{ROW}\n".encode(), format if named else None)
    assert [part for part in said if part not in message] == []


def test_a_header_like_none_is_only_quoted() -> None:
    message = refusal(b"a,b,c\n1,2,3\n")
    assert "begins with 'a,b,c'" in message
    assert "like" not in message


def test_the_message_names_a_first_line_that_is_not_utf_8() -> None:
    assert "Line 1 is not UTF-8 text (byte 6 of it)" in refusal(b"Titre\xe9,Auteur\n")


def test_the_columns_of_a_spreadsheets_export_are_known_in_any_quotes(tmp_path: Path) -> None:
    file = io.StringIO()
    csv.writer(file, quoting=csv.QUOTE_ALL).writerow(gutenberg.COLUMNS)
    content = f"\ufeff{file.getvalue()}{ROW}\r\n".encode()
    with read_catalogue(io.BytesIO(content), len(content)) as catalogue:
        assert catalogue.format == "gutenberg"
