"""The lists of series, and of the books of one in reading order."""

import pytest

from books.counts import recount
from tests.support.factories import make_book

V1 = "/api/v1/"
HERE = "http://testserver/api/v1/"


@pytest.fixture
def tales(db):
    """Three books in a series, two of them in another too."""
    make_book(title="Second", series=[("Tales of Elsewhere", "2"), ("Novels", "")], popularity=3)
    make_book(title="First", series=[("Tales of Elsewhere", "1")], popularity=2)
    make_book(title="Tenth", series=[("tales of elsewhere", "10"), ("Novels", "1")], popularity=1)
    make_book(title="None", popularity=9)
    recount()


def test_series_are_listed_by_name_with_the_number_of_their_books(api, tales):
    page = api.get(f"{V1}series/").json()
    assert page["count"] == 2
    assert page["results"] == [
        {"name": "Novels", "slug": "novels", "url": f"{HERE}series/novels/", "books_count": 2},
        {
            "name": "Tales of Elsewhere",
            "slug": "tales-of-elsewhere",
            "url": f"{HERE}series/tales-of-elsewhere/",
            "books_count": 3,
        },
    ]
    most = api.get(f"{V1}series/?ordering=-books_count").json()["results"][0]
    assert most["slug"] == "tales-of-elsewhere"


def test_one_series_is_shown_by_its_slug(api, tales):
    shown = api.get(f"{V1}series/novels/")
    assert shown.json()["books_count"] == 2
    assert api.get(f"{V1}series/novels/?fields=name").json() == {"name": "Novels"}
    for slug in ("nowhere", "Novels", "tales-of-elsewhere-2"):
        assert api.get(f"{V1}series/{slug}/").status_code == 404
        assert api.get(f"{V1}series/{slug}/books/").status_code == 404


def titles(api, path):
    page = api.get(V1 + path).json()
    found = [book["title"] for book in page["results"]]
    return found + (titles(api, page["next"].split(V1)[1]) if page["next"] else [])


@pytest.mark.parametrize("size", [1, 2, 100])
def test_the_books_of_a_series_come_in_reading_order(api, tales, size):
    path = f"series/tales-of-elsewhere/books/?page_size={size}"
    assert titles(api, path) == ["First", "Second", "Tenth"]
    assert titles(api, f"{path}&ordering=-series") == ["Tenth", "Second", "First"]
    assert titles(api, f"{path}&ordering=-popularity") == ["Second", "First", "Tenth"]
    assert titles(api, f"{path}&search=second") == ["Second"]
    assert titles(api, f"{path}&series=novels&ordering=series") == ["Tenth", "Second"]
    assert api.get(V1 + path).json()["count"] == 3


def test_books_are_filtered_by_the_slug_or_the_name_of_a_series(api, tales):
    expected = ["First", "Second", "Tenth"]
    for value in ("tales-of-elsewhere", "Tales of Elsewhere", "TÁLES OF ELSEWHERE"):
        assert titles(api, f"books/?series={value}") == expected
    assert titles(api, "books/?series=tales") == []


def test_a_book_shows_its_series_with_their_urls(api, tales):
    url = api.get(f"{V1}books/?search=tenth").json()["results"][0]["url"]
    assert api.get(url).json()["series"] == [
        {
            "name": "Tales of Elsewhere",
            "slug": "tales-of-elsewhere",
            "url": f"{HERE}series/tales-of-elsewhere/",
            "position": "10",
        },
        {"name": "Novels", "slug": "novels", "url": f"{HERE}series/novels/", "position": "1"},
    ]
