"""Two authors that are one: nothing that either was known by is lost."""

import pytest
from django.db import transaction

from authors.models import Author, AuthorHeading
from books.authority import Merge, merge_all, merge_authors
from books.counts import recount
from books.models import Book, BookAuthor
from core.text import match_key
from tests.books.catalogue import index_rows
from tests.support.factories import make_author, make_book


def two():
    """An author and another, with a book of each and one of both."""
    kept = make_author("Boz", death_year=1870, alternate_names=["The Inimitable"], identifiers={"viaf": ["1"]})
    gone = make_author("Dickens, Charles", birth_year=1812, alternate_names=["C. D.", "BOZ"], bio="A life.")
    make_book(title="Sketches", authors=[kept])
    make_book(title="Bleak House", authors=[gone])
    make_book(title="Both", authors=[kept, gone, (gone, {"role": "editor"})])
    for author, heading in ((kept, "Boz"), (gone, "Dickens, Charles, 1812-")):
        AuthorHeading.objects.create(source="s", heading=heading, author=author)
    return kept, gone


@pytest.mark.django_db
@pytest.mark.parametrize("take_name", [False, True])
def test_whoever_is_merged_loses_no_name_year_or_book(take_name):
    kept, gone = two()
    before = Book.objects.get(title="Bleak House").updated_at
    with transaction.atomic():
        merge_authors(kept, gone, take_name=take_name)
    author = Author.objects.get()
    assert author.pk == kept.pk
    names = {"boz", "the inimitable", "charles dickens", "cd"}
    shown = "Charles Dickens" if take_name else "Boz"
    assert author.name == shown
    assert {match_key(name) for name in (shown, *author.alternate_names)} == names
    assert len(author.alternate_names) == 3
    assert (author.birth_year, author.death_year) == (1812, 1870)
    assert (author.bio, author.identifiers) == ("A life.", {"viaf": ["1"]})
    assert sorted(BookAuthor.objects.values_list("book__title", "role")) == [
        ("Bleak House", "author"), ("Both", "author"), ("Both", "editor"), ("Sketches", "author"),
    ]  # fmt: skip
    assert author.books_count == 3
    assert set(AuthorHeading.objects.values_list("author", flat=True)) == {author.pk}
    book = Book.objects.get(title="Bleak House")
    assert book.author_key == author.sort_key
    assert book.updated_at > before
    assert recount() == 0
    rows, anew = index_rows()
    assert rows == anew


@pytest.mark.django_db
def test_of_several_merges_at_once_each_author_gets_its_own():
    merges = []
    for letter in "abc":
        kept, gone = (make_author(f"{name} {letter}", birth_year=1800) for name in ("Kept", "Gone"))
        for author in (kept, gone):
            make_book(title=f"Of {author.name}", authors=[author])
        merges.append(Merge(kept, gone))
    with transaction.atomic():
        merge_all(merges)
    assert sorted(Author.objects.values_list("name", "alternate_names", "books_count")) == [
        (f"Kept {letter}", [f"Gone {letter}"], 2) for letter in "abc"
    ]
    assert sorted(BookAuthor.objects.values_list("book__title", "author__name")) == [
        (f"Of {name} {letter}", f"Kept {letter}") for name in ("Gone", "Kept") for letter in "abc"
    ]
    assert recount() == 0
    rows, anew = index_rows()
    assert rows == anew
