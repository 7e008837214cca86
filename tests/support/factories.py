"""Rows for tests, with all that is derived from them: stored counts, denormalised columns, search index."""

from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

from django.db import connection

from authors.models import Author
from books.counts import recount
from books.importing.parsing.headings import parse_heading
from books.models import (
    Book,
    BookAuthor,
    BookCategory,
    BookIdentifier,
    BookIsbn,
    BookLanguage,
    BookSeries,
    BookSubject,
    Category,
    Series,
    Subject,
)
from books.models.classification import free_slug, slug_of
from books.models.series import series_key
from books.search.indexing import index_authors, index_books, index_subjects
from books.standards.series_places import place_key

_numbers = count(1)


def make_author(heading: str = "", **fields: Any) -> Author:
    """A new author, from a heading (`Le Guin, Ursula K., 1929-2018`) or from fields, which override the heading."""
    parsed = parse_heading(heading or fields.get("sort_name") or fields.get("name") or f"Author {next(_numbers)}")
    given = {**parsed._asdict(), "alternate_names": list(parsed.alternate_names)}
    if "name" in fields:
        given["alternate_names"], given["sort_name"] = [], fields["name"]
    author = Author.objects.create(**{**given, **fields})
    index_authors(connection, [author.pk])
    recount()
    return author


def make_category(*path: str) -> Category:
    """The category at the end of `path`; it and the categories above it are made where they are missing."""
    parent = None
    for depth, name in enumerate(path or (f"Category {next(_numbers)}",), 1):
        found = Category.objects.filter(parent=parent, name=name).first()
        if found is None:
            taken = set(Category.objects.values_list("slug", flat=True))
            found = Category.objects.create(name=name, parent=parent, slug=free_slug(slug_of(*path[:depth]), taken))
        parent = found
    recount()
    assert parent
    return parent


def make_subject(name: str = "", kind: str = "topic", **fields: Any) -> Subject:
    """The subject of this name and kind, made if it is missing."""
    name = name or f"Subject {next(_numbers)}"
    found = Subject.objects.filter(name=name, kind=kind).first()
    if found is None:
        found = Subject.objects.create(name=name, kind=kind, **fields)
        index_subjects(connection, [found.pk])
        recount()
    return found


def make_series(name: str) -> Series:
    """The series that `name` means; it is made if there is none."""
    found = Series.objects.filter(match_key=series_key(name)).first()
    if found is None:
        found = Series.objects.create(name=name)
        recount()
    return found


def make_book(
    *,
    authors: Iterable[Author | str | tuple[Author | str, dict[str, Any]]] = (),
    categories: Iterable[Category | Sequence[str]] = (),
    subjects: Iterable[Subject | str | tuple[str, str]] = (),
    series: Iterable[tuple[str, str]] = (),
    identifiers: Iterable[tuple[str, str]] = (),
    isbns: Sequence[str] = (),
    **fields: Any,
) -> Book:
    """A book and its links.

    An author is a heading, an Author, or either with the fields of the author and of the credit (`role`,
    `note`); a category a path of names; a subject a name, or a name and its kind. Existing ones are reused.
    """
    shelves = [shelf if isinstance(shelf, Category) else make_category(*shelf) for shelf in categories]
    terms = [_subject(term) for term in subjects]
    credits = [_credit(author) for author in authors]
    first = min(credits, key=lambda credit: credit[1].get("role", "author") != "author", default=None)
    book = Book.objects.create(
        **{
            "title": f"Book {next(_numbers)}",
            "category": shelves[0] if shelves else None,
            "isbn_13": isbns[0] if isbns else None,
            "author_key": first[0].sort_key if first else None,
            **fields,
        }
    )
    places = list(enumerate(credits))
    BookAuthor.objects.bulk_create(BookAuthor(book=book, author=a, position=n, **more) for n, (a, more) in places)
    BookCategory.objects.bulk_create(BookCategory(book=book, category=c, position=n) for n, c in enumerate(shelves))
    BookSubject.objects.bulk_create(BookSubject(book=book, subject=s, position=n) for n, s in enumerate(terms))
    BookLanguage.objects.bulk_create(BookLanguage(book=book, code=code) for code in book.languages)
    BookSeries.objects.bulk_create(
        BookSeries(book=book, series=make_series(name), position=place, position_key=place_key(place))
        for name, place in series
    )
    BookIdentifier.objects.bulk_create(BookIdentifier(book=book, scheme=s, value=v) for s, v in identifiers)
    BookIsbn.objects.bulk_create(BookIsbn(book=book, isbn_13=i, primary=not n) for n, i in enumerate(isbns))
    index_books(connection, [book.pk])
    recount()
    return book


def _credit(author: Author | str | tuple[Author | str, dict[str, Any]]) -> tuple[Author, dict[str, Any]]:
    """The author, and the other columns of the credit."""
    who, given = author if isinstance(author, tuple) else (author, {})
    credit = {key: value for key, value in given.items() if key in ("role", "note")}
    if isinstance(who, Author):
        return who, credit
    fields = {key: value for key, value in given.items() if key not in credit}
    known = Author.objects.filter(name=parse_heading(who).name, **fields).first()
    return known or make_author(who, **fields), credit


def _subject(term: Subject | str | tuple[str, str]) -> Subject:
    if isinstance(term, Subject):
        return term
    return make_subject(term) if isinstance(term, str) else make_subject(*term)
