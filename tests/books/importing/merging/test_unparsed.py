"""A record is parsed only if its text, or the code that reads it, changed since the last load."""

import pytest

from books.importing import preparing
from books.importing.loader import load
from books.importing.records import Rejection, Unparsed
from books.models import Book
from tests.books.catalogue import record

pytestmark = pytest.mark.django_db


class Parser:
    """Makes Unparsed records, and lists the keys of those that were parsed."""

    def __init__(self):
        self.parsed: list[str] = []

    def items(self, *texts: str, title: str = ""):
        """Records numbered from 1, of which each has the title `title`, or its text."""
        return [self._item(number, text, title or text) for number, text in enumerate(texts, start=1)]

    def _item(self, number, text, title):
        def parse():
            self.parsed.append(str(number))
            if text == "bad":
                return Rejection(number, "invalid_field", "", text, str(number))
            return record(str(number), title, position=number)

        return Unparsed(number, str(number), (text,), parse)


def counts(items, source="a"):
    return {name: number for name, number in load(items, source).counts.items() if number}


@pytest.fixture
def parser():
    return Parser()


def test_only_records_whose_text_changed_are_parsed(parser):
    assert counts(parser.items("A", "B", "C")) == {"created": 3}
    parser.parsed.clear()
    assert counts(parser.items("A", "Changed", "C", "D")) == {"created": 1, "updated": 1, "unchanged": 2}
    assert parser.parsed == ["2", "4"]
    assert sorted(Book.objects.values_list("title", flat=True)) == ["A", "C", "Changed", "D"]


def test_better_code_reads_an_unchanged_file_anew(parser, monkeypatch):
    load(parser.items("A", "B", title="As read before"), "a")
    monkeypatch.setattr(preparing, "_READING_CODE", b"another")
    assert counts(parser.items("A", "B", title="Read better")) == {"updated": 2}
    assert set(Book.objects.values_list("title", flat=True)) == {"Read better"}


def test_an_unchanged_record_that_comes_twice_is_rejected_the_second_time(parser):
    load(parser.items("A"), "a")
    summary = load([*parser.items("A"), *parser.items("A")], "a")
    assert (summary.unchanged, [each.reason for each in summary.rejections]) == (1, ["duplicate_key"])


def test_a_stored_record_that_becomes_bad_is_rejected(parser):
    load(parser.items("A", "B"), "a")
    summary = load(parser.items("A", "bad"), "a", complete=True, force=True)
    assert (summary.unchanged, summary.rejected, summary.deleted) == (1, 1, 0)
    assert Book.objects.count() == 2


def test_a_deleted_book_stays_deleted_whether_its_text_changed_or_not(parser):
    load(parser.items("A", "B"), "a")
    Book.objects.filter(title="A").delete()
    assert counts(parser.items("A", "B")) == {"kept": 1, "unchanged": 1}
    assert counts(parser.items("Changed", "B")) == {"kept": 1, "unchanged": 1}


def test_the_same_text_of_another_source_is_another_record(parser):
    load(parser.items("A"), "a")
    assert counts(parser.items("A"), "b") == {"created": 1}
