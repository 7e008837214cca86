"""A load deletes at its end the authors, categories and subjects that lost their last book in it, and no others."""

import pytest
from django.db import connection

from authors.models import Author, AuthorHeading, ReplacedHeading
from authors.search import AUTHOR_INDEX
from books.authority import merge_authors
from books.counts import recount
from books.importing import loader, recovery
from books.importing.entities import emptied
from books.importing.entities.emptied import sweep_emptied
from books.importing.import_lock import IMPORT
from books.importing.loader import load
from books.importing.records import BrokenFile, Topic
from books.models import Book, BookAuthor, Category, CategoryAncestor, Emptied, Subject, Word
from books.search.indexes import SUBJECT_INDEX
from books.search.words import rebuild_words
from core.jobs.models import Job
from core.search.index import TextIndex
from tests.books.catalogue import catalogue, counts, credit, index_rows, record

pytestmark = pytest.mark.django_db

OLD = {
    "credits": [credit("Galsworthy, John, 1867-1933"), credit("Zyxwv, Ann", "translator")],
    "categories": [("Fiction", "Family", "Sagas"), ("Prizes",)],
    "subjects": [Topic("Inheritance"), Topic("Qwertz", "place")],
}
NEW = {"credits": [credit("Woolf, Virginia")], "categories": [("Fiction",)], "subjects": [Topic("Time")]}


def indexed(index: TextIndex) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {index.table}")
        return int(cursor.fetchone()[0])


def names():
    return {
        "authors": sorted(Author.objects.values_list("name", flat=True)),
        "categories": sorted(" / ".join(path) for path in Category.objects.values_list("path", flat=True)),
        "subjects": sorted(Subject.objects.values_list("name", flat=True)),
    }


LEFT = {"authors": ["Virginia Woolf"], "categories": ["Fiction"], "subjects": ["Time"]}


@pytest.mark.parametrize("chunk", [1, 5_000])
def test_a_load_deletes_every_row_whose_last_book_it_took(chunk, monkeypatch):
    monkeypatch.setattr(emptied, "CHUNK", chunk)
    counts(record("1", "Works", **OLD))
    assert counts(record("1", "Works", **NEW)) == {"updated": 1}
    assert names() == LEFT
    assert AuthorHeading.objects.count() == CategoryAncestor.objects.count() == 1
    assert (indexed(AUTHOR_INDEX), indexed(SUBJECT_INDEX), Emptied.objects.count()) == (1, 1, 0)
    assert recount() == 0
    before, after = index_rows()
    assert before == after


def test_a_deleted_row_leaves_no_trace():
    counts(record("1", "Works", **NEW))
    never = catalogue()
    Book.objects.all().delete()
    for model in (AuthorHeading, Author, CategoryAncestor, Category, Subject, Word):
        model.objects.all().delete()
    recount()
    counts(record("2", "Works", **OLD))
    counts(record("2", "Works", **NEW))
    loaded = catalogue()
    assert {**loaded, "books": 0} == {**never, "books": 0}


def test_words_without_rows_are_deleted_and_the_others_stay():
    others = [record(str(n), "Sagas of Ann", credits=[credit("Ann, John")]) for n in range(2, 40)]
    counts(record("1", "Works", **OLD), *others)
    counts(record("1", "Works", **NEW))
    words = set(Word.objects.values_list("word", flat=True))
    assert words.isdisjoint({"galsworthy", "zyxwv", "inheritance", "qwertz"})
    assert {"ann", "john", "sagas", "time", "virginia", "woolf"} <= words
    before = words
    rebuild_words(connection)
    assert set(Word.objects.values_list("word", flat=True)) == before


def test_rows_used_again_by_another_book_of_the_load_stay():
    counts(record("1", "Works", **OLD))
    before = names(), list(Author.objects.order_by("pk").values_list("pk", flat=True))
    load([record("1", "Works"), record("2", "More", **OLD)], "first", batch_size=1)
    assert (names(), list(Author.objects.order_by("pk").values_list("pk", flat=True))) == before
    assert not Emptied.objects.exists()
    assert recount() == 0


def test_a_category_stays_while_one_below_it_has_books():
    counts(record("1", categories=[("Fiction", "Sagas")]), record("2", categories=[("Fiction",)]))
    counts(record("2"))
    assert names()["categories"] == ["Fiction", "Fiction / Sagas"]
    counts(record("1"))
    assert names()["categories"] == []
    assert recount() == 0


