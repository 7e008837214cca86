"""A complete load deletes the books that its file no longer lists, unless another source or an editor has a part."""

import pytest
from django.db import IntegrityError, connection

from books.counts import recount
from books.importing.load_state import Fingerprint
from books.importing.loader import load
from books.importing.records import Rejection, Topic
from books.importing.removal import unlisted
from books.models import Book, Emptied, LostWord, SourceRecord, Word
from books.search.words import rebuild_words
from tests.books.catalogue import ISBN, OTHER_ISBN, PRIDE, catalogue, credit, index_rows, record
from tests.support.tables import differences, tables

pytestmark = pytest.mark.django_db

OWN = {
    "credits": [credit("Zyxwv, Ann"), credit("Shared, Sam")],
    "categories": [("Fiction", "Own"), ("Prizes",)],
    "subjects": [Topic("Qwertz")],
}
SHARED = {"credits": [credit("Shared, Sam")], "categories": [("Fiction",)]}


def complete(*items, source="first", **options):
    summary = load(iter(items), source, complete=True, **{"force": True, **options})
    assert recount() == 0
    words = set(Word.objects.values_list("word", flat=True))
    assert (Emptied.objects.count(), LostWord.objects.count()) == (0, 0)
    rebuild_words(connection)
    assert set(Word.objects.values_list("word", flat=True)) == words
    before, after = index_rows()
    assert before == after
    return {name: number for name, number in summary.numbers.items() if number}


def titles():
    return sorted(Book.objects.values_list("title", flat=True))


@pytest.mark.parametrize("chunk", [1, 2_000])
def test_what_is_gone_leaves_no_trace(monkeypatch, chunk):
    monkeypatch.setattr(unlisted, "CHUNK", chunk)
    kept = [record("1", "Emma", **SHARED), record("4", "Persuasion", isbns=[OTHER_ISBN])]
    load(iter(kept), "first")
    never = tables()
    gone = [record("2", **PRIDE), record("3", "Qwerty", credits=[credit("Zyxwv, Ann"), credit("Shared, Sam")])]
    load(iter([kept[0], *gone, kept[1]]), "first")
    assert complete(*kept) == {"unchanged": 2, "deleted": 2}
    left = differences(never, tables())
    # An emptied list keeps its stored count, which is 0.
    assert [row for row in left.pop("core_rowcount", []) if "'value': 0" not in row] == []
    # Who knew them is told that they were deleted.
    assert all("'into': None" in row for row in left.pop("changes_formerkey"))
    assert left == {}


def test_a_load_that_is_not_complete_deletes_nothing():
    load(iter([record("1", "Emma"), record("2", "Persuasion")]), "first")
    load(iter([record("1", "Emma")]), "first")
    assert titles() == ["Emma", "Persuasion"]


def test_books_of_other_sources_stay():
    load(iter([record("1", "Emma"), record("2", "Persuasion")]), "first")
    load(iter([record("1", "Moby Dick"), record("2", "Typee")]), "second")
    assert complete(record("1", "Emma")) == {"unchanged": 1, "deleted": 1}
    assert titles() == ["Emma", "Moby Dick", "Typee"]


def test_a_book_that_another_source_knows_stays_and_is_what_that_one_says_after_its_next_load():
    second = record("9", "Pride & Prejudice", isbns=[ISBN], publisher="Penguin", credits=[credit("Austen, Jane")])
    load(iter([record("1", "Emma"), record("2", **PRIDE)]), "first")
    load(iter([second]), "second")
    book = Book.objects.get(source_records__source="second")
    assert complete(record("1", "Emma")) == {"unchanged": 1, "shared": 1}
    assert SourceRecord.objects.get(book=book).source == "second"
    assert (Book.objects.get(pk=book.pk).title, book.description) == (PRIDE["title"], PRIDE["description"])
    load(iter([second]), "second")
    expected = catalogue()["books"]["second", "9"]
    Book.objects.filter(pk=book.pk).delete()
    SourceRecord.objects.filter(source="second").delete()
    load(iter([second]), "second")
    assert expected == catalogue()["books"]["second", "9"]


