"""Matching records to books: by key, by ISBN, or as a new book."""

import pytest
from django.db import transaction

from books.importing.loader import load
from books.models import Book, SourceRecord
from tests.books.catalogue import ISBN, OTHER_ISBN, catalogue, counts, credit, record, rejections

pytestmark = pytest.mark.django_db


def test_another_source_fills_empty_fields_and_adds_identifiers():
    counts(record("1", "Emma", isbns=[ISBN], identifiers=[("gutenberg", "158")], publisher="Egerton", extra={"a": 1}))
    second = record(
        "77", "Emma", isbns=[ISBN, OTHER_ISBN], identifiers=[("goodreads", "5")], publisher="Knopf",
        pages=474, credits=[credit("Jane Austen")], extra={"a": 2, "b": 3},
    )  # fmt: skip
    assert counts(second, source="second") == {"updated": 1}
    book = catalogue()["books"]["first", "1"]
    picked = ("title", "publisher", "pages", "extra", "authors", "identifiers", "isbns", "isbn_13")
    assert {name: book[name] for name in picked} == {
        "title": "Emma", "publisher": "Egerton", "pages": 474, "extra": {"a": 1, "b": 3},
        "authors": [("Jane Austen", "author", "", 0)],
        "identifiers": [("gutenberg", "158"), ("goodreads", "5")],
        "isbns": [(OTHER_ISBN, False), (ISBN, True)], "isbn_13": ISBN,
    }  # fmt: skip
    assert counts(second, source="second") == {"unchanged": 1}


def test_each_of_two_sources_changes_its_own_fields_and_removes_no_identifier():
    counts(record("1", "Emma", isbns=[ISBN], identifiers=[("gutenberg", "158")], publisher="Egerton"))
    counts(record("77", "Emma", isbns=[ISBN], identifiers=[("goodreads", "5")], pages=474), source="second")
    counts(
        record("77", "Emma!", isbns=[ISBN], identifiers=[("goodreads", "6")], pages=9, publisher="X"), source="second"
    )
    counts(record("1", "Emma.", isbns=[OTHER_ISBN], pages=5, publisher=""))
    book = catalogue()["books"]["first", "1"]
    picked = ("title", "publisher", "pages", "identifiers", "isbns")
    assert {name: book[name] for name in picked} == {
        "title": "Emma.", "publisher": "", "pages": 9,
        "identifiers": [("gutenberg", "158"), ("goodreads", "5"), ("goodreads", "6")],
        "isbns": [(OTHER_ISBN, False), (ISBN, True)],
    }  # fmt: skip


def test_an_isbn_matches_only_the_one_book_that_its_source_does_not_know_yet():
    counts(record("1", "Emma", isbns=[ISBN]), record("2", "Twice", isbns=[OTHER_ISBN]))
    assert counts(record("3", "Twice too", isbns=[OTHER_ISBN])) == {"created": 1}
    both = [record("8", "Emma", isbns=[ISBN]), record("9", "Another Emma", isbns=[ISBN])]
    assert counts(*both, source="second") == {"unchanged": 1, "created": 1}
    known = SourceRecord.objects.filter(source="second").values_list("key", "book__title")
    assert sorted(known) == [("8", "Emma"), ("9", "Another Emma")]
    assert counts(record("10", "Of two", isbns=[OTHER_ISBN]), source="third") == {"created": 1}


def test_identifiers_of_two_books_are_a_conflict_named_with_both():
    counts(record("1", "Emma", identifiers=[("oclc", "1")]), record("2", "Emma", identifiers=[("lccn", "2")]))
    ids = sorted(Book.objects.values_list("pk", flat=True))
    both = record("9", "Emma", identifiers=[("lccn", "2"), ("oclc", "1")], position=7)
    (rejected,) = load(iter([both]), "second").rejections
    assert (rejected.position, rejected.reason, rejected.message) == (
        7, "conflicting_match", f"Its identifiers name different books: {ids[0]} and {ids[1]}.",
    )  # fmt: skip
    assert Book.objects.count() == 2


def test_who_came_first_makes_no_difference_where_identifiers_are_in_conflict():
    austen = {"credits": [credit("Jane Austen")], "first_published_year": 1815}
    both = [
        record("1", "Emma", identifiers=[("oclc", "1")], **austen),
        record("2", "Persuasion", identifiers=[("lccn", "2")], **austen),
    ]
    one = record("9", "Emma", identifiers=[("lccn", "2"), ("oclc", "1")], **austen)
    with transaction.atomic():
        counts(*both)
        assert counts(one, source="second") == {"rejected": 1}
        transaction.set_rollback(True)
    counts(one, source="second")
    assert counts(*both) == {"created": 2}


def test_isbns_of_two_books_are_no_conflict_but_a_new_book_that_shares_them():
    counts(record("1", "Emma", isbns=[ISBN]), record("2", "Emma", isbns=[OTHER_ISBN]))
    summary = load(iter([record("9", "Emma", isbns=[ISBN, OTHER_ISBN])]), "second")
    assert (summary.created, summary.isbn_shared, summary.job_counts["isbn_shared"]) == (1, 1, 1)


@pytest.mark.parametrize("batch_size", [1, 2, 100])
def test_a_key_counts_once_in_a_file(batch_size):
    items = [record("1", "One", position=1), record("2", "Two", position=2), record("1", "Other", position=3)]
    assert rejections(*items, batch_size=batch_size) == [(3, "duplicate_key")]
    assert rejections(*items, batch_size=batch_size) == [(3, "duplicate_key")]
    assert counts(*items, batch_size=batch_size) == {"unchanged": 2, "rejected": 1}
    assert set(Book.objects.values_list("title", flat=True)) == {"One", "Two"}


def test_two_keys_that_came_to_mean_one_book_both_change_it():
    counts(record("1", "One", pages=1), record("2", "Two"))
    SourceRecord.objects.filter(key="2").update(
        book=SourceRecord.objects.get(key="1").book_id, set_fields=["publisher"]
    )
    assert counts(record("1", "One", pages=2), record("2", "Two", publisher="P")) == {"updated": 2}
    assert Book.objects.values_list("pages", "publisher").get(title="One") == (2, "P")
