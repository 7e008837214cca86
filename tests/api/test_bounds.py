"""A filter's bound includes its own value, and a parameter's limit includes its last one."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from api.filters.books import BookFilter
from api.filters.entities import AuthorFilter, CategoryFilter, SeriesFilter, SubjectFilter
from books.models import Book
from tests.support.factories import make_author, make_book

LOWER, UPPER = ("_min", "_since", "_from"), ("_max", "_to")
LISTS = {
    "books": BookFilter,
    "authors": AuthorFilter,
    "categories": CategoryFilter,
    "series": SeriesFilter,
    "subjects": SubjectFilter,
}
YEARS = [(1850, 1851, 1852), (-2, -1, 1)]
# Timestamps far enough in the future that every row of the test was created before them.
MOMENT = datetime(2126, 11, 21, 9, 30, 0, 250, tzinfo=UTC)
MIDNIGHT = datetime(2126, 11, 21, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def book_of(column):
    return lambda value: make_book(**{column: value}).pk


def book_of_author(column, shift=0):
    return lambda value: make_book(authors=[make_author("", **{column: value + shift})]).pk


def book_dated(column):
    def make(value):
        book = make_book()
        Book.objects.filter(pk=book.pk).update(**{column: value})
        return book.pk

    return make


def author_of(column):
    return lambda value: make_author("", **{column: value}).pk


def years(*parameters, make):
    return [(parameter, values, str(values[1]), make) for parameter in parameters for values in YEARS]


def moments(parameter, make):
    return [
        (parameter, (moment - TICK, moment, moment + TICK), text, make)
        for moment, text in (
            (MOMENT, "2126-11-21T09:30:00.000250Z"),
            (MOMENT, "2126-11-21T11:00:00.000250+01:30"),
            (MIDNIGHT, "2126-11-21"),
        )
    ]


# Parameter, values below, at and above the bound, the bound as text, and a function that makes a row of a value.
BOUNDS = {
    "books": [
        *years("published_year_min", "published_year_max", make=book_of("published_year")),
        *years("first_published_year_min", "first_published_year_max", make=book_of("first_published_year")),
        ("rating_min", (4.29, 4.3, 4.31), "4.3", book_of("rating_average")),
        ("rating_min", (4.99, 5.0, 5.0), "5", book_of("rating_average")),
        *moments("created_since", book_dated("created_at")),
        *moments("updated_since", book_dated("updated_at")),
        # An author without a year of death counts as having lived for 100 years.
        ("author_alive_from", YEARS[0], "1851", book_of_author("death_year")),
        ("author_alive_from", YEARS[0], "1851", book_of_author("birth_year", -100)),
        ("author_alive_to", YEARS[0], "1851", book_of_author("birth_year")),
        ("author_alive_to", YEARS[0], "1851", book_of_author("death_year", +100)),
    ],
    "authors": [
        *years("birth_year_min", "birth_year_max", make=author_of("birth_year")),
        *years("death_year_min", "death_year_max", make=author_of("death_year")),
    ],
}
ALL = [(resource, *bound) for resource, bounds in BOUNDS.items() for bound in bounds]


def found(api, resource, **query):
    page = api.get(f"/api/v1/{resource}/", {"page_size": 100, **query})
    assert page.status_code == 200, page.content
    ids = [item["id"] for item in page.json()["results"]]
    assert page.json()["count"] == len(ids)
    return set(ids)


def test_every_bound_there_is_stands_in_the_table():
    named = {
        resource: {name for name in kind.base_filters if name.endswith(LOWER + UPPER)}
        for resource, kind in LISTS.items()
    }
    assert {resource: names for resource, names in named.items() if names} == {
        resource: {name for name, *_ in bounds} for resource, bounds in BOUNDS.items()
    }


@pytest.mark.django_db
@pytest.mark.parametrize("row", ALL, ids=lambda row: f"{row[0]} {row[1]}={row[3]}")
def test_a_bound_takes_in_the_rows_that_have_exactly_its_value(api, row):
    resource, parameter, values, bound, make = row
    if resource == "books":
        make_book()
    else:
        make_author()
    below, at, above = (make(value) for value in values)
    expected = {at, above} if parameter.endswith(LOWER) else {below, at}
    assert found(api, resource, **{parameter: bound}) == expected
    assert found(api, resource, count="exact", **{parameter: bound}) == expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("resource", "column"),
    [("books", "published_year"), ("books", "first_published_year"), ("authors", "birth_year"),
     ("authors", "death_year")],
)  # fmt: skip
def test_two_equal_bounds_leave_the_rows_between_them(api, resource, column):
    make = book_of(column) if resource == "books" else author_of(column)
    _, at, _ = (make(value) for value in YEARS[0])
    bounds = {f"{column}_min": 1851, f"{column}_max": 1851}
    assert found(api, resource, **bounds) == {at}


LIMITS = [
    # Parameter, its first and last allowed value, and the values just outside.
    ("page_size", "1", "100", ["0", "101"]),
    ("rating_min", "0", "5", ["5.1", "-1"]),
    ("published_year_min", "-5000", "2200", ["-5001", "2201", "0"]),
    ("ids", "1", ",".join(map(str, range(1, 101))), ["0", ",".join(map(str, range(1, 102)))]),
    ("author", "1", str(10**15 - 1), ["0", str(10**15)]),
    ("search", "a", "a" * 200, ["a" * 201]),
    ("title", "a", "a" * 200, ["a" * 201]),
    ("series", "a", "a" * 500, ["a" * 501]),
    ("seed", "0", str(2**31 - 2), [str(2**31 - 1), "-1"]),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("parameter", "first", "last", "outside"), LIMITS, ids=[limit[0] for limit in LIMITS])
def test_a_parameter_takes_its_first_and_last_value_and_none_outside(api, parameter, first, last, outside):
    besides = "&ordering=random" if parameter == "seed" else ""
    for value in (first, last):
        assert api.get(f"/api/v1/books/?{parameter}={quote(value)}{besides}").status_code == 200, value
    for value in outside:
        refused = api.get(f"/api/v1/books/?{parameter}={quote(value)}{besides}")
        assert refused.status_code == 400, value
        assert [error["param"] for error in refused.json()["errors"]] == [parameter]


@pytest.mark.django_db
def test_numbered_pages_reach_the_row_they_are_said_to_reach(api):
    make_book()
    codes = {
        query: api.get(f"/api/v1/books/?{query}").json().get("code")
        for query in ("page=100&page_size=100", "page=101&page_size=100", "page=400", "page=401", "page=1")
    }
    assert codes == {
        "page=100&page_size=100": "page_out_of_range", "page=101&page_size=100": "page_too_deep",
        "page=400": "page_out_of_range", "page=401": "page_too_deep", "page=1": None,
    }  # fmt: skip


@pytest.mark.django_db
def test_a_moment_that_no_calendar_has_is_refused(api):
    for moment in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        assert api.get("/api/v1/books/", {"created_since": moment}).status_code == 200, moment
    for moment in ("2026-02-30", "2026-01-01T25:00:00Z", "20260101"):
        refused = api.get("/api/v1/books/", {"created_since": moment})
        assert (refused.status_code, refused.json()["errors"][0]["param"]) == (400, "created_since"), moment
