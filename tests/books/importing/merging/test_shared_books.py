"""A book that two sources describe shows which of their headings are one author."""

from typing import Any

import pytest

from authors.models import Author, AuthorHeading
from books.importing.joining import names
from books.importing.merging import shared_books
from books.models import Book
from tests.books.catalogue import ISBN, OTHER_ISBN, counts, credit, index_rows, record

pytestmark = pytest.mark.django_db


def headings() -> dict[str, list[str]]:
    """The headings of each author, by name."""
    found: dict[str, list[str]] = {}
    for name, heading in AuthorHeading.objects.order_by("source", "heading").values_list("author__name", "heading"):
        found.setdefault(name, []).append(heading)
    return found


def test_the_other_books_of_a_heading_are_by_the_author_of_the_shared_one():
    counts(record("1", "Emma", isbns=[ISBN], credits=[credit("Jane Austen")]))
    before = Book.objects.get().updated_at
    shared = record("7", "Emma", isbns=[ISBN], credits=[credit("Austen, J., 1775-1817")])
    other = record("8", "Persuasion", credits=[credit("Austen, J., 1775-1817")])
    assert counts(other, shared, source="second") == {"created": 1, "unchanged": 1}
    author = Author.objects.get()
    assert (author.name, author.alternate_names, author.birth_year, author.death_year, author.books_count) == (
        "Jane Austen", ["J. Austen"], 1775, 1817, 2,
    )  # fmt: skip
    assert headings() == {"Jane Austen": ["Jane Austen", "Austen, J., 1775-1817"]}
    assert Book.objects.get(title="Emma").updated_at > before
    assert index_rows()[0] == index_rows()[1]
    assert counts(other, shared, source="second") == {"unchanged": 2}


@pytest.mark.parametrize(
    "heading",
    [
        pytest.param("Austen, Jane, 1800-1850", id="another life"),
        pytest.param("Brown, Jane", id="another name"),
        pytest.param("Jane Austen Society", id="a body"),
        pytest.param("Austen, Jane, -1700", id="a death before the birth"),
    ],
)
def test_who_cannot_be_the_author_of_the_book_is_another(heading):
    number = [("oclc", "1")]
    counts(record("1", "Emma", identifiers=number, credits=[credit("Austen, Jane, 1775-")]))
    assert counts(record("7", "Emma", identifiers=number, credits=[credit(heading)]), source="second") == {
        "unchanged": 1
    }
    assert AuthorHeading.objects.count() == 1
    counts(record("8", "Odes", credits=[credit(heading)]), source="second")
    assert Author.objects.count() == 2


def test_a_heading_that_fits_two_authors_is_neither():
    counts(
        record("1", "Emma", isbns=[ISBN], credits=[credit("Austen, Jane, 1775-1817")]),
        record("2", "Odes", isbns=[OTHER_ISBN], credits=[credit("Austen, Jane, 1900-1970")]),
    )
    same = [credit("Jane Austen")]
    shared = [record("7", "Emma", isbns=[ISBN], credits=same), record("8", "Odes", isbns=[OTHER_ISBN], credits=same)]
    counts(*shared, source="second")
    assert AuthorHeading.objects.filter(source="second").count() == 0


def test_an_author_whom_two_headings_fit_is_neither():
    counts(record("1", "Emma", isbns=[ISBN], credits=[credit("Jane Austen")]))
    both = [credit("Austen, Jane, 1775-1817"), credit("Austen, Jane, 1900-1970")]
    counts(record("7", "Emma", isbns=[ISBN], credits=both), source="second")
    assert AuthorHeading.objects.filter(source="second").count() == 0


def test_a_heading_that_the_source_used_before_stays_and_an_editors_author_is_not_changed():
    counts(record("1", "Emma", isbns=[ISBN], credits=[credit("Austen, Jane, 1775-1817")]))
    counts(record("6", "Odes", credits=[credit("Jane Austen")]), source="second")
    counts(record("7", "Emma", isbns=[ISBN], credits=[credit("Jane Austen")]), source="second")
    assert Author.objects.count() == 2
    Author.objects.filter(birth_year=1775).update(imported=False)
    counts(record("8", "Emma", isbns=[ISBN], credits=[credit("J. Austen")]), source="third")
    assert headings()["Jane Austen"] == ["Austen, Jane, 1775-1817", "Jane Austen", "J. Austen"]
    assert Author.objects.get(birth_year=1775).alternate_names == []


def test_all_names_that_the_records_of_shared_books_give_are_kept():
    counts(
        record("1", "Emma", isbns=[ISBN], credits=[credit("Jane Austen")]),
        record("2", "Odes", isbns=[OTHER_ISBN], credits=[credit("Jane Austen")]),
    )
    shared = [
        record("7", "Emma", isbns=[ISBN], credits=[credit("Austen, Jane", alternate_names=("A Lady",))]),
        record("8", "Odes", isbns=[OTHER_ISBN], credits=[credit("Austen, Jane", alternate_names=("Lady Author",))]),
    ]
    counts(*shared, source="second")
    assert Author.objects.get().alternate_names == ["A Lady", "Lady Author"]


def test_an_editors_placeholder_is_not_changed():
    counts(record("1", "Emma", credits=[credit("Anonymous")]))
    Author.objects.update(imported=False)
    counts(record("7", "Odes", credits=[credit("Anonymous", alternate_names=("Nobody",), birth_year=1800)]), source="b")
    author = Author.objects.get()
    assert (author.alternate_names, author.birth_year, author.books_count) == ([], None, 2)


def test_a_book_of_many_authors_is_compared_by_family_names(monkeypatch):
    """Not each credit with each author: a book with a thousand contributors would take half a minute."""
    compared: list[Any] = []
    agree = names.names_agree

    def noted(one: Any, other: Any) -> bool:
        compared.append((one, other))
        return agree(one, other)

    monkeypatch.setattr(shared_books, "names_agree", noted)
    many = [credit(f"Ann Doe{chr(97 + n)}") for n in range(20)]
    counts(record("1", "Emma", isbns=[ISBN], credits=many))
    counts(record("7", "Emma", isbns=[ISBN], credits=many), source="second")
    assert len(compared) == 20
    assert AuthorHeading.objects.count() == 40


def test_an_author_whom_the_source_names_otherwise_may_be_meant_too():
    smiths = [credit("Smith, John"), credit("Smith, Jane", "illustrator")]
    counts(
        record("1", "Emma", isbns=[ISBN], credits=smiths),
        record("2", "Odes", isbns=[OTHER_ISBN], credits=[credit("Smith, John")]),
    )
    first = record("7", "Odes", isbns=[OTHER_ISBN], credits=[credit("John Smith")])
    counts(first, source="second")
    assert AuthorHeading.objects.get(source="second").author.name == "John Smith"
    counts(record("8", "Emma", isbns=[ISBN], credits=[credit("J. Smith")]), source="second")
    assert AuthorHeading.objects.filter(source="second").count() == 1
