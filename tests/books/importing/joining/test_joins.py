"""Joining authors at a load's end: who is kept, what else is joined then, and what a killed load leaves to the next."""

import pytest
from django.db import connection

from authors.models import Author, AuthorHeading, MergedAuthor, ReplacedHeading
from books.authority import merge_all
from books.counts import recount
from books.importing.joining import candidates, joins
from books.importing.loader import load
from books.models import Book, Word
from books.search.words import rebuild_words
from tests.books.catalogue import catalogue, counts, credit, index_rows, record

pytestmark = pytest.mark.django_db


def by(heading, title, year=None, key="1"):
    """A record of a book by one author."""
    return record(key, title, first_published_year=year, credits=[credit(heading)])


def joined(*records, source="second"):
    """How many authors a load joins, by the kind of evidence."""
    return dict(load(iter(records), source).joined)


def headings():
    """The headings of each author who has several."""
    found: dict[int, set[str]] = {}
    for author, source, heading in AuthorHeading.objects.values_list("author", "source", "heading"):
        found.setdefault(author, set()).add(f"{source}: {heading}")
    return sorted(sorted(names) for names in found.values() if len(names) > 1)


SMITHS = [
    by("Smith, John, 1790-1850", "Poems", 1820, "1"),
    by("Smith, John, 1795-1860", "Essays", 1830, "2"),
]


def test_nobody_is_joined_where_two_have_the_evidence():
    counts(*SMITHS)
    assert joined(by("John Smith", "Letters", 1840)) == {}
    assert Author.objects.count() == 3


@pytest.mark.parametrize("first", ["dated", "undated"])
def test_a_kind_of_evidence_is_asked_of_all_before_the_next_and_whoever_is_joined_is_out(first):
    undated = [by("John Smith", "Poems", 1840, "1"), by("Smith, John, Reverend", "Letters", 1840, "2")]
    files = {"dated": SMITHS, "undated": undated}
    second = next(name for name in files if name != first)
    assert joined(*files[first], source=first) == {}
    # By years alone each of the two could be either; by the title one is found, and leaves one to the other.
    assert joined(*files[second], source=second) == {"title": 1, "years": 1}
    assert headings() == [
        ["dated: Smith, John, 1790-1850", "undated: John Smith"],
        ["dated: Smith, John, 1795-1860", "undated: Smith, John, Reverend"],
    ]


def test_a_title_counts_before_years_that_fit_another():
    counts(by("Smith, John, 1700-1750", "Poems", None, "1"), SMITHS[1])
    assert joined(by("John Smith", "Poems", 1840)) == {"title": 1}
    assert headings() == [["first: Smith, John, 1700-1750", "second: John Smith"]]


def test_an_author_never_gets_two_headings_of_a_source():
    counts(by("Smith, John, 1790-1850", "Poems"))
    same = by("John Smith", "Poems"), by("Smith, John, Reverend", "Poems", None, "2")
    assert joined(same[0]) == {"title": 1}
    assert joined(*same) == {}
    assert headings() == [["first: Smith, John, 1790-1850", "second: John Smith"]]


def test_what_shows_who_is_meant_may_come_with_a_later_file():
    counts(SMITHS[0])
    assert joined(by("John Smith", "Letters")) == {}
    assert joined(by("John Smith", "Letters", 1840)) == {"years": 1}
    assert headings() == [["first: Smith, John, 1790-1850", "second: John Smith"]]


def test_a_third_source_joins_those_that_are_joined():
    counts(by("Smith, J., 1790-1850", "Poems"))
    assert joined(by("Smith, John Henry", "Tales", 1800, "1"), by("J. Smith", "Poems", None, "2")) == {"title": 1}
    assert joined(by("Smith, J., 1790-1850", "Odes"), source="third") == {"life": 1}
    assert headings() == [["first: Smith, J., 1790-1850", "second: J. Smith", "third: Smith, J., 1790-1850"]]


def test_initials_are_expanded_only_where_nobody_has_the_name():
    counts(by("Smith, J. H., 1790-1850", "Poems", None, "1"), by("Smith, John Henry, 1700-1750", "Odes", None, "2"))
    assert joined(by("John Henry Smith", "Poems")) == {}
    assert headings() == []


