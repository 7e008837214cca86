"""Subjects of one kind that differ only in case, a final stop or the blanks round `--` are one."""

import pytest
from django.utils import timezone

from books.counts import recount
from books.importing.records import Topic
from books.models import Book, BookSubject, Subject, SubjectSpelling
from books.models.classification import KEY_LENGTH, spelling_key
from books.reindexing import reindex
from tests.books.catalogue import catalogue, counts, index_rows, record
from tests.support.factories import make_book, make_subject

pytestmark = pytest.mark.django_db


def spelt(*names, start=1, **fields):
    """A record for each of `names`, with that subject."""
    return [record(str(n), subjects=[Topic(name)], **fields) for n, name in enumerate(names, start)]


def shown():
    """The name, slug and count of each subject."""
    return list(Subject.objects.order_by("pk").values_list("name", "slug", "books_count"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Cookery", "COOKERY"), ("Cookery", "Cookery."), ("Sea -- Stories", "Sea--stories"), ("Straße", "STRASSE"),
        ("U.S.", "U.S"), ("Cafe\u0301", "Café"), ("a" * 600, "A" * 600 + "."),
    ],
)  # fmt: skip
def test_spellings_of_one_subject_have_one_key(one, other):
    assert spelling_key(one) == spelling_key(other)
    assert len(spelling_key(one)) <= KEY_LENGTH


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sea -- Stories", "Sea - Stories"), ("Sea, Stories", "Sea Stories"), ("Café", "Cafe"), ("C", "C++"),
        ("...", "!!!"), ("a" * 600, "a" * 601),
    ],
)  # fmt: skip
def test_what_differs_in_more_has_another_key(one, other):
    assert spelling_key(one) != spelling_key(other)


@pytest.mark.parametrize("batch_size", [1, 2, 100])
def test_the_spelling_that_most_records_have_is_shown(batch_size):
    records = spelt("Cookery.", "cookery", "COOKERY", "cookery", "Cookery.", "cookery")
    assert counts(*records, batch_size=batch_size) == {"created": 6}
    assert shown() == [("cookery", "cookery", 6)]
    assert recount() == 0
    before, after = index_rows()
    assert before == after
    # Loaded again, nothing is written; of equally common spellings the first one is shown.
    loaded, moments = catalogue(), sorted(Book.objects.values_list("updated_at", flat=True))
    assert counts(*records, batch_size=batch_size) == {"unchanged": 6}
    assert (catalogue(), sorted(Book.objects.values_list("updated_at", flat=True))) == (loaded, moments)


def test_a_later_load_that_changes_the_majority_changes_the_name_but_not_the_slug():
    counts(*spelt("Cookery", "Cookery", "cookery."))
    assert shown() == [("Cookery", "cookery", 3)]
    began = timezone.now()
    counts(*spelt("cookery.", "cookery.", start=4))
    assert shown() == [("cookery.", "cookery", 5)]
    assert Book.objects.filter(updated_at__gte=began).count() == 5
    # The records that had it change their minds: 1 to 3 say so now.
    counts(*spelt("Cookery", "Cookery", "COOKERY"), *spelt("COOKERY", "COOKERY", start=4))
    assert shown() == [("COOKERY", "cookery", 5)]
    assert recount() == 0


def test_a_tie_is_won_by_the_spelling_that_was_loaded_first():
    counts(*spelt("Cookery", "COOKERY"))
    assert shown() == [("Cookery", "cookery", 2)]


def test_a_record_with_two_spellings_has_the_subject_once():
    counts(record("1", subjects=[Topic("Cookery"), Topic("Ships"), Topic("cookery.")]))
    book = Book.objects.get()
    assert list(book.subject_links.values_list("subject__name", "position")) == [("Cookery", 0), ("Ships", 1)]
    assert Subject.objects.get(name="Cookery").books_count == 1
    before, after = index_rows()
    assert before == after


def test_kinds_are_told_apart():
    counts(record("1", subjects=[Topic("Opera"), Topic("opera", "genre"), Topic("OPERA", "shelf")]))
    assert [name for name, *_ in shown()] == ["Opera", "opera", "OPERA"]


def test_a_subject_that_an_editor_made_keeps_its_name():
    subject = make_subject("Cookery")
    counts(*spelt("cookery", "cookery"))
    subject.refresh_from_db()
    assert (subject.name, subject.books_count) == ("Cookery", 2)


def test_a_subject_that_lost_its_last_book_goes_with_its_spellings():
    counts(*spelt("Cookery", "cookery"))
    counts(*spelt("Ships", "Ships"))
    assert [name for name, *_ in shown()] == ["Ships"]
    assert not SubjectSpelling.objects.exists()


def test_what_an_earlier_version_stored_twice_is_known_by_name_and_merged_by_reindexing(api):
    book = make_book(subjects=["Cookery", "Ships"])
    Subject.objects.update(match_key=None, imported=True)
    for name in ("cookery", "Cookery."):
        Subject.objects.create(name=name, imported=True)
        Subject.objects.update(match_key=None)
    others = [
        make_book(subjects=["cookery"]),
        make_book(subjects=["cookery", "Cookery"]),
        make_book(subjects=["Cookery."]),
    ]
    counts(*spelt("Cookery.", "Cookery", "Ships", "Cookery.", "Cookery."))
    assert len(shown()) == 4
    links = BookSubject.objects.count()
    assert reindex(lambda *_: None) == 0
    # Of the book that had it twice one link is gone. Most say `Cookery.`
    assert [(name, count) for name, _, count in shown()] == [("Ships", 2), ("Cookery.", 8)]
    assert BookSubject.objects.count() == links - 1
    used = {
        name: BookSubject.objects.filter(subject=subject, spelling=number or None).count()
        for subject, number, name in SubjectSpelling.objects.values_list("subject", "number", "name")
    }
    assert used == {"Cookery.": 4, "Cookery": 3, "cookery": 1}
    assert recount() == 0
    before, after = index_rows()
    assert before == after
    slug = Subject.objects.get(name="Cookery.").slug
    found = {item["id"] for item in api.get(f"/api/v1/books/?subject={slug}").json()["results"]}
    assert {book.pk, *(other.pk for other in others)} <= found
    assert counts(*spelt("Cookery.", "COOKERY", "cookery", start=7)) == {"created": 3}
    assert len(shown()) == 2
    assert reindex(lambda *_: None) == 0
