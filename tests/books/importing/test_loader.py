"""Loading records: creating, updating and rejecting books, and respecting an editor's changes."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from authors.models import Author, AuthorHeading
from books.counts import recount
from books.importing.loader import load
from books.importing.parsing.headings import parse_heading, parse_plain_name
from books.importing.records import BrokenFile, Credit, Record, Rejection, Topic
from books.models import Book, BookAuthor, BookIdentifier, BookIsbn, Category, SourceRecord, Subject

pytestmark = pytest.mark.django_db
ISBN, OTHER = "9780439023481", "9780306406157"


def credit(heading, role="author", *, plain=False):
    name = parse_plain_name(heading) if plain else parse_heading(heading)
    return Credit(heading=heading, role=role, **name._asdict())


def record(key="1", title="T", **fields):
    return Record(key=key, position=int(key) if key.isdigit() else 1, title=title, **fields)


def counts(items, source="a"):
    summary = load(items, source)
    return {name: number for name, number in summary.counts.items() if number}


def everything():
    """Every row of every table that a load writes."""
    models = (Book, Author, AuthorHeading, Category, Subject, BookAuthor, BookIdentifier, BookIsbn, SourceRecord)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def full():
    return record(
        title="The Sea, the Sea",
        subtitle="A novel",
        credits=[credit("Murdoch, Iris, 1919-1999"), credit("Doe, Jane", "translator")],
        categories=[("Fiction", "Sea"), ("Prizes",)],
        subjects=[Topic("Sea stories"), Topic("Booker", "genre"), Topic("PR", "class")],
        series=[("Prizes", "1")],
        languages=["en", "fr"],
        first_published_year=1978,
        identifiers=[("olid", "OL1M")],
        isbns=[ISBN],
        extra={"source_title": "The sea, the sea"},
    )


def test_a_record_becomes_a_book_with_all_that_hangs_on_it():
    assert counts([full()]) == {"created": 1}
    book = Book.objects.get()
    assert (book.title, book.subtitle, book.sort_title, book.title_key) == (
        "The Sea, the Sea", "A novel", "sea the sea", "the sea the sea",
    )  # fmt: skip
    assert (book.author_key, book.isbn_13, str(book.category)) == ("murdoch iris", ISBN, "Fiction / Sea")
    assert [(c.author.name, c.role) for c in book.credits.all()] == [
        ("Iris Murdoch", "author"),
        ("Jane Doe", "translator"),
    ]
    assert [str(s.category) for s in book.shelvings.all()] == ["Fiction / Sea", "Prizes"]
    assert [s.subject.slug for s in book.subject_links.all()] == ["sea-stories", "genre-booker", "class-pr"]
    assert [(each.name, each.books_count) for each in book.series.all()] == [("Prizes", 1)]
    assert set(book.language_links.values_list("code", flat=True)) == {"en", "fr"}
    assert book.extra == {"source_title": "The sea, the sea"}
    assert Category.objects.get(slug="fiction").books_count == 1
    assert recount() == 0


def test_loading_twice_writes_nothing():
    load([full()], "a")
    before = everything()
    assert counts([full()]) == {"unchanged": 1}
    assert everything() == before


def test_a_changed_record_updates_the_changed_columns_and_updated_at():
    load([full(), record("2", "Other", credits=[credit("Doe, Jane")])], "a")
    other, old = Book.objects.get(title="Other"), Book.objects.get(title="The Sea, the Sea")
    changed = full()
    changed.title, changed.credits, changed.subjects = "The Sea", changed.credits[:1], [Topic("Sea stories")]
    assert counts([changed, record("2", "Other", credits=[credit("Doe, Jane")])]) == {"updated": 1, "unchanged": 1}
    new = Book.objects.get(pk=old.pk)
    assert (new.title, new.sort_title, new.subtitle) == ("The Sea", "sea", "A novel")
    assert new.updated_at > old.updated_at
    assert new.created_at == old.created_at
    assert [c.author.name for c in new.credits.all()] == ["Iris Murdoch"]
    assert Book.objects.get(pk=other.pk).updated_at == other.updated_at
    assert recount() == 0


def test_a_field_changed_by_an_editor_stays():
    load([record(title="Teh Sea", publisher="P")], "a")
    Book.objects.update(title="The Sea", curated=[{"field": "title"}])
    assert counts([record(title="Teh Sea!", publisher="Q")]) == {"updated": 1}
    book = Book.objects.get()
    assert (book.title, book.publisher) == ("The Sea", "Q")
    assert counts([record(title="Teh Sea!!", publisher="Q")]) == {"kept": 1}
    assert Book.objects.get().title == "The Sea"


def test_a_deleted_book_stays_deleted():
    load([record()], "a")
    Book.objects.get().delete()
    assert counts([record()]) == {"kept": 1}
    assert counts([record(title="Changed")]) == {"kept": 1}
    assert not Book.objects.exists()


def test_another_source_matches_a_book_by_isbn_and_fills_empty_fields():
    load([record(title="T", isbns=[ISBN], publisher="P")], "a")
    given = counts([record("9", "T", isbns=[ISBN], publisher="Q", pages=99, identifiers=[("x", "1")])], "b")
    assert given == {"updated": 1}
    book = Book.objects.get()
    assert (book.title, book.publisher, book.pages) == ("T", "P", 99)
    assert set(book.source_records.values_list("source", "key")) == {("a", "1"), ("b", "9")}
    assert book.identifiers.filter(scheme="x").exists()


def test_an_isbn_that_several_books_hold_matches_none_of_them():
    load([record("1", isbns=[ISBN]), record("2", isbns=[ISBN])], "a")
    assert counts([record("1", isbns=[ISBN])], "b") == {"created": 1}


def test_a_key_that_comes_twice_is_rejected_the_second_time():
    summary = load([record("1", "First"), record("1", "Second")], "a")
    assert [item.reason for item in summary.rejections] == ["duplicate_key"]
    assert Book.objects.get().title == "First"


def test_rejections_of_the_reader_are_counted_and_passed_on():
    refused: list[Rejection] = []
    summary = load([Rejection(7, "bad_key", "No number.", "raw"), record()], "a", reject=refused.append)
    assert (summary.created, summary.rejected, [item.position for item in refused]) == (1, 1, [7])


def test_records_before_a_broken_place_in_a_file_are_loaded():
    def items():
        yield record()
        raise BrokenFile("cut off")

    with pytest.raises(BrokenFile):
        load(items(), "a")
    assert Book.objects.count() == 1


def test_authors_are_linked_across_sources_and_kept_apart_within_one():
    gutenberg = [
        record("1", "Hamlet", credits=[credit("Shakespeare, William, 1564-1616")]),
        record("2", "Plays", credits=[credit("Smith, John, 1800-1850")]),
        record("3", "Poems", credits=[credit("Smith, John, 1900-1950")]),
    ]
    load(gutenberg, "gutenberg")
    plain = [
        record("1", "Hamlet", credits=[credit("William Shakespeare", plain=True)]),
        record("2", "Essays", credits=[credit("John Smith", plain=True)]),
    ]
    load(plain, "goodbooks")
    shakespeare = Author.objects.get(match_key="william shakespeare")
    assert shakespeare.books_count == 2
    assert Author.objects.filter(match_key="john smith").count() == 3


def test_an_authors_new_heading_renames_the_author_where_the_old_one_is_gone():
    load([record(credits=[credit("Cox, Irving E., 1917-")])], "a")
    author = Author.objects.get()
    load([record(credits=[credit("Cox, Irving E., 1917-2001")])], "a")
    renamed = Book.objects.get().credits.get().author
    assert (renamed.pk, renamed.death_year) == (author.pk, 2001)
    assert recount() == 0


def test_a_heading_still_used_elsewhere_keeps_its_author():
    cox, other = credit("Cox, Irving E., 1917-"), credit("Cox, Irving E., 1917-2001")
    load([record("1", credits=[cox]), record("2", credits=[cox])], "a")
    load([record("1", credits=[other]), record("2", credits=[cox])], "a")
    assert Author.objects.count() == 2
    assert recount() == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"first_published_year": 0}, {"published_year": 99_999}, {"rating_average": 7.5}, {"pages": -1},
        {"popularity": 2**40}, {"publisher": "p" * 900}, {"languages": ["en", "x" * 30]}, {"isbns": ["123"]},
        {"identifiers": [("s" * 90, "v"), ("ok", "v" * 999)]}, {"title": "T\x00itle"}, {"title": "\ud800T"},
        {"credits": [credit("N" * 900)]}, {"subjects": [Topic("S" * 900)]}, {"categories": [("C" * 900, "")]},
        {"extra": {"deep": {"x": [1, "\x00"]}}}, {"series": [("S" * 900, "p" * 90)]}, {"work": "w" * 900},
    ],
)  # fmt: skip
def test_values_that_do_not_fit_lose_nothing_else(fields):
    assert counts([record("1", **{"title": "Odd", **fields}), record("2", "Even")]) == {"created": 2}
    assert Book.objects.filter(title="Even").exists()
    assert recount() == 0


def test_values_that_do_not_fit_move_to_extra():
    wrong = {"pages": -1, "published_year": 0, "rating_average": 7.5, "publisher": "p" * 900, "languages": ["x" * 30]}
    assert counts([record(**wrong)]) == {"created": 1}
    book = Book.objects.get()
    assert (book.pages, book.published_year, book.rating_average, book.languages) == (None, None, None, [])
    assert book.publisher == "p" * 500
    notes = book.extra.pop("notes")
    assert book.extra == {f"source_{name}": value for name, value in wrong.items()}
    assert notes == [
        "published_year: 0 is not from -5000 to 2200, or 0",
        "pages: -1 is not from 1 to 2147483647",
        "rating_average: 7.5 is not from 0 to 5",
    ]


def test_years_of_life_that_cannot_be_are_noted():
    assert counts([record(credits=[replace(credit("A Name"), birth_year=8858, death_year=0)])]) == {"created": 1}
    assert Book.objects.get().extra == {"notes": ["A Name: born 8858 is no year", "A Name: died 0 is no year"]}
    assert (Author.objects.get().birth_year, Author.objects.get().death_year) == (None, None)


def test_a_life_that_cannot_be_is_noted():
    assert counts([record(credits=[replace(credit("A Name"), birth_year=1900, death_year=1850)])]) == {"created": 1}
    assert Book.objects.get().extra == {"notes": ["A Name: 1900-1850 is no life"]}
    assert (Author.objects.get().birth_year, Author.objects.get().death_year) == (None, None)


names = st.sampled_from(["Austen, Jane, 1775-1817", "Verne, Jules", "Various", "Eliot, George"])
made = st.builds(
    lambda key, title, people, shelves, subjects, isbns: record(
        str(key), title, credits=[credit(p) for p in people], categories=shelves, subjects=subjects, isbns=isbns
    ),
    st.integers(1, 6),
    st.sampled_from(["A", "B"]),
    st.lists(names, max_size=2, unique=True),
    st.lists(st.sampled_from([("F",), ("F", "G"), ("H", "G")]), max_size=2, unique=True),
    st.lists(st.sampled_from([Topic("S"), Topic("S", "place"), Topic("U")]), max_size=2, unique=True),
    st.lists(st.sampled_from([ISBN, OTHER]), max_size=2, unique=True),
)


class Loads(TestCase):
    """Properties that hold for any sequence of loads."""

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.tuples(st.sampled_from("ab"), st.lists(made, max_size=5)), max_size=4), st.integers(1, 3))
    def test_counts_stay_true_and_the_last_load_repeated_changes_nothing(self, loads, size):
        for source, records in loads:
            load(records, source, batch_size=size)
            assert recount() == 0
        for source, records in loads[-1:]:
            once = {r.key: r for r in reversed(records)}
            load(once.values(), source, batch_size=size)
            before = everything()
            summary = load(once.values(), source, batch_size=size)
            assert (summary.created, summary.updated) == (0, 0)
            assert everything() == before
