"""Whole lists as NDJSON and CSV: every row once, in the list's order, from one moment."""

import csv
import io
import json
import threading
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from api.streams import response as streams
from api.streams.formats import cell
from books.models import Book
from core.server.streaming import LONGEST, SLOWEST, Pace
from tests.support.factories import make_author, make_book

LISTS = [
    "books/?",
    "books/?ordering=title",
    "books/?ordering=-published_year,title",
    "books/?ordering=random&seed=7",
    "books/?search=star",
    "books/?language=en&search=star&ordering=-title",
    "books/?category=fiction",
    "books/?series=saga",
    "books/?published_year_min=1990",
    "books/?fields=id,title,authors.name",
    "books/?expand=subjects,description",
    "categories/fiction/books/?",
    "series/saga/books/?",
    "authors/?ordering=-books_count",
    "categories/?",
    "subjects/?",
    "series/?",
]


def body(response: Any) -> bytes:
    assert response.status_code == 200, response.content
    return b"".join(response.streaming_content)


def lines(response: Any) -> list[Any]:
    return [json.loads(line) for line in body(response).splitlines()]


def walked(api: APIClient, path: str) -> list[Any]:
    """Every row of a list, page by page."""
    rows: list[Any] = []
    url = f"/api/v1/{path}&page_size=7"
    while url:
        page = api.get(url).json()
        rows, url = rows + page["results"], page["next"]
    return rows


@pytest.fixture
def shelves(monkeypatch):
    """Thirty books, of which a stream reads few by each statement."""
    monkeypatch.setattr(streams, "FIRST_ROWS", 3)
    monkeypatch.setattr(streams, "MORE_ROWS", 8)
    for number in range(30):
        make_book(
            title=f"{'Star' if number % 2 else 'Moon'} {number % 11}",
            authors=[f"Author {number % 5}"],
            categories=[("Fiction", f"Shelf {number % 3}")],
            subjects=[f"Topic {number % 4}"],
            languages=["en", "fr"][: 1 + number % 2],
            series=[("Saga", str(number))] if number % 3 else [],
            published_year=None if number % 6 == 0 else 1980 + number,
            popularity=None if number % 4 == 0 else number % 7,
        )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", LISTS)
def test_a_stream_has_every_row_of_its_list_in_the_lists_order(api, shelves, path):
    *rows, end = lines(api.get(f"/api/v1/{path}&format=ndjson"))
    assert rows == walked(api, path)
    assert end == {"_end": True, "count": len(rows), "changes_cursor": None}
    assert len(rows) >= 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", LISTS)
def test_a_table_has_a_line_for_every_row_and_a_column_for_every_field(api, shelves, path):
    names, *rows = csv.reader(io.StringIO(body(api.get(f"/api/v1/{path}&format=csv")).decode(), newline=""))
    listed = walked(api, path)
    assert names == list(listed[0])
    assert len(rows) == len(listed)
    for row, document in zip(rows, listed, strict=True):
        for name, shown in zip(names, row, strict=True):
            value = document[name]
            if value is None or isinstance(value, int | float | str):
                assert shown == ("" if value is None else str(value))