def test_two_of_one_book_are_two():
    author = credit("Smith, John")
    counts(record("1", "Poems", credits=[author]))
    namesake = Author.objects.create(name="John Smith", sort_name="Smith, John")
    Book.objects.get().credits.create(author=namesake, role="editor")
    Book.objects.create(title="Poems").credits.create(author=namesake)
    recount()
    assert joined(source="first") == {}
    assert Author.objects.count() == 2


def test_a_shared_identifier_joins_bodies_and_persons():
    for source in ("first", "second"):
        counts(by("Smith & Sons", source, None, "1"), by("Smith, John", source, None, "2"), source=source)
    for kind in ("person", "organisation"):
        Author.objects.filter(kind=kind).update(identifiers={"viaf": ["1", "2"], "isni": kind})
    assert joined(source="third") == {"identifier": 2}
    assert Author.objects.count() == 2


def test_who_was_there_first_is_kept_and_has_what_the_other_had():
    counts(by("John Smith", "Poems"))
    kept = Author.objects.get()
    assert joined(by("Smith, John, Sir, 1790-1850", "Poems")) == {"title": 1}
    author = Author.objects.get()
    assert (author.pk, author.name, author.alternate_names, author.birth_year, author.death_year) == (
        kept.pk, "John Smith", ["Sir John Smith"], 1790, 1850,
    )  # fmt: skip
    assert author.books_count == 2
    merge = MergedAuthor.objects.get()
    assert (merge.kept_id, merge.evidence) == (kept.pk, "title")
    assert not Author.objects.filter(pk=merge.gone).exists()


def test_an_author_that_an_editor_made_is_kept_and_two_of_them_are_not_joined():
    counts(by("John Smith", "Poems"))
    loaded = Author.objects.get()
    made = Author.objects.create(name="John Smith", sort_name="Smith, John")
    Book.objects.create(title="Poems").credits.create(author=made)
    recount()
    Author.objects.filter(pk=loaded.pk).update(imported=False)
    assert joined(source="first") == {}
    Author.objects.filter(pk=loaded.pk).update(imported=True)
    assert joined(source="first") == {"title": 1}
    author = Author.objects.get()
    assert (author.pk, author.books_count, author.imported) == (made.pk, 2, False)
    assert author.headings.get().heading == "John Smith"


def test_books_are_written_only_where_they_show_it():
    counts(by("Smith, John, 1790-1850", "Poems"))
    mine = Book.objects.get()
    joined(by("John Smith", "Poems"))
    assert Author.objects.get().books_count == 2
    before = mine.updated_at
    mine.refresh_from_db()
    assert mine.updated_at == before
    # A source that spells the name otherwise adds a name by which all books are found.
    theirs = Book.objects.exclude(pk=mine.pk).get()
    joined(by("Sir John Smith", "Poems"), source="third")
    mine.refresh_from_db()
    assert mine.updated_at > before
    assert Book.objects.get(pk=theirs.pk).updated_at > theirs.updated_at
    assert set(Book.objects.values_list("author_key", flat=True)) == {"smith john"}


def test_everything_derived_is_right_after_a_join():
    counts(by("Zyxwv, John, Sir, 1790-1850", "Poems", None, "1"), by("Zyxwv, John, Sir, 1790-1850", "Odes", None, "2"))
    joined(by("John Zyxwv", "Poems"))
    assert recount() == 0
    before, after = index_rows()
    assert before == after
    words = set(Word.objects.values_list("word", flat=True))
    rebuild_words(connection)
    assert set(Word.objects.values_list("word", flat=True)) == words


def test_a_merge_points_to_whom_its_author_was_merged_into_later():
    counts(by("John Smith", "Odes"), source="zero")
    counts(by("Smith, J., 1790-1850", "Poems"))
    joined(by("Smith, J.", "Poems"))
    middle = MergedAuthor.objects.get()
    joined(by("Smith, J., 1790-1850", "Odes"), source="zero")
    assert set(MergedAuthor.objects.values_list("kept", flat=True)) <= set(Author.objects.values_list("pk", flat=True))
    middle.refresh_from_db()
    assert Author.objects.get(pk=middle.kept_id).headings.count() > 1


