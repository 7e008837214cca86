"""Merging authors, and undoing it: all is there again."""

import pytest
from django.db import transaction

from authors.models import Author, AuthorHeading, MergedAuthor
from books.authority import merge_authors
from books.editing.authors import AuthorEditor
from books.editing.books import Writer
from books.editing.editor import Conflict
from books.editing.renewal import run_renewals
from books.merging import authors
from books.merging.undoing import undo_merge
from books.models import Book, BookAuthor
from core.changes.former_keys import successor
from core.changes.models import RecordedMerge
from tests.books.catalogue import counts, credit, record
from tests.books.merging.states import in_order, state
from tests.support.factories import make_author, make_book

pytestmark = pytest.mark.django_db
ADA = Writer("key", 7, "Ada's")


def merge(gone: Author, kept: Author) -> RecordedMerge:
    with transaction.atomic():
        return authors.merge(Author.objects.get(pk=gone.pk), Author.objects.get(pk=kept.pk), ADA)


def undo(merged: RecordedMerge) -> None:
    with transaction.atomic():
        undo_merge(merged.pk, ADA)


def two() -> tuple[Author, Author]:
    """An author and another, with a book of each and one of both; the first has had another merged into it."""
    gone = make_author("Boz", death_year=1870, alternate_names=["The Inimitable"], identifiers={"viaf": ["1"]})
    kept = make_author("Dickens, Charles", birth_year=1812, alternate_names=["C. D.", "BOZ"], bio="A life.")
    make_book(title="Sketches", authors=["First, Fanny", gone])
    make_book(title="Bleak House", authors=[kept])
    make_book(title="Both", authors=[kept, (gone, {"role": "editor"}), (gone, {"note": "as Boz"})])
    for author, heading in ((gone, "Boz"), (kept, "Dickens, Charles, 1812-")):
        AuthorHeading.objects.create(source="s", heading=heading, author=author)
    earlier = make_author("Boz, Earlier")
    merge_authors(gone, earlier)
    MergedAuthor.objects.create(gone=earlier.pk, kept=gone, evidence="heading", merged_at="2026-01-01T00:00:00Z")
    return Author.objects.get(pk=gone.pk), kept


def test_a_merge_says_what_it_moved_and_by_whom():
    gone, kept = two()
    merged = merge(gone, kept)
    shown = RecordedMerge.objects.values(
        "resource", "gone", "gone_text", "kept", "kept_text", "moved", "by", "undone_at"
    )
    assert shown.get(pk=merged.pk) == {
        "resource": "authors", "gone": gone.pk, "gone_text": "Boz", "kept": kept.pk, "kept_text": "Charles Dickens",
        "moved": {"credits": 3, "headings": 1}, "by": {"type": "key", "id": 7, "name": "Ada's"}, "undone_at": None,
    }  # fmt: skip
    author = Author.objects.get(pk=kept.pk)
    assert (author.books_count, author.death_year, author.imported) == (3, 1870, False)
    in_order()


def test_what_was_merged_is_as_it_was_once_it_is_undone():
    gone, kept = two()
    before, updated = state(), Book.objects.get(title="Bleak House").updated_at
    merged = merge(gone, kept)
    assert state() != before
    undo(merged)
    assert state() == before
    in_order()
    assert Author.objects.filter(imported=True).count() == 0
    assert Book.objects.get(title="Bleak House").updated_at > updated
    merged.refresh_from_db()
    assert (merged.undone_by, merged.snapshot) == (ADA._asdict(), {})
    with pytest.raises(Conflict, match=f"Merge {merged.pk} was undone already"):
        undo(merged)


def test_chains_are_undone_from_their_end_and_ids_lead_where_they_led():
    a, b, c = (make_author(f"{letter}, Anne") for letter in "ABC")
    for author in (a, b, c):
        make_book(title=f"Of {author.name}", authors=[author])
    before = state()
    first, second = merge(a, b), merge(b, c)
    assert [successor("authors", str(each.pk)) for each in (a, b)] == [str(c.pk)] * 2
    with pytest.raises(Conflict, match=f"Undo merge {second.pk} first"):
        undo(first)
    undo(second)
    assert [successor("authors", str(each.pk)) for each in (a, b, c)] == [str(b.pk), None, None]
    undo(first)
    assert state() == before
    in_order()


