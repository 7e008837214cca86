"""The rows that a load writes, and that it writes no others."""

import pytest
from django.db import connection

from books.counts import recount
from books.importing.entities.slugs import free_slugs
from books.importing.records import Rejection, Topic
from books.models import Book, BookAuthor, Subject
from core.freshness.generation import generation
from tests.books.catalogue import ISBN, OTHER_ISBN, PRIDE, THIRD_ISBN, catalogue, counts, credit, index_rows, record

pytestmark = pytest.mark.django_db
EMMA = {"key": "2", "title": "Emma", "credits": [credit("Austen, Jane, 1775-1817")]}


def test_every_field_of_a_record_is_stored():
    assert counts(record(**PRIDE)) == {"created": 1}
    assert catalogue() == {
        "books": {
            ("first", "1"): {
                "title": "Pride and Prejudice", "subtitle": "A Novel", "part": "Volume 1",
                "category": "fiction-romance", "languages": ["en", "fr"], "original_languages": ["en"],
                "first_published_year": 1813, "published_year": 1994, "published": "1994-06",
                "publisher": "Egerton", "pages": 300, "format": "text", "isbn_13": ISBN, "work": "first:w1",
                "links": [{"rel": "source", "media_type": "text/html", "url": "https://example.org/1342"}],
                "description": "First impressions.", "cover": {"small": "https://example.org/s.jpg"},
                "rating_average": 4.25, "ratings_count": 10, "popularity": 99, "extra": {"issued": "1998"},
                "curated": [], "sort_title": "pride and prejudice", "title_key": "pride and prejudice",
                "author_key": "austen jane",
                "authors": [("Jane Austen", "author", "", 0), ("C. E. Brock", "illustrator", "some", 1)],
                "categories": [("fiction-romance", 0), ("fiction", 1)],
                "subjects": [("courtship", 0), ("place-england", 1), ("class-pr", 2), ("shelf-best-books", 3)],
                "language_links": ["en", "fr"],
                "series": [("works", "2", "012")],
                "identifiers": [("gutenberg", "1342"), ("oclc", "7")],
                "isbns": [(OTHER_ISBN, False), (ISBN, True)],
            }
        },
        "authors": [
            ("C. E. Brock", "Brock, C. E.", "person", [], 1870, 1938, 1),
            ("Jane Austen", "Austen, Jane", "person", [], 1775, 1817, 1),
        ],
        "headings": [
            ("first", "Austen, Jane, 1775-1817", "Jane Austen"),
            ("first", "Brock, C. E., 1870-1938", "C. E. Brock"),
        ],
        "categories": [("fiction", ["Fiction"], 1), ("fiction-romance", ["Fiction", "Romance"], 1)],
        "series": [("works", "Works", 1)],
        "subjects": [
            ("class-pr", "PR", "class", 1), ("courtship", "Courtship", "topic", 1),
            ("place-england", "England", "place", 1), ("shelf-best-books", "Best Books", "shelf", 1),
        ],
        "lists": {
            "author:person": 2, "book": 1, "category": 2, "series": 1, "subject:class": 1, "subject:place": 1,
            "subject:shelf": 1, "subject:topic": 1,
        },
    }  # fmt: skip


def test_the_search_index_equals_that_of_indexing_again():
    counts(record(**PRIDE), record(**EMMA))
    counts(record(**{**PRIDE, "title": "Changed", "subjects": [Topic("Manners")], "categories": [("Drama",)]}))
    before, after = index_rows()
    assert before == after


@pytest.mark.django_db(transaction=True)
def test_a_second_time_the_database_does_not_move():
    records = [record(**PRIDE), record(**EMMA), Rejection(3, "bad_key", "no", "raw")]
    counts(*records)
    before = generation()
    assert counts(*records) == {"unchanged": 2, "rejected": 1}
    assert generation() == before


def test_only_the_differences_of_a_changed_record_are_written():
    counts(record(**PRIDE), record(**EMMA))
    credits = list(BookAuthor.objects.order_by("pk").values())
    expected = catalogue()
    expected["books"]["first", "1"] |= {
        "publisher": "Penguin", "extra": {}, "description": "", "subjects": [("place-england", 0), ("manners", 1)],
    }  # fmt: skip
    del expected["lists"]["subject:class"], expected["lists"]["subject:shelf"]
    expected["subjects"] = [("manners", "Manners", "topic", 1), ("place-england", "England", "place", 1)]
    topics = [Topic("England", "place"), Topic("Manners")]
    changed = {**PRIDE, "publisher": "Penguin", "subjects": topics, "extra": {}, "description": ""}
    assert counts(record(**changed), record(**EMMA)) == {"updated": 1, "unchanged": 1}
    assert catalogue() == expected
    assert list(BookAuthor.objects.order_by("pk").values()) == credits