def test_rows_created_by_an_editor_stay_without_books():
    made = Author.objects.create(name="Ann Zyxwv", sort_name="Zyxwv, Ann")
    AuthorHeading.objects.create(source="first", heading="Zyxwv, Ann", author=made)
    fiction = Category.objects.create(name="Fiction", slug="fiction")
    Subject.objects.create(name="Inheritance")
    recount()
    counts(record("1", "Works", **OLD))
    Category.objects.create(name="Empty", slug="empty", parent=Category.objects.get(name="Sagas"))
    assert Author.objects.get(name="Ann Zyxwv").books_count == Category.objects.get(pk=fiction.pk).books_count == 1
    recount()
    counts(record("1", "Works"))
    assert names() == {
        "authors": ["Ann Zyxwv"],
        "categories": ["Fiction", "Fiction / Family", "Fiction / Family / Sagas", "Fiction / Family / Sagas / Empty"],
        "subjects": ["Inheritance"],
    }
    assert recount() == 0


def test_rows_without_books_before_the_load_stay():
    counts(record("1", "Works", **OLD), record("2", **NEW))
    Book.objects.filter(source_records__key="1").delete()
    recount()
    counts(record("2", "Changed", **NEW))
    assert len(names()["authors"]) == 3
    assert {"Inheritance", "Qwertz"} < set(names()["subjects"])


def test_a_heading_that_went_and_comes_again_makes_its_author_anew():
    counts(record("1", "Works", **OLD))
    counts(record("1", "Works", **NEW))
    assert counts(record("1", "Works", **OLD)) == {"updated": 1}
    assert names()["authors"] == ["Ann Zyxwv", "John Galsworthy"]
    assert Author.objects.get(name="John Galsworthy").books_count == 1
    assert recount() == 0


def test_a_replaced_heading_keeps_its_authors_address():
    counts(record("1", "Moby Dick", credits=[credit("Melville, Herman, 1819-")]))
    author = Author.objects.get()
    counts(record("1", "Moby Dick", credits=[credit("Melville, Herman, 1819-1891")]))
    assert (Author.objects.get().pk, Emptied.objects.count()) == (author.pk, 0)


def test_a_replaced_heading_of_a_broken_load_waits_for_its_decision():
    counts(record("1", "Moby Dick", credits=[credit("Melville, Herman, 1819-")]))
    author = Author.objects.get()
    better = record("1", "Moby Dick", credits=[credit("Melville, Herman, 1819-1891")])

    def broken():
        yield better
        raise BrokenFile("cut off")

    with pytest.raises(BrokenFile):
        load(broken(), "first")
    assert (sweep_emptied(connection), ReplacedHeading.objects.count()) == (0, 1)
    counts(better)
    assert (Author.objects.get().pk, Emptied.objects.count(), recount()) == (author.pk, 0, 0)


@pytest.mark.parametrize("ends", ["the next load", "the recovery of killed jobs"])
def test_a_load_killed_before_it_swept_is_finished_by(ends, monkeypatch):
    counts(record("1", "Works", **OLD))
    with monkeypatch.context() as killed:
        killed.setattr(loader, "sweep_emptied", lambda connection: None)
        counts(record("1", "Works", **NEW))
    Job(kind=IMPORT).start()
    assert len(names()["authors"]) == 3
    if ends == "the next load":
        counts(record("1", "Works", **NEW))
    else:
        assert recovery.sweep() == 1
    assert (names(), Emptied.objects.count(), recount()) == (LEFT, 0, 0)


def test_an_editors_author_stays_one_when_a_loaded_one_is_merged_into_it():
    made = Author.objects.create(name="John Galsworthy", sort_name="Galsworthy, John", kind="organisation")
    recount()
    counts(record("1", "Works", **OLD))
    loaded = Author.objects.get(name="John Galsworthy", kind="person")
    merge_authors(loaded, made)
    counts(record("1", "Works", **NEW))
    assert names()["authors"] == ["John Galsworthy", "Virginia Woolf"]
    assert not BookAuthor.objects.filter(author=loaded).exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL maps its files in processes of its own")
def test_sweeping_counts_none_of_the_database_as_memory_of_the_load():
    counts(record("1", "Works", **OLD))
    mapped = []

    def look(execute, sql, *rest):
        if "books_emptied" in sql:
            mapped.extend(connection.connection.execute("PRAGMA mmap_size").fetchone())
        return execute(sql, *rest)

    with connection.execute_wrapper(look):
        counts(record("1", "Works", **NEW))
    assert len(mapped) > len(NEW)
    assert set(mapped) == {0}
