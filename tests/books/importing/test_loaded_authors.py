"""Resolving headings to authors: within a source, across sources, and after a heading was replaced."""

import pytest

from authors.models import Author, AuthorHeading, ReplacedHeading
from books.counts import recount
from books.importing.loader import load
from books.importing.records import BrokenFile
from books.models import Book
from tests.books.catalogue import counts, credit, index_rows, record

pytestmark = pytest.mark.django_db


def test_an_author_of_another_source_is_linked_by_name_and_both_years():
    heading = "Shakespeare, William, 1564-1616"
    counts(record("1", "Hamlet", credits=[credit(heading)]), source="plain")
    counts(record("1", "Othello", credits=[credit(heading, alternate_names=("Guillermo Shakespeare",))]))
    counts(record("5", "Lear", credits=[credit("Shakespeare, Guillermo, 1564-1616")]), source="third")
    author = Author.objects.get()
    assert (author.name, author.alternate_names, author.birth_year, author.death_year, author.books_count) == (
        "William Shakespeare", ["Guillermo Shakespeare"], 1564, 1616, 3,
    )  # fmt: skip
    before, after = index_rows()
    assert before == after


def test_other_names_that_a_source_gives_later_are_added_and_an_editors_author_stays():
    load([record("1", "A", credits=[credit("Doe, Jane")]), record("2", "B", credits=[credit("Roe, Ann")])], "a")
    Author.objects.filter(name="Ann Roe").update(imported=False)
    later = [
        record("1", "A", credits=[credit("Doe, Jane", alternate_names=("J. Foe",))]),
        record("2", "B", credits=[credit("Roe, Ann", alternate_names=("A. Foe",))]),
        record("3", "C", credits=[credit("Doe, Jane", alternate_names=("Jane Foe",))]),
    ]
    load(later, "a")
    assert dict(Author.objects.values_list("name", "alternate_names")) == {
        "Jane Doe": ["J. Foe", "Jane Foe"], "Ann Roe": [],
    }  # fmt: skip
    before, after = index_rows()
    assert before == after


def test_two_headings_of_one_author_both_add_their_names():
    load([record("1", "A", credits=[credit("Doe, Jane")])], "a")
    AuthorHeading.objects.create(source="a", heading="Doe, J.", author=Author.objects.get())
    later = [
        record("2", "B", credits=[credit("Doe, Jane", alternate_names=("X One",))]),
        record("3", "C", credits=[credit("Doe, J.", alternate_names=("Y Two",))]),
    ]
    load(later, "a")
    assert set(Author.objects.get().alternate_names) == {"J. Doe", "X One", "Y Two"}


def test_two_new_headings_of_one_life_are_not_both_linked():
    counts(record("1", "Hamlet", credits=[credit("Smith, John, 1800-1850")]), source="plain")
    same = [credit("Smith, John, 1800-1850"), credit("Smith, John, Sir, 1800-1850")]
    counts(record("1", "Othello", credits=same))
    assert sorted(Author.objects.values_list("books_count", flat=True)) == [1, 1, 1]


def test_placeholders_of_one_name_are_one():
    counts(record("1", "Poems", credits=[credit("Anonymous"), credit("ANONYMOUS", "editor"), credit("Various")]))
    counts(record("1", "Tales", credits=[credit("anonymous")]), source="second")
    counts(record("2", "Odes", credits=[credit("Anonymous")]), source="second")
    assert sorted(Author.objects.values_list("name", "books_count")) == [("Anonymous", 3), ("Various", 1)]
    assert AuthorHeading.objects.filter(author__name="Anonymous").count() == 4
    assert recount() == 0


def test_namesakes_stay_apart():
    counts(record("1", "Poems", credits=[credit("Smith, John, 1800-1850"), credit("Smith, John, 1900-")]))
    assert Author.objects.count() == 2
    counts(record("1", "More", credits=[credit("John Smith")]), source="second")
    assert Author.objects.count() == 3
    counts(record("2", "Last", credits=[credit("Smith, John, 1801-1850")]), source="third")
    assert sorted(Author.objects.values_list("birth_year", "books_count"), key=str) == [
        (1800, 1), (1801, 1), (1900, 1), (None, 1),
    ]  # fmt: skip


def test_another_heading_of_one_source_is_another_author():
    counts(record("1", "Poems", credits=[credit("Smith, John, 1800-1850")]))
    counts(record("2", "Essays", credits=[credit("Smith, John")]))
    counts(record("3", "Odes", credits=[credit("Smith, John, Sir, 1800-1850")]))
    assert sorted(Author.objects.values_list("birth_year", "books_count"), key=str) == [(1800, 1), (1800, 1), (None, 1)]


def lives():
    """Name, year of death and number of books of every author."""
    return sorted(Author.objects.values_list("name", "death_year", "books_count"), key=repr)