def test_a_book_can_move_to_authors_categories_and_subjects_made_for_it():
    counts(record(**PRIDE))
    changed = {"categories": [("Drama", "New")], "credits": [credit("Author, New")], "subjects": [Topic("New")]}
    assert counts(record(**{**PRIDE, **changed})) == {"updated": 1}
    book = catalogue()["books"]["first", "1"]
    assert (book["category"], book["author_key"]) == ("drama-new", "author new")
    assert (book["categories"], book["subjects"]) == ([("drama-new", 0)], [("new", 0)])
    assert recount() == 0


def test_the_order_of_authors_and_the_primary_isbn_can_change():
    counts(record(**PRIDE))
    counts(record(**{**PRIDE, "credits": PRIDE["credits"][::-1], "isbns": [OTHER_ISBN, ISBN, THIRD_ISBN]}))
    book = catalogue()["books"]["first", "1"]
    assert book["authors"] == [("C. E. Brock", "illustrator", "some", 0), ("Jane Austen", "author", "", 1)]
    assert (book["isbn_13"], book["isbns"]) == (OTHER_ISBN, [(OTHER_ISBN, True), (ISBN, False), (THIRD_ISBN, False)])
    assert book["author_key"] == "austen jane"


def test_a_curated_field_stays_and_is_the_sources_again_when_it_is_curated_no_more():
    counts(record(**PRIDE))
    Book.objects.update(
        title="Edited", description="", curated=[{"field": name} for name in ("title", "subjects", "description")]
    )
    before = catalogue()
    assert counts(record(**{**PRIDE, "title": "From the source", "subjects": []})) == {"kept": 1}
    assert catalogue() == before
    Book.objects.update(curated=[])
    assert counts(record(**{**PRIDE, "title": "Third"})) == {"updated": 1}
    assert Book.objects.values_list("title", "description").get() == ("Third", "First impressions.")


@pytest.mark.parametrize("batch_size", [1, 2, 100])
def test_slugs_are_given_in_order_of_mention_whatever_the_batch_size(batch_size):
    named = [
        [Topic("Sea -- Stories"), Topic("Sea, Stories")], [Topic("Sea: Stories"), Topic("Sea stories 2")],
        [Topic("!!!"), Topic("???"), Topic("Sea stories", "shelf")],
    ]  # fmt: skip
    shelves = [[("Tree",), ("A", "B")], [("A B",)], [("A",), ("A", "B", "C"), ("a",)]]
    for start in (0, 2):
        counts(
            *(record(str(n), subjects=named[n], categories=shelves[n]) for n in range(start, start + 2 - start // 2)),
            batch_size=batch_size,
        )
    loaded = catalogue()
    assert {name: slug for slug, name, *_ in loaded["subjects"]} == {
        "Sea -- Stories": "sea-stories", "Sea, Stories": "sea-stories-2", "Sea: Stories": "sea-stories-3",
        "Sea stories 2": "sea-stories-2-2", "!!!": "x", "???": "x-2", "Sea stories": "shelf-sea-stories",
    }  # fmt: skip
    assert loaded["categories"] == [
        ("a", ["A"], 2), ("a-2", ["a"], 1), ("a-b", ["A", "B"], 2), ("a-b-2", ["A B"], 1),
        ("a-b-c", ["A", "B", "C"], 1), ("tree-2", ["Tree"], 1),
    ]  # fmt: skip


def test_numbered_slugs_start_at_2_and_go_as_far_as_needed():
    taken = ["sea", *(f"sea-{number}" for number in range(2, 21)), "tree", "tree-2", "wood-2"]
    Subject.objects.bulk_create(Subject(name=slug, slug=slug, sort_key=slug) for slug in taken)
    wanted = ["sea", "tree", "wood", "sea", "wood", "tree", "new"]
    assert free_slugs(connection, "books_subject", wanted) == [
        "sea-21", "tree-3", "wood", "sea-22", "wood-3", "tree-4", "new",
    ]  # fmt: skip