@pytest.mark.django_db(transaction=True)
def test_the_format_is_negotiated_and_nothing_of_it_is_kept(api, shelves):
    for accept, media_type in (
        ("application/x-ndjson", "application/x-ndjson"),
        ("text/csv", "text/csv; charset=utf-8; header=present"),
        ("text/csv;q=0.5, application/json", "application/json"),
        ("*/*", "application/json"),
    ):
        response = api.get("/api/v1/books/", headers={"accept": accept})
        assert response["Content-Type"] == media_type
        assert "Accept" in response["Vary"]
        if response.streaming:
            assert response["Cache-Control"] == "no-store"
            assert "ETag" not in response
            body(response)
    assert api.get("/api/v1/books/", headers={"accept": "text/html"}).status_code == 406
    head = api.head("/api/v1/books/?format=csv")
    assert (head.status_code, b"".join(head.streaming_content)) == (200, b"")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("format=xml", [("format", "invalid_choice")]),
        ("format=csv&page=2", [("page", "unused")]),
        ("format=ndjson&page_size=3&count=none", [("page_size", "unused"), ("count", "unused")]),
        ("format=csv&langauge=en", [("langauge", "unknown")]),
        ("format=csv&ordering=colour", [("ordering", "invalid_choice")]),
        ("format=csv&fields=colour", [("fields", "unknown_field")]),
    ],
)
def test_what_a_stream_cannot_take_is_a_problem(api, query, errors):
    response = api.get(f"/api/v1/books/?{query}")
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert [(each["param"], each["code"]) for each in response.json()["errors"]] == errors


@pytest.mark.django_db
def test_one_resource_and_answers_for_one_caller_are_no_streams(api):
    book = make_book()
    for path in (f"books/{book.pk}/", "categories/tree/", "suggest/?q=a"):
        join = "&" if "?" in path else "?"
        assert api.get(f"/api/v1/{path}{join}format=csv").status_code == 400
        assert api.get(f"/api/v1/{path}", headers={"accept": "text/csv"}).status_code == 406


@pytest.mark.django_db(transaction=True)
def test_a_stream_is_of_one_moment_and_nobody_waits_for_it(api, shelves):
    before = walked(api, "books/?ordering=title")
    parts = iter(api.get("/api/v1/books/?ordering=title&format=ndjson").streaming_content)
    begun = next(parts)

    def write():
        Book.objects.filter(title__startswith="Star").update(title="Changed", sort_title="changed")
        make_book(title="Zzz")
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    writer.join(20)
    assert not writer.is_alive()
    *rows, end = [json.loads(line) for line in (begun + b"".join(parts)).splitlines()]
    assert rows == before
    assert end["count"] == 30
    *rows, end = lines(api.get("/api/v1/books/?ordering=title&format=ndjson"))
    assert (rows[-1]["title"], end["count"]) == ("Zzz", 31)


@pytest.mark.django_db(transaction=True)
def test_after_a_stream_its_thread_can_write(api, shelves):
    body(api.get("/api/v1/books/?format=ndjson"))
    left = api.get("/api/v1/books/?format=ndjson")
    next(iter(left.streaming_content))
    left.close()
    assert make_author("Somebody").pk


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@a", "'@a"), ("\t=1", "'\t=1"), ("\r=1", "'\r=1"),
        ("＝1", "'＝1"), ("a=1", "a=1"), (-551, -551), (4.5, 4.5), (None, None), (True, "true"),
        ([], ""), (["en", "fr"], "en; fr"), ([{"id": 1, "name": "=A"}, {"id": 2, "name": "B"}], "'=A; B"),
        ({"name": "Fiction", "slug": "fiction"}, "Fiction"), ({"gutenberg": ["1", "2"]}, "gutenberg:1; 2"),
        ({"small": "s", "large": "l"}, "l"), ({}, ""),
    ],
)  # fmt: skip
def test_a_cell_is_what_a_spreadsheet_can_show_and_never_a_formula(value, shown):
    assert cell(value) == shown


def test_a_client_may_be_slow_for_a_while_only():
    pace = Pace(60)
    assert pace.keeps_up(0, 59)
    assert pace.keeps_up(61 * SLOWEST, 2)
    assert pace.keeps_up(0, 59)
    assert not pace.keeps_up(10 * SLOWEST, 2)


def test_a_stream_ends_after_the_longest_time(monkeypatch):
    moments = iter([0.0, 1.0, LONGEST + 1.0])
    monkeypatch.setattr("core.server.streaming.time.monotonic", lambda: next(moments))
    pace = Pace(60)
    assert pace.keeps_up(1, 0.1)
    assert not pace.keeps_up(10**9, 0.1)
