"""Following a list's pages, also while rows are added and deleted."""

import itertools
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from rest_framework.test import APIClient

from authors.models import Author
from books.models import Book
from tests.support.factories import make_author, make_book

titles = st.text(alphabet="abc", min_size=1, max_size=3)
books = st.lists(st.tuples(titles, st.sampled_from([None, 1, 2])), min_size=1, max_size=12)
writes = st.lists(st.lists(st.tuples(st.booleans(), titles, st.sampled_from([None, 1, 3])), max_size=3), max_size=8)


class Walks(TestCase):
    """Property: a row that is there throughout, its ordering fields unchanged, is given exactly once."""

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        books, writes, st.sampled_from(["title", "-popularity,title", "popularity", "-id", "random"]), st.integers(1, 4)
    )
    def test_a_walk_gives_every_lasting_row_exactly_once(self, rows, steps, ordering, size):
        api = APIClient()
        lasting = {make_book(title=title, popularity=popularity).pk for title, popularity in rows}
        passing = []
        url = f"/api/v1/books/?page_size={size}&ordering={ordering}"
        walked = []
        pending = iter(steps)
        while url:
            page = api.get(url).json()
            walked += [item["id"] for item in page["results"]]
            url = page["next"]
            for adds, title, popularity in next(pending, ()):
                if adds:
                    passing.append(make_book(title=title, popularity=popularity))
                elif passing:
                    passing.pop(0).delete()
        assert len(walked) == len(set(walked))
        assert lasting <= set(walked)


@pytest.mark.django_db
def test_links_stand_in_the_document_and_in_the_header_alike(api):
    for number in range(5):
        make_book(title=f"T{number}")
    first = api.get("/api/v1/books/?page_size=2&ordering=title")
    second = api.get(first.json()["next"])
    body = second.json()
    assert first.json()["previous"] is None
    assert second["Link"] == f'<{body["next"]}>; rel="next", <{body["previous"]}>; rel="prev"'
    assert api.get(body["previous"]).json()["results"] == first.json()["results"]
    last = api.get(body["next"]).json()
    assert last["next"] is None
    assert [item["title"] for item in last["results"]] == ["T4"]


@pytest.mark.django_db
def test_a_cursor_is_bound_to_its_filters_and_ordering(api):
    for number in range(3):
        make_book(title=f"T{number}", languages=["en"], authors=["A"])
    author = Author.objects.get()
    following = api.get("/api/v1/books/?page_size=1&language=en").json()["next"]
    assert api.get(following).status_code == 200
    assert api.get(f"{following}&count=none").status_code == 200
    changes = (
        following.replace("language=en", "language=fr"),
        following.replace("/books/?", f"/authors/{author.pk}/books/?"),
        f"{following}&ordering=title",
        following[:-1] + ("x" if following[-1] != "x" else "y"),
    )
    for changed in changes:
        assert api.get(changed).json()["code"] == "invalid_cursor"
    refused = api.get(f"{following}&ordering=title").json()
    assert refused["code"] == "invalid_cursor"


@pytest.mark.django_db
def test_a_cursor_made_with_a_retired_key_still_verifies(api, settings):
    for number in range(3):
        make_book(title=f"T{number}")
    following = api.get("/api/v1/books/?page_size=1").json()["next"]
    old = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-key-that-is-long-enough-for-a-test", [old]
    assert api.get(following).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert api.get(following).json()["code"] == "invalid_cursor"


@pytest.mark.django_db
def test_numbered_pages_end_with_the_list_and_at_the_depth_allowed(api):
    for number in range(5):
        make_book(title=f"T{number}")
    second = api.get("/api/v1/books/?page=2&page_size=2&ordering=title").json()
    assert [item["title"] for item in second["results"]] == ["T2", "T3"]
    assert second["next"].endswith("page=3")
    assert second["previous"].endswith("page=1")
    assert api.get("/api/v1/books/?page=4&page_size=2").json()["code"] == "page_out_of_range"
    for deep in ("page=101&page_size=100", "page=99999999"):
        assert api.get(f"/api/v1/books/?{deep}").json()["code"] == "page_too_deep"


@pytest.mark.django_db
def test_the_count_can_be_left_out(api):
    make_book(title="T")
    assert set(api.get("/api/v1/books/?count=none").json()) == {"next", "previous", "results"}
    assert Book.objects.count() == 1