def test_of_two_merged_into_one_the_later_is_undone_first():
    a, b, kept = (make_author(f"{letter}, Anne") for letter in "ABC")
    first, second = merge(a, kept), merge(b, kept)
    with pytest.raises(Conflict, match=f"Undo merge {second.pk} first"):
        undo(first)
    undo(second)
    undo(first)
    in_order()


def change_name(kept, book):
    AuthorEditor().change(kept, {"alternate_names": ["Another"]})


def merge_by_a_load(kept, book):
    merge_authors(make_author("Third, Mary"), kept)


def take_the_book_away(kept, book):
    BookAuthor.objects.filter(book=book).delete()
    book.delete()


def credit_another(kept, book):
    BookAuthor.objects.filter(book=book, author=kept).update(author=make_author("Third, Mary"))


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (change_name, "was changed since: alternate_names"),
        (merge_by_a_load, "is no longer there"),
        (take_the_book_away, "Of books, .* is no longer there"),
        (credit_another, "The authors of book .* were changed since"),
    ],
)
def test_what_changed_since_is_not_undone(happens, reason):
    gone, kept = make_author("Gone, Anne"), make_author("Kept, Anne")
    book = make_book(title="One", authors=[gone])
    merged = merge(gone, kept)
    happens(Author.objects.get(pk=kept.pk), book)
    before = state()
    with pytest.raises(Conflict, match=reason):
        undo(merged)
    assert state() == before


def test_what_changed_besides_stays_when_it_is_undone():
    gone, kept = make_author("Gone, Anne"), make_author("Kept, Anne")
    make_book(title="One", authors=[gone])
    merged = merge(gone, kept)
    AuthorEditor().change(Author.objects.get(pk=kept.pk), {"bio": "New."})
    make_book(title="Since", authors=[Author.objects.get(pk=kept.pk)])
    undo(merged)
    assert Author.objects.get(pk=kept.pk).bio == "New."
    assert dict(BookAuthor.objects.values_list("book__title", "author")) == {"One": gone.pk, "Since": kept.pk}
    in_order()


def test_no_load_joins_what_an_editor_took_apart():
    counts(record("1", title="Emma", credits=[credit("Austen, Jane, 1775-1817")]))
    counts(record("9", title="Other", credits=[credit("Austen, Jane, 1775-1817")]), source="second")
    assert Author.objects.count() == 1, "A load joins them by their years: else this test shows nothing."
    austen = Author.objects.get()
    other = make_author("Austen, Jane, 1775-1817", imported=True)
    make_book(title="Third", authors=[other])
    AuthorHeading.objects.create(source="third", heading="Austen, Jane, 1775-1817", author=other)
    undo(merge(other, austen))
    counts(record("2", title="New"), source="fourth")
    counts(record("3", title="Fourth", credits=[credit("Austen, Jane, 1775-1817")]), source="third")
    assert set(Author.objects.values_list("pk", flat=True)) == {austen.pk, other.pk}
    assert BookAuthor.objects.get(book__title="Fourth").author_id == other.pk
    in_order()


def test_many_books_are_renewed_by_a_job(monkeypatch):
    monkeypatch.setattr("books.editing.renewal.AT_ONCE", 2)
    gone, kept = make_author("Zeta, Zoe"), make_author("Kept, Anne")
    for number in range(4):
        make_book(title=f"Book {number}", authors=[gone])
    before = state()
    merged = merge(gone, kept)
    assert run_renewals() == 1
    in_order()
    assert set(Book.objects.values_list("author_key", flat=True)) == {kept.sort_key}
    undo(merged)
    assert run_renewals() == 2
    in_order()
    assert state() == before
