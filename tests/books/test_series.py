"""Series: one for each folded name, however it is spelt, by loads, by a migration, and after new text rules."""

import sqlite3
from contextlib import closing

import psycopg
import pytest
from django.db import IntegrityError, transaction

from books.importing.loader import load
from books.models import Book, BookSeries, Series
from books.reindexing import reindex
from core.changes.former_keys import successor
from core.models import RowCount
from settings.values import database
from tests.books.catalogue import counts, record
from tests.conftest import manage, new_database
from tests.support.factories import make_book, make_series


def stored() -> list[tuple[str, str, int]]:
    return list(Series.objects.order_by("slug").values_list("slug", "name", "books_count"))


@pytest.mark.django_db
def test_names_that_fold_alike_are_one_series():
    counts(
        record("1", series=[("The Lord of the Rings", "1")]),
        record("2", series=[("the lord of the rings!", "2"), ("The Lord of the Rings", "2")]),
        record("3", series=[("???", "1"), ("!!!", "1")]),
    )
    assert stored() == [
        ("the-lord-of-the-rings", "The Lord of the Rings", 2), ("x", "???", 1), ("x-2", "!!!", 1),
    ]  # fmt: skip
    assert BookSeries.objects.count() == 4
    assert RowCount.objects.get(pk="series").value == 3
    counts(record("4", series=[("THE LORD OF THE RINGS", "3")]), source="second")
    assert stored()[0] == ("the-lord-of-the-rings", "The Lord of the Rings", 3)


@pytest.mark.django_db
def test_a_book_may_have_several_places_in_a_series_and_is_counted_once():
    counts(record("1", series=[("Tales", "1"), ("Tales", "2"), ("Tales", "1")]))
    assert list(BookSeries.objects.values_list("position", flat=True)) == ["1", "2"]
    assert stored() == [("tales", "Tales", 1)]


@pytest.mark.django_db
def test_a_series_that_loses_its_last_book_in_a_load_is_deleted_unless_made_by_hand():
    Series.objects.create(name="By hand")
    first = [record("1", series=[("Old", "1"), ("By hand", "1")]), record("2", series=[("Shared", "1")])]
    counts(*first)
    assert stored() == [("by-hand", "By hand", 1), ("old", "Old", 1), ("shared", "Shared", 1)]
    counts(record("1", series=[("New", "1")]), record("2", series=[("Shared", "2")]))
    assert stored() == [("by-hand", "By hand", 0), ("new", "New", 1), ("shared", "Shared", 1)]
    assert RowCount.objects.get(pk="series").value == 2  # the one made by hand is counted by a recount
    counts(*first)
    assert stored() == [("by-hand", "By hand", 1), ("old", "Old", 1), ("shared", "Shared", 1)]


@pytest.mark.django_db
def test_a_place_that_an_editor_gave_stays_and_no_series_is_made_for_another():
    counts(record("1", series=[("Old", "1")]))
    Book.objects.update(curated=[{"field": "series"}])
    assert counts(record("1", series=[("New", "1")])) == {"kept": 1}
    assert stored() == [("old", "Old", 1)]


@pytest.mark.django_db
def test_complete_loads_take_the_counts_of_deleted_books():
    counts(*(record(str(n), series=[("Tales", str(n))]) for n in range(1, 4)))
    kept = [record(str(n), series=[("Tales", str(n))]) for n in (1, 2)]
    assert load(iter(kept), "first", complete=True, force=True).deleted == 1
    assert stored() == [("tales", "Tales", 2)]


@pytest.mark.django_db
def test_a_name_means_one_series_and_others_of_that_name_have_slugs_of_their_own():
    first = make_series("Foundation")
    with pytest.raises(IntegrityError), transaction.atomic():
        Series.objects.create(name="FOUNDATION")
    other = Series.objects.create(name="Foundation", is_default=False)
    assert (first.slug, other.slug) == ("foundation", "foundation-2")
    asimov, clarke = make_book(title="Asimov"), make_book(title="Clarke")
    BookSeries.objects.create(book=asimov, series=first, position="1")
    BookSeries.objects.create(book=clarke, series=other, position="1")
    assert list(Book.objects.in_series("foundation-2")) == [clarke]
    assert list(Book.objects.in_series("foundation")) == [asimov]
    assert set(Book.objects.in_series("FOUNDATION")) == {asimov, clarke}
    counts(record("1", series=[("Foundation", "2")]))
    assert BookSeries.objects.filter(series=first).count() == 2