@pytest.mark.django_db
def test_a_page_whose_rows_were_deleted_still_leads_back_into_the_list(api):
    books = [make_book(title=f"T{number}") for number in range(6)]
    first = api.get("/api/v1/books/?page_size=2&ordering=title").json()
    second = api.get(first["next"]).json()
    for book in books[2:]:
        book.delete()
    empty = api.get(first["next"]).json()
    assert (empty["results"], empty["next"]) == ([], None)
    assert api.get(empty["previous"]).json()["results"] == first["results"]
    for book in books[:2]:
        book.delete()
    make_book(title="T9")
    gone = api.get(second["previous"]).json()
    assert (gone["results"], gone["previous"]) == ([], None)
    assert [item["title"] for item in api.get(gone["next"]).json()["results"]] == ["T9"]


# Resource, ordering and its column, and a filter that every row of the list meets.
NULLABLE = [
    *(
        ("books", name, column, narrowing)
        for name, column in (
            ("published_year", "published_year"), ("first_published_year", "first_published_year"),
            ("popularity", "popularity"), ("rating", "rating_average"), ("author", "author_key"),
        )
        for narrowing in ("", "has_cover=false&")
    ),
    ("authors", "birth_year", "birth_year", ""),
]  # fmt: skip


def walked(api, url):
    """Every page of a list, by its links: its ids and its document. No list here has 50 pages."""
    for _ in range(50):
        page = api.get(url).json()
        yield [item["id"] for item in page["results"]], page
        if (url := page["next"]) is None:
            break


@pytest.mark.django_db
@pytest.mark.parametrize("sign", ["", "-"], ids=["up", "down"])
@pytest.mark.parametrize("nullable", NULLABLE, ids=lambda row: f"{row[0]} by {row[1]} {row[3]}".rstrip(" &"))
def test_nulls_stay_last_whichever_way_a_page_is_reached(api, nullable, sign):
    resource, name, column, narrowing = nullable
    make: Callable[..., Book | Author] = make_book if resource == "books" else make_author
    rows = {}
    for value in (1, None, 3, None, 2, None, 2, None, None):
        rows[make(**{column: str(value) if value and name == "author" else value}).pk] = value
    present = sorted((pk for pk in rows if rows[pk]), key=lambda pk: (rows[pk], pk), reverse=bool(sign))
    expected = present + sorted((pk for pk in rows if not rows[pk]), reverse=bool(sign))
    for size in (1, 2, 3, 5):
        pages = list(walked(api, f"/api/v1/{resource}/?{narrowing}ordering={sign}{name}&page_size={size}"))
        assert [ids for ids, _ in pages] == [expected[n : n + size] for n in range(0, len(expected), size)]
        for (before, _), (_, page) in itertools.pairwise(pages):
            back = api.get(page["previous"]).json()
            assert [item["id"] for item in back["results"]] == before


@pytest.mark.django_db
@pytest.mark.parametrize("narrowing", ["", "count=none&", "language=en&", "search=tale&", "search=tale&count=none&"])
def test_a_last_page_that_is_exactly_full_has_no_next_and_a_first_one_no_previous(api, narrowing):
    for number in range(4):
        make_book(title=f"Tale {number}", languages=["en"])
    url = f"/api/v1/books/?{narrowing}page_size=2"
    first = api.get(url).json()
    last = api.get(first["next"])
    assert (len(last.json()["results"]), last.json()["next"]) == (2, None)
    assert 'rel="next"' not in last["Link"]
    back = api.get(last.json()["previous"]).json()
    assert (back["results"], back["previous"]) == (first["results"], None)
    assert api.get(back["next"]).json()["results"] == last.json()["results"]
    numbered, whole = (api.get(each).json() for each in (f"{url}&page=2", url.replace("page_size=2", "page_size=4")))
    assert (numbered["results"], numbered["next"]) == (last.json()["results"], None)
    assert (whole["results"], whole["next"]) == (first["results"] + last.json()["results"], None)
    assert api.get(f"{url}&page=3").json()["code"] == "page_out_of_range"
    assert api.get(url.replace("page_size=2", "page_size=3")).json()["next"]


@pytest.mark.django_db
@pytest.mark.parametrize("make", [make_book, make_author])
def test_a_page_has_25_rows_unless_told(api, make):
    for _ in range(26):
        make()
    kind = "books" if make is make_book else "authors"
    first = api.get(f"/api/v1/{kind}/").json()
    assert len(first["results"]) == 25
    assert len(api.get(first["next"]).json()["results"]) == 1
