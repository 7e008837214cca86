"""Documents of rows that share related rows, or have several of them."""

import pytest

from tests.support.factories import make_author, make_book


@pytest.mark.django_db
def test_each_book_of_a_list_has_a_category_and_authors_of_its_own(api):
    jane = make_author("Austen, Jane")
    make_book(title="A", authors=[jane], categories=[("Fiction",)])
    make_book(title="B", authors=["Zola, Émile", jane], categories=[("Home",)])
    make_book(title="C", categories=[("Fiction",)])
    make_book(title="D", authors=[jane])
    page = api.get("/api/v1/books/?ordering=title").json()
    shown = [
        (book["title"], book["category"] and book["category"]["slug"], [author["name"] for author in book["authors"]])
        for book in page["results"]
    ]
    assert shown == [
        ("A", "fiction", ["Jane Austen"]), ("B", "home", ["Émile Zola", "Jane Austen"]), ("C", "fiction", []),
        ("D", None, ["Jane Austen"]),
    ]  # fmt: skip


@pytest.mark.django_db
def test_all_identifiers_of_a_scheme_are_shown_in_order(api):
    book = make_book(identifiers=[("oclc", "2"), ("olid", "OL1M"), ("oclc", "1")])
    assert api.get(f"/api/v1/books/{book.pk}/").json()["identifiers"] == {"oclc": ["2", "1"], "olid": ["OL1M"]}