@pytest.mark.django_db
def test_a_rebuild_makes_one_of_series_that_new_text_rules_take_for_one():
    first, second = make_series("Cafe Stories"), make_series("Other Stories")
    both, one = make_book(title="Both"), make_book(title="One")
    BookSeries.objects.create(book=both, series=first, position="1")
    BookSeries.objects.create(book=both, series=second, position="1")
    BookSeries.objects.create(book=one, series=second, position="2")
    Series.objects.filter(pk=second.pk).update(name="Café Stories")
    reindex(lambda *_: None)
    assert stored() == [("cafe-stories", "Cafe Stories", 2)]
    places = BookSeries.objects.values_list("book__title", "series__slug", "position", "position_key").order_by("pk")
    assert list(places) == [("Both", "cafe-stories", "1", "011"), ("One", "cafe-stories", "2", "012")]
    assert RowCount.objects.get(pk="series").value == 1


OLD = """
INSERT INTO books_book (id, title, subtitle, part, languages, original_languages, published, publisher, format, work,
 links, description, extra, curated, sort_title, title_key, sample_key, created_at, updated_at)
VALUES ({id}, 'T', '', '', '[]', '[]', '', '', '', '', '[]', '', '{{}}', '[]', 't', 't', 0,
 '2026-01-01 00:00:00+00:00', '2026-01-01 00:00:00+00:00');
"""
PLACE = "INSERT INTO books_bookseries (book_id, name, name_key, position) VALUES ({}, '{}', '{}', '{}');"
PLACES = [
    (1, "Tales", "tales", "1"), (1, "TALES", "tales", "1"), (1, "Tales", "tales", "2"), (2, "Täles", "tales", ""),
    (2, "Novels", "novels", "1"), (3, "???", "", "1"), (3, "!!!", "", "1"), (3, "Novels!", "novels", "1"),
]  # fmt: skip


def run(url: str, statements: str) -> list[tuple[object, ...]]:
    """The rows of the last of `statements`, run on the database at `url`."""
    if url.startswith("postgres"):
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in filter(str.strip, statements.split(";")):
                cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []
    with closing(sqlite3.connect(database(url)["NAME"])) as file, file:
        for statement in filter(str.strip, statements.split(";")):
            found = file.execute(statement).fetchall()
        return found


def test_a_catalogue_of_the_version_before_keeps_its_places(tmp_path, monkeypatch):
    with new_database(tmp_path, "series") as url:
        env = {"PATH": "", "DATABASE_URL": url, "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "settings.dev"}
        manage(env, "migrate", "--verbosity", "0", "books", "0005")
        run(url, "".join(OLD.format(id=pk) for pk in (1, 2, 3)) + "".join(PLACE.format(*place) for place in PLACES))
        manage(env, "migrate", "--verbosity", "0")
        assert run(url, "SELECT slug, name, books_count FROM books_series ORDER BY id") == [
            ("tales", "Tales", 2), ("novels", "Novels", 2), ("x", "???", 1), ("x-2", "!!!", 1),
        ]  # fmt: skip
        joined = (
            "SELECT link.book_id, series.slug, link.position FROM books_bookseries link"
            " JOIN books_series series ON series.id = link.series_id ORDER BY link.id"
        )
        assert run(url, joined) == [
            (1, "tales", "1"), (1, "tales", "2"), (2, "tales", ""), (2, "novels", "1"),
            (3, "x", "1"), (3, "x-2", "1"), (3, "novels", "1"),
        ]  # fmt: skip
        assert run(url, "SELECT value FROM core_rowcount WHERE name = 'series'") == [(4,)]


@pytest.mark.django_db
def test_a_rebuild_keeps_what_an_editor_made_and_tells_where_the_other_went():
    """The first series' new key is the one that the second still has stored."""
    first, second = make_series("Cafe Stories"), make_series("Other Stories")
    Series.objects.filter(pk=first.pk).update(imported=True, match_key="old key")
    Series.objects.filter(pk=second.pk).update(name="Café Stories", match_key="cafe stories")
    reindex(lambda *_: None)
    assert stored() == [("other-stories", "Café Stories", 0)]
    assert Series.objects.get().is_default
    assert successor("series", "cafe-stories") == "other-stories"