def test_a_replaced_heading_is_a_merge_too():
    counts(by("Smith, John, 1790-", "Poems"))
    counts(by("Smith, John, 1790-1850", "Poems"))
    assert list(MergedAuthor.objects.values_list("kept", "evidence")) == [(Author.objects.get().pk, "heading")]


def test_a_note_of_a_replaced_heading_follows_its_author():
    counts(by("Smith, John, 1790-1850", "Poems"))
    kept = Author.objects.get()
    other = Author.objects.create(name="Jon Smith", sort_name="Smith, Jon")
    counts(by("John Smith", "Letters"), source="second")
    gone = Author.objects.get(name="John Smith", birth_year=None)
    ReplacedHeading.objects.create(source="third", old=other, new=gone, made=True)
    ReplacedHeading.objects.create(source="third", old=gone, new=kept, made=True)
    assert joined(by("John Smith", "Letters", 1840)) == {"years": 1}
    assert list(ReplacedHeading.objects.values_list("old", "new", "made")) == [(other.pk, kept.pk, False)]


PEOPLE = [f"Family{letter}, Ann" for letter in "abcdefg"]
OLD = [by(f"{name}, 1790-1850", "Poems", None, str(number)) for number, name in enumerate(PEOPLE)]
NEW = [by(name, f"Tales of {name}", 1840, str(number)) for number, name in enumerate(PEOPLE)]


class Killed(Exception):
    """What stands for the death of the process."""


@pytest.mark.parametrize("moment", ["nothing is decided", "nothing is carried out", "some are joined"])
def test_a_load_killed_while_it_joined_is_finished_by_the_next(moment, monkeypatch):
    monkeypatch.setattr(joins, "CHUNK", 2)
    calls = iter(range(100))

    def stop(at, function):
        def call(*arguments):
            if next(calls) == at:
                raise Killed
            return function(*arguments)

        return call

    counts(*OLD)
    with monkeypatch.context() as patched:
        if moment == "nothing is decided":
            patched.setattr(joins, "_decide", stop(0, joins._decide))
        elif moment == "nothing is carried out":
            patched.setattr(joins, "merge_all", stop(0, merge_all))
        else:
            patched.setattr(joins, "merge_all", stop(2, merge_all))
        with pytest.raises(Killed):
            load(iter(NEW), "second")
    assert Author.objects.count() == len(PEOPLE) * 2 - (4 if moment == "some are joined" else 0)
    assert counts(*NEW, source="second") == {"unchanged": len(PEOPLE)}
    assert [len(names) for names in headings()] == [2] * len(PEOPLE)
    assert recount() == 0
    before, after = index_rows()
    assert before == after


def test_a_decision_that_an_editor_made_void_is_dropped(monkeypatch):
    counts(*OLD)
    with monkeypatch.context() as patched:
        patched.setattr(joins, "carry_out", lambda connection: {})
        load(iter(NEW), "second")
    pending = MergedAuthor.objects.order_by("pk")
    changed, deleted = pending[0], pending[1]
    Author.objects.filter(pk=changed.gone).update(imported=False)
    Author.objects.filter(pk=changed.kept_id).update(imported=False)
    Book.objects.filter(credits__author=deleted.kept_id).delete()
    Author.objects.get(pk=deleted.kept_id).delete()
    recount()
    assert joined(source="second") == {"years": len(PEOPLE) - 2}
    assert Author.objects.filter(pk__in=[changed.gone, deleted.gone]).count() == 2


@pytest.mark.parametrize("chunk", [1, 2, 500])
def test_the_number_of_authors_compared_at_a_time_changes_nothing(chunk, monkeypatch):
    monkeypatch.setattr(candidates, "CHUNK", chunk)
    monkeypatch.setattr(candidates, "READ", chunk)
    counts(*OLD)
    assert joined(*NEW) == {"years": len(PEOPLE)}


@pytest.mark.parametrize("again", ["first", "second"])
def test_a_file_loaded_again_writes_nothing(again):
    files = {"first": OLD, "second": NEW}
    for source, records in files.items():
        load(iter(records), source)
    before = catalogue(), times(), MergedAuthor.objects.count()
    assert counts(*files[again], source=again) == {"unchanged": len(files[again])}
    assert (catalogue(), times(), MergedAuthor.objects.count()) == before


def times():
    return [list(model.objects.order_by("pk").values_list("pk", "updated_at")) for model in (Author, Book)]