def test_a_better_heading_takes_the_books_that_have_it_while_works_use_the_old_one():
    old, new = credit("Melville, Herman, 1819-"), credit("Melville, Herman, 1819-1891")
    counts(record("1", "Moby Dick", credits=[old]), record("2", "Omoo", credits=[old]))
    assert counts(record("1", "Moby Dick", credits=[new]), record("2", "Omoo", credits=[old])) == {
        "updated": 1, "unchanged": 1,
    }  # fmt: skip
    assert lives() == [("Herman Melville", 1891, 1), ("Herman Melville", None, 1)]
    assert counts(record("1", "Moby Dick", credits=[new]), record("2", "Omoo", credits=[new])) == {
        "updated": 1, "unchanged": 1,
    }  # fmt: skip
    assert lives() == [("Herman Melville", 1891, 2)]
    assert (recount(), ReplacedHeading.objects.count()) == (0, 0)


def test_two_of_one_family_are_not_taken_for_each_other():
    brontes = [credit("Bell, C."), credit("Bell, E.")]
    better = [credit("Bell, Currer, 1816-1855"), credit("Bell, Ellis, 1818-1848")]
    counts(record("1", "Poems", credits=brontes))
    counts(record("1", "Poems", credits=better))
    assert lives() == [("Currer Bell", 1855, 1), ("Ellis Bell", 1848, 1)]
    assert list(Author.objects.values_list("alternate_names", flat=True)) == [[], []]


@pytest.mark.parametrize(
    ("old", "new", "one"),
    [
        ("Smith, John, 1800-1850", "Smith, John, 1900-1950", False),
        ("Smith, John, 1800-1850", "Smith, John, 1800-1851", False),
        ("Smith, John, 1800-1850", "Smith, John, 1801-1850", False),
        ("Smith, John, 1800-", "Smith, John, 1900-1950", False),
        ("Smith, John, -1850", "Smith, John, 1800-1851", False),
        ("Smith, John, 1800-1850", "Jones, John, 1800-1850", False),
        ("Longmans, John", "Longmans, Green, and Co.", False),
        ("Smith, John, 1800-", "Smith, John, 1800-1850", True),
        ("Smith, John, -1850", "Smith, John, 1800-1850", True),
        ("Smith, John", "Smith, John, 1800-1850", True),
        ("Smith, J.", "Smith, John, 1800-1850", True),
    ],
)
def test_a_replaced_heading_is_the_same_person_only_where_name_and_years_allow_it(old, new, one):
    counts(record("1", "Poems", credits=[credit(old)]))
    first = Author.objects.get()
    assert counts(record("1", "Poems", credits=[credit(new)])) == {"updated": 1}
    book = Book.objects.get()
    assert [link.author.name for link in book.credits.all()] == [credit(new).name]
    # A different person keeps none of the first author's data, and the first, left without a book, is deleted.
    author = Author.objects.get()
    assert (author.pk == first.pk) is one
    if not one:
        kept = credit(new)
        assert (author.name, author.birth_year, author.death_year) == (kept.name, kept.birth_year, kept.death_year)
        assert author.alternate_names == []
    assert (recount(), ReplacedHeading.objects.count()) == (0, 0)


def test_a_replaced_heading_waits_for_a_whole_file():
    counts(record("1", "Sketches", credits=[credit("Boz, Charles, 1812-")]))
    better = record("1", "Sketches", credits=[credit("Boz, Charles, 1812-1870")])

    def broken():
        yield better
        raise BrokenFile("cut off")

    with pytest.raises(BrokenFile):
        load(broken(), "first")
    assert lives() == [("Charles Boz", 1870, 1), ("Charles Boz", None, 0)]
    assert counts(better) == {"unchanged": 1}
    assert lives() == [("Charles Boz", 1870, 1)]


def test_a_renamed_author_keeps_its_address_and_its_old_name():
    counts(record("1", "Sketches", credits=[credit("Boz, Charles, 1812-")]))
    author = Author.objects.get()
    counts(record("1", "Sketches", credits=[credit("Boz, Charles Dickens, 1812-1870")]))
    renamed = Author.objects.get()
    assert (renamed.pk, renamed.name, renamed.alternate_names, renamed.birth_year, renamed.death_year) == (
        author.pk, "Charles Dickens Boz", ["Charles Boz"], 1812, 1870,
    )  # fmt: skip
    assert sorted(AuthorHeading.objects.values_list("heading", "author")) == [
        ("Boz, Charles Dickens, 1812-1870", author.pk), ("Boz, Charles, 1812-", author.pk),
    ]  # fmt: skip
    assert Book.objects.get().author_key == "boz charles dickens"
    before, after = index_rows()
    assert before == after
    assert recount() == 0
