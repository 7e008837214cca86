"""The table of words holds the words of the text indexes after every kind of write."""

import pytest
from django.db import connection

from authors.models import Author
from books.authority import merge_authors
from books.importing import loader
from books.importing.loader import load
from books.importing.records import Topic
from books.models import Book, LostWord, Subject, Word
from books.reindexing import reindex
from books.search.indexing import index_authors, index_books, index_subjects
from books.search.words import FIELDS, rebuild_words, sweep_words, words_with_prefix
from core.search.index import GAP
from tests.books.catalogue import PRIDE, counts, credit, record
from tests.support.factories import make_author, make_book, make_subject

pytestmark = pytest.mark.django_db

RICH = {
    **PRIDE,
    "subtitle": "A Romance for Ladies",
    "publisher": "Egerton's",
    "extra": {"statement_of_responsibility": "by the author of Sense"},
    "credits": [credit("Austen, Jane, 1775-1817")],
    "subjects": [Topic("Courtship"), Topic("Shelved", "shelf"), Topic("PR", "class")],
    "categories": [("Novels", "Regency")],
}


def table():
    return dict(Word.objects.values_list("word", "reversed"))


def indexed():
    """Every word of the text indexes, as the database itself lists them."""
    words = set()
    with connection.cursor() as cursor:
        for index, fields in FIELDS:
            if connection.vendor == "postgresql":
                cursor.execute(f"SELECT word FROM ts_stat('SELECT {index.columns[fields[0]][0]} FROM {index.table}')")
            else:
                cursor.execute(f"CREATE VIRTUAL TABLE temp.listed USING fts5vocab('main', '{index.table}', 'row')")
                cursor.execute("SELECT term FROM temp.listed")
            words |= {word for (word,) in cursor.fetchall()}
            if connection.vendor == "sqlite":
                cursor.execute("DROP TABLE temp.listed")
    return words - {GAP}


def complete():
    """Whether the table has the words of the indexes, each with its reverse, and no word besides."""
    return table() == {word: word[::-1] for word in indexed()}


def test_a_load_writes_the_words_of_every_field():
    counts(record("1", **RICH), record("2", "Война и миръ", credits=[credit("紫式部")]), batch_size=1)
    assert complete()
    expected = {"prejudice", "romance", "egertons", "sense", "austen", "courtship", "shelved", "pr", "regency"}
    assert {"воина", "миръ", "紫式"} | expected <= table().keys()


def test_a_second_load_takes_the_words_that_no_row_has_any_more():
    counts(record("1", **RICH), record("2", "Ladies of Sense"))
    counts(record("1", "Emma", credits=[credit("Galsworthy, John")]))
    assert complete()
    assert table().keys().isdisjoint({"romance", "austen", "courtship", "egerton", "regency"})
    assert {"ladies", "sense", "emma", "galsworthy"} <= table().keys()
    assert not LostWord.objects.exists()


def test_words_lost_by_a_load_that_was_killed_are_taken_by_the_next(monkeypatch):
    counts(record("1", "Waves"))
    with monkeypatch.context() as killed:
        killed.setattr(loader, "sweep_words", lambda connection: None)
        counts(record("1", "Lakes"))
    assert {"waves", "lakes"} <= table().keys()
    counts(record("2", "Seas"))
    assert complete()


def test_a_word_lost_by_one_row_and_kept_by_another_stays():
    counts(record("1", "Waves"), record("2", "Waves"), record("3", subtitle="Tides"), record("4", "Tides"))
    counts(record("1", "Lakes"), record("4", "Lakes"))
    assert complete()
    assert {"waves", "tides", "lakes"} <= table().keys()


def test_other_writes_add_their_words_and_note_those_that_rows_lose():
    book = make_book(title="Ocean", authors=[make_author(name="Ann Sea")], subjects=[make_subject("Waves")])
    assert complete()
    Book.objects.update(title="Lake")
    Author.objects.update(name="Ann Lake")
    Subject.objects.update(name="Ripples")
    index_authors(connection, Author.objects.values_list("pk", flat=True))
    index_subjects(connection, Subject.objects.values_list("pk", flat=True))
    index_books(connection, [book.pk])
    assert {"lake", "ripples", "ocean"} <= table().keys()
    assert sweep_words(connection) == 3
    assert complete()


def test_merging_authors_leaves_no_dead_word():
    kept, gone = make_author(name="Ann Sea"), make_author(name="Ann S. Ocean")
    make_book(title="Waves", authors=[gone])
    merge_authors(kept, gone)
    sweep_words(connection)
    assert complete()


def test_a_batch_that_fails_writes_its_words_when_it_is_tried_again():
    # The number is out of the column's range: the database refuses the record, and the batch is halved.
    load([record(str(number), f"Sea {number}", pages=2**31 if number == 3 else 1) for number in range(6)], "first")
    assert complete()


def test_reindexing_repairs_the_words():
    make_book(title="Ocean", subjects=["Waves"])
    Book.objects.update(title="Lake")
    Subject.objects.update(name="Ripples")
    Word.objects.create(word="dead", reversed="daed")
    Word.objects.filter(word="waves").delete()
    reindex(lambda kind, done, of: None)
    assert complete()
    assert table().keys() == {"lake", "ripples"}


def test_rebuilding_adds_missing_words_and_takes_dead_ones(monkeypatch):
    counts(record("1", **RICH))
    monkeypatch.setattr("books.search.words.CHUNK", 3)
    monkeypatch.setattr("books.search.words.SWEPT", 2)
    Word.objects.filter(word__gt="m").delete()
    Word.objects.bulk_create(Word(word=word, reversed=word[::-1]) for word in ("dead", "bygone", "lost"))
    rebuild_words(connection)
    assert complete()


def test_words_with_a_prefix_come_in_order_and_no_more_than_are_asked_for():
    counts(record("1", "Sea seal season seam, Sélène"))
    assert words_with_prefix(connection, "sea", 10) == ["sea", "seal", "seam", "season"]
    assert words_with_prefix(connection, "sea", 2) == ["sea", "seal"]
    assert words_with_prefix(connection, "sel", 2) == ["selene"]