def test_the_oldest_other_source_inherits():
    load(iter([record("1", "Emma", isbns=[ISBN], pages=7)]), "first")
    for source in ("second", "third"):
        load(iter([record("1", "Emma", isbns=[ISBN], publisher=source)]), source)
    complete(record("2", "Typee"))
    fields = dict(SourceRecord.objects.filter(key="1").values_list("source", "set_fields"))
    assert fields == {"second": ["title", "publisher", "pages", "isbns"], "third": ["isbns"]}
    assert set(SourceRecord.objects.filter(digest="").values_list("source", flat=True)) == {"second"}


def test_a_book_that_an_editor_changed_stays():
    load(iter([record("1", "Emma"), record("2", "Persuasion"), record("3", "Typee")]), "first")
    Book.objects.filter(title="Persuasion").update(curated=[{"field": "title"}])
    assert complete(record("1", "Emma")) == {"unchanged": 1, "deleted": 1, "edited": 1}
    assert titles() == ["Emma", "Persuasion"]
    assert list(SourceRecord.objects.values_list("key", flat=True)) == ["1"]


def test_a_book_that_an_editor_deleted_stays_deleted_and_is_not_counted():
    load(iter([record("1", "Emma"), record("2", "Persuasion")]), "first")
    Book.objects.get(title="Persuasion").delete()
    recount()
    rebuild_words(connection)
    assert complete(record("1", "Emma")) == {"unchanged": 1}
    load(iter([record("2", "Persuasion")]), "first")
    assert titles() == ["Emma"]


def test_a_book_listed_again_is_made_again():
    both = [record("1", "Emma"), record("2", "Persuasion")]
    load(iter(both), "first")
    complete(both[0])
    assert complete(*both) == {"created": 1, "unchanged": 1}


REJECTED = {
    "by its reader": Rejection(2, "invalid_field", "wrong", "raw", "2"),
    "for its values": record("2", ""),
    "by the database": record("2", "Refused"),
}


def refuse(execute, sql, *rest):
    """Stands for a database with another constraint."""
    if sql.startswith('UPDATE "books_book"'):
        raise IntegrityError("the constraint is violated")
    return execute(sql, *rest)


@pytest.mark.parametrize("how", REJECTED)
def test_a_rejected_record_of_a_known_key_keeps_its_book(how):
    load(iter([record("1", "Emma"), record("2", "Persuasion"), record("3", "Typee")]), "first")
    with connection.execute_wrapper(refuse):
        counts = complete(record("1", "Emma"), REJECTED[how])
    assert counts == {"unchanged": 1, "rejected": 1, "deleted": 1}
    assert titles() == ["Emma", "Persuasion"]


def test_a_record_after_a_rejected_one_of_its_key_is_loaded():
    load(iter([record("1", "Emma")]), "first")
    rejected = Rejection(1, "invalid_field", "wrong", "raw", "1")
    assert complete(rejected, record("1", "Emma!"), batch_size=1) == {"updated": 1, "rejected": 1}
    assert titles() == ["Emma!"]


def test_words_and_headings_of_deleted_books_are_swept():
    load(iter([record("1", "Emma", **SHARED), record("2", "Zyxwvut", **OWN)]), "first")
    complete(record("1", "Emma", **SHARED))
    assert not Word.objects.filter(word__in=["zyxwvut", "zyxwv", "ann", "own", "prizes", "qwertz"]).exists()
    assert [path for _, path, _ in catalogue()["categories"]] == [["Fiction"]]


def test_the_progress_of_a_load_has_the_deleted_books(monkeypatch):
    monkeypatch.setattr(unlisted, "CHUNK", 1)
    load(iter([record(str(n), f"T{n}") for n in range(1, 5)]), "first", file=Fingerprint(1, "a"))
    seen = []
    complete(record("1", "T1"), progress=lambda summary: seen.append(summary.deleted))
    assert seen == [0, 1, 2, 3]
