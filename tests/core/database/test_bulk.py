"""Writing many rows: the same rows on both databases, whatever the values."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from authors.models import Author
from books.models import Book, BookIsbn, Subject
from core.database.bulk import (
    add_to,
    allocate_ids,
    delete_rows,
    insert_rows,
    json_text,
    moment_text,
    select_in,
    update_rows,
)

pytestmark = pytest.mark.django_db
ODD = ["a\tb\nc\rd\\e\"f'g", "\\N", "\\.", "", " ", "né 漢字 😀", "%s", "None"]
COLUMNS = ("kind", "name", "slug", "sort_key", "sample_key", "books_count")


def subjects(number, start=0):
    return [("topic", f"S{n}", f"s{n}", f"s{n}", n, 0) for n in range(start, start + number)]


def test_any_text_comes_back_as_it_was():
    rows = [("topic", f"{n}{text}", f"s{n}", text, n, 0) for n, text in enumerate(ODD)]
    insert_rows(connection, "books_subject", COLUMNS, rows)
    assert list(Subject.objects.order_by("sample_key").values_list(*COLUMNS)) == rows
    names = [name for _, name, *_ in rows]
    assert sorted(select_in(connection, "SELECT name FROM books_subject WHERE name IN %s", names)) == sorted(
        (name,) for name in names
    )


@pytest.mark.parametrize("number", [0, 1, 499, 500, 501, 2_800])
def test_as_many_rows_are_written_as_are_made(number):
    insert_rows(connection, "books_subject", COLUMNS, iter(subjects(number)))
    assert list(Subject.objects.order_by("pk").values_list(*COLUMNS)) == subjects(number)


def test_json_moments_numbers_and_booleans_are_stored_as_the_models_store_them():
    moment = datetime(2026, 11, 21, 9, 30, 0, 120, UTC)
    values = {"title": "T", "languages": ["en", "né"], "extra": {"a": [1, None, True]}, "rating_average": 4.1}
    saved = Book.objects.create(**values)
    (pk,) = allocate_ids(connection, "books_book", 1)
    row = {
        **values, "id": pk, "languages": json_text(values["languages"]), "extra": json_text(values["extra"]),
        "original_languages": "[]", "links": "[]", "curated": "[]", "cover": None, "sample_key": 0,
        "created_at": moment_text(connection, moment), "updated_at": moment_text(connection, moment),
        "sort_title": "t", "title_key": "t",
    } | dict.fromkeys(("subtitle", "part", "published", "publisher", "format", "work", "description"), "")  # fmt: skip
    insert_rows(connection, "books_book", list(row), [list(row.values())])
    insert_rows(connection, "books_bookisbn", ("book_id", "isbn_13", "primary"), [(pk, "9780439023481", True)])
    assert BookIsbn.objects.values_list("book", "primary").get() == (pk, True)
    Book.objects.filter(pk=saved.pk).update(created_at=moment, updated_at=moment, sample_key=0)
    first, second = (Book.objects.filter(pk=each).values().get() for each in (saved.pk, pk))
    assert {**first, "id": 0} == {**second, "id": 0}
    assert set(Book.objects.filter(languages=["en", "né"], created_at=moment)) == {saved, Book(pk=pk)}


def test_what_json_cannot_say_becomes_null_or_text():
    assert json_text({"a": float("nan"), "d": datetime(2026, 1, 1, tzinfo=UTC), 1: 2}) == (
        '{"a": null, "d": "2026-01-01T00:00:00+00:00", "1": 2}'
    )


def test_ids_are_given_out_once():
    ids = allocate_ids(connection, "authors_author", 3)
    author = Author.objects.create(name="A", sort_name="A")
    ids += [author.pk, *allocate_ids(connection, "authors_author", 2)]
    author.delete()
    ids += allocate_ids(connection, "authors_author", 1)
    ids.append(Author.objects.create(name="B", sort_name="B").pk)
    assert ids == sorted(set(ids))


def test_rows_are_updated_deleted_and_added_to_by_id():
    insert_rows(connection, "books_subject", COLUMNS, subjects(4))
    one, two, three, four = Subject.objects.order_by("pk").values_list("pk", flat=True)
    update_rows(connection, "books_subject", ["id"], ["name", "books_count"], [(one, "First", 5), (two, "Second", 7)])
    add_to(connection, "books_subject", "books_count", {one: 2, two: -7, three: 1, four: 0})
    delete_rows(connection, "books_subject", ["id"], [(four,)])
    assert list(Subject.objects.order_by("pk").values_list("name", "books_count")) == [
        ("First", 7), ("Second", 0), ("S2", 1),
    ]  # fmt: skip


def test_nothing_is_asked_for_nothing():
    assert select_in(connection, "SELECT id FROM books_subject WHERE id IN %s AND kind IN %s", [], ["topic"]) == []


def test_what_a_constraint_refuses_is_djangos_error():
    rows = [("topic", "S", "s", "s", 1, 0), ("topic", "S", "s-2", "s", 1, 0)]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(connection, "books_subject", COLUMNS, rows)
    assert not Subject.objects.exists()
