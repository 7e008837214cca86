"""Merging books, and undoing it: all is there again."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction

from authors.models import Author
from books.authority import merge_authors
from books.editing.books import BookEditor, Writer
from books.editing.editor import Conflict
from books.merging import authors, books
from books.merging.undoing import undo_merge
from books.models import Book, BookAuthor, Emptied, SourceRecord, Subject
from books.removing import delete_books
from core.changes.former_keys import successor
from core.changes.models import RecordedMerge
from tests.books.catalogue import ISBN, OTHER_ISBN, PRIDE, THIRD_ISBN, catalogue, counts, credit, record
from tests.books.merging.states import in_order, state
from tests.support.factories import make_author, make_book

pytestmark = pytest.mark.django_db
ADA = Writer("account", 7, "Ada")


def merge(gone: Book, kept: Book) -> RecordedMerge:
    with transaction.atomic():
        return books.merge(gone, kept, ADA)


def undo(merged: RecordedMerge) -> None:
    with transaction.atomic():
        undo_merge(merged.pk, ADA)


def pride(**fields: Any) -> Any:
    return replace(record("p", **PRIDE), **fields)


def bare(**fields: Any) -> Any:
    return record("b", title="Pride & Prejudice", isbns=[THIRD_ISBN], identifiers=[("oclc", "9")], **fields)


def two() -> tuple[Book, Book]:
    """A book with all that a record can say, and one with next to nothing, each of a source of its own."""
    counts(pride())
    counts(bare(extra={"issued": "2000"}, publisher="Another"), source="second")
    return Book.objects.get(title=PRIDE["title"]), Book.objects.get(title="Pride & Prejudice")


def filled(book: Book) -> dict[str, Any]:
    """A book as `tests.books.catalogue` has it."""
    source = SourceRecord.objects.filter(book=book).order_by("source", "key").first()
    assert source
    found: dict[str, Any] = catalogue()["books"][source.source, source.key]
    return found


def test_a_book_takes_what_it_lacks_and_all_numbers():
    gone, kept = two()
    whole, before = filled(gone), filled(kept)
    merged = merge(gone, kept)
    after = filled(kept)
    unchanged = {"title", "publisher", "sort_title"}
    united = {"identifiers", "isbns", "extra", "isbn_13", "title_key"}
    assert {name: after[name] for name in unchanged} == {name: before[name] for name in unchanged}
    assert {name: after[name] for name in after.keys() - unchanged - united} == {
        name: whole[name] for name in whole.keys() - unchanged - united
    }
    assert after["identifiers"] == [("oclc", "9"), ("gutenberg", "1342"), ("oclc", "7")]
    assert after["isbns"] == sorted([(THIRD_ISBN, True), (ISBN, False), (OTHER_ISBN, False)])
    assert after["extra"] == {"issued": "2000"}
    assert after["isbn_13"] == THIRD_ISBN
    assert merged.moved == {"fields": 20, "identifiers": 2, "isbns": 2, "sources": 1}
    assert successor("books", str(gone.pk)) == str(kept.pk)
    in_order()


def test_a_book_that_has_everything_takes_numbers_only():
    kept, gone = two()
    whole = filled(kept)
    merge(gone, kept)
    after = filled(kept)
    assert {name: value for name, value in after.items() if name not in ("identifiers", "isbns")} == {
        name: value for name, value in whole.items() if name not in ("identifiers", "isbns")
    }
    assert after["identifiers"] == [("gutenberg", "1342"), ("oclc", "7"), ("oclc", "9")]
    in_order()


def test_of_the_book_that_goes_the_first_isbn_is_primary_where_there_was_none():
    gone, kept = make_book(title="One", isbns=[ISBN, OTHER_ISBN]), make_book(title="Two")
    merge(gone, kept)
    assert [*Book.objects.get().isbns.values_list("isbn_13", "primary")] == [(ISBN, True), (OTHER_ISBN, False)]
    assert Book.objects.get().isbn_13 == ISBN


@pytest.mark.parametrize("turned", [False, True])
def test_what_was_merged_is_as_it_was_once_it_is_undone(turned):
    gone, kept = reversed(two()) if turned else two()
    before, created = state(), gone.created_at
    merged = merge(gone, kept)
    assert state() != before
    undo(merged)
    assert state() == before
    assert Book.objects.get(pk=gone.pk).created_at == created
    in_order()
    with pytest.raises(Conflict, match=f"Merge {merged.pk} was undone already"):
        undo(merged)


def test_what_counts_books_counts_one_less_until_it_is_undone():
    anne, mary = make_author("Old, Anne"), make_author("Other, Mary")
    shared: dict[str, Any] = {"categories": [("Fiction", "Romance")], "series": [("Tales", "1")]}
    gone = make_book(title="One", authors=[anne, mary], subjects=["Wit", "Rare"], **shared)
    kept = make_book(title="One", authors=[anne], subjects=["Wit"], **shared)
    before = state()
    merged = merge(gone, kept)
    in_order()
    assert dict(Author.objects.values_list("pk", "books_count")) == {anne.pk: 1, mary.pk: 0}
    undo(merged)
    in_order()
    assert state() == before


def test_chains_are_undone_from_their_end_and_ids_lead_where_they_led():
    a, b, c = (make_book(title=f"Book {letter}", identifiers=[("oclc", letter)]) for letter in "abc")
    before = state()
    first, second = merge(a, b), merge(b, c)
    assert [successor("books", str(each.pk)) for each in (a, b)] == [str(c.pk)] * 2
    with pytest.raises(Conflict, match=f"Undo merge {second.pk} first"):
        undo(first)
    undo(second)
    assert [successor("books", str(each.pk)) for each in (a, b, c)] == [str(b.pk), None, None]
    undo(first)
    assert state() == before
    in_order()


def test_a_source_of_the_book_that_went_does_not_change_what_the_other_had():
    gone, kept = two()
    merge(gone, kept)
    assert counts(pride(title="New title", publisher="Changed", subtitle="New subtitle", extra={"new": 1})) == {
        "updated": 1
    }
    book = Book.objects.get()
    assert (book.title, book.publisher, book.subtitle) == ("Pride & Prejudice", "Another", "New subtitle")
    assert book.extra == {"issued": "2000", "new": 1}
    assert counts(bare(publisher="Third", subtitle="Of the second"), source="second") == {"updated": 1}
    book.refresh_from_db()
    assert (book.publisher, book.subtitle) == ("Third", "New subtitle")
    in_order()


def test_two_records_of_one_source_may_be_of_one_book():
    counts(pride(), bare())
    gone, kept = Book.objects.get(title=PRIDE["title"]), Book.objects.get(title="Pride & Prejudice")
    merged = merge(gone, kept)
    assert counts(pride(subtitle="Changed"), bare(pages=7)) == {"updated": 1, "unchanged": 1}
    book = Book.objects.get()
    assert (book.title, book.subtitle, book.pages) == ("Pride & Prejudice", "Changed", 300)
    in_order()
    with pytest.raises(Conflict, match="was changed since: subtitle"):
        undo(merged)


def test_a_source_gets_its_own_book_back_and_writes_what_it_missed():
    gone, kept = two()
    merged = merge(gone, kept)
    counts(pride(publisher="Changed"))
    undo(merged)
    assert (Book.objects.get(pk=gone.pk).publisher, Book.objects.get(pk=kept.pk).publisher) == ("Egerton", "Another")
    counts(pride(publisher="Changed"))
    assert (Book.objects.get(pk=gone.pk).publisher, Book.objects.get(pk=kept.pk).publisher) == ("Changed", "Another")
    assert Book.objects.count() == 2
    in_order()


def test_what_an_editor_set_goes_along_with_the_values_that_are_taken():
    gone, kept = two()
    BookEditor(Writer("key", 1, "k")).change(gone, {"subtitle": "By hand", "publisher": "Not taken"})
    BookEditor(Writer("key", 2, "k")).change(kept, {"part": "", "description": "Mine"})
    before = state()
    merged = merge(gone, kept)
    book = Book.objects.get()
    assert {item["field"]: item["by"]["id"] for item in book.curated} == {"description": 2, "subtitle": 1}
    counts(pride(subtitle="Of the source"))
    assert Book.objects.get().subtitle == "By hand"
    undo(merged)
    SourceRecord.objects.filter(digest="").update(
        digest=next(row["digest"] for row in before["books_sourcerecord"] if row["source"] == "first")
    )
    assert state() == before


def test_a_field_that_an_editor_emptied_stays_empty():
    gone, kept = make_book(title="One", subtitle="Taken?"), make_book(title="Two", subtitle="Gone")
    BookEditor(ADA).change(kept, {"subtitle": ""})
    merge(gone, kept)
    assert Book.objects.get().subtitle == ""


def patch(gone: Book, kept: Book) -> None:
    BookEditor(ADA).change(kept, {"subtitle": "Changed", "identifiers": {}})


def delete(gone: Book, kept: Book) -> None:
    delete_books(transaction.get_connection(), [kept.pk])


def merge_its_author_by_a_load(gone: Book, kept: Book) -> None:
    merge_authors(make_author("Third, Mary"), Author.objects.get(name="C. E. Brock"))


def forget_a_source(gone: Book, kept: Book) -> None:
    SourceRecord.objects.filter(source="first").delete()


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (patch, r"Book \d+ was changed since: subtitle, identifiers\."),
        (delete, r"Book \d+ is no longer there"),
        (merge_its_author_by_a_load, r"Of authors, \d+ is no longer there"),
        (forget_a_source, r"The sources of book \d+ have changed since"),
    ],
)
def test_what_changed_since_is_not_undone(happens, reason):
    gone, kept = two()
    merged = merge(gone, kept)
    happens(gone, kept)
    before = state()
    with pytest.raises(Conflict, match=reason):
        undo(merged)
    assert state() == before


def test_a_merge_of_an_author_is_undone_before_the_merge_of_its_books():
    gone, kept = two()
    merged = merge(gone, kept)
    with transaction.atomic():
        later = authors.merge(Author.objects.get(name="C. E. Brock"), make_author("Third, Mary"), ADA)
    with pytest.raises(Conflict, match=f"Undo merge {later.pk} first"):
        undo(merged)
    undo(later)
    undo(merged)
    in_order()


def test_a_merge_of_books_is_undone_before_that_of_their_author():
    author, other = make_author("Gone, Anne"), make_author("Kept, Anne")
    gone, kept = make_book(title="One", authors=[author]), make_book(title="One", authors=[author])
    with transaction.atomic():
        first = authors.merge(author, other, ADA)
    second = merge(gone, kept)
    with pytest.raises(Conflict, match=f"Undo merge {second.pk} first"):
        undo(first)
    undo(second)
    undo(first)
    assert set(BookAuthor.objects.values_list("author", flat=True)) == {author.pk}
    in_order()


def test_what_changed_besides_stays_when_it_is_undone():
    gone, kept = two()
    merged = merge(gone, kept)
    BookEditor(ADA).change(kept, {"publisher": "Since", "title": "New title"})
    undo(merged)
    book = Book.objects.get(pk=kept.pk)
    assert (book.title, book.publisher, book.subtitle) == ("New title", "Since", "")
    assert {item["field"] for item in book.curated} == {"title", "publisher"}
    in_order()


def test_what_has_no_book_left_by_a_merge_is_there_for_its_undoing():
    kept, gone = make_book(title="Two", subjects=["Mine"]), make_book(title="One", subjects=["Rare"])
    Subject.objects.update(imported=True)
    merged = merge(gone, kept)
    counts(record("1", credits=[credit("Other, Mary")]))
    counts()
    assert not Emptied.objects.exists()
    undo(merged)
    assert Book.objects.get(pk=gone.pk).subjects.get().name == "Rare"
    in_order()
