"""Every filter over a few books and authors, compared with results written by hand."""

import pytest

from api.filters.books import BookFilter
from api.filters.entities import AuthorFilter, SubjectFilter
from authors.models import Author
from books.models import Book, Category
from tests.support.factories import make_author, make_book

AUSTEN, ROUSSEAU = "Austen, Jane, 1775-1817", "Rousseau, Jean-Jacques, 1712-1778"
ISBN, OTHER = "9780439023481", "9780306406157"

# Query, and the expected rows by the first letters of their titles and names.
BOOKS = {
    "": "ECLPB",
    "search=courtship": "EL",
    "search=austen": "EC",
    "search=guide": "C",
    "search=austen -emma": "C",
    'search="the household"': "C",
    'search="household the"': "",
    "search=best books": "",  # A shelf is no word of a book,
    "search=ps": "",  # nor is a class.
    "title=em": "EL",
    "title=emma": "E",
    "title=volume emma": "E",
    "search=courtship&language=fr": "L",
    "search=courtship&title=emma": "E",
    "author_name=jane aus": "EC",
    "author_name=jane rousseau": "",
    "publisher=egerton": "E",
    "topic=courtship": "EL",
    "topic=romance": "EC",
    "topic=best books": "E",
    "author={austen}": "EC",
    "author={austen},{rousseau}": "ECL",
    "author={austen}&role=translator": "C",
    "author={rousseau}&role=translator": "",
    "role=translator": "C",
    "role=author": "EL",
    "author_alive_from=1780": "EC",
    "author_alive_to=1770": "L",
    "author_alive_from=1776&author_alive_to=1777": "ECL",
    "category=fiction": "ECL",
    "category=fiction-romance": "EC",
    "category=home": "C",
    "category=home,fiction": "ECL",
    "category=fiction,fiction": "ECL",
    "category=nowhere": "",
    "category_all=fiction,home": "C",
    "category_all=home,home": "C",
    "category_all=fiction,fiction-romance": "EC",
    "category_all=fiction-romance,fiction-adventure": "C",
    "category_all=fiction,nowhere": "",
    "category_not=fiction": "PB",
    "category_not=home": "ELPB",
    "category_not=fiction-romance,home": "LPB",
    "subject=courtship": "EL",
    "subject=courtship,education": "EL",
    "subject=shelf-best-books": "",
    "subject=class-ps3500": "",
    "subject=shelf-best-books&subject_kind=shelf": "E",
    "subject=courtship&subject_kind=shelf": "",
    "subject_all=courtship,education": "L",
    "subject_all=courtship,courtship": "EL",
    "subject_all=courtship,shelf-best-books": "",
    "subject_all=courtship,shelf-best-books&subject_kind=shelf,topic": "E",
    "classification=lcc:PS": "E",
    "classification=lcc:P": "P",
    "classification=lcc:PS3500": "E",
    "classification=lcc:QA": "",
    "classification=lcc:PR": "L",
    "language=en": "EC",
    "language=eng": "EC",
    "language=en,fr": "ECL",
    "language_not=en": "LPB",
    "language_not=en,fr": "PB",
    "series=the WORKS": "E",
    "series=works": "",
    "work=openlibrary:OL1W": "E",
    "isbn={isbn}": "E",
    "isbn=0-306-40615-2": "E",
    "identifier=gutenberg:158": "E",
    "identifier=olid:158": "C",
    "identifier=gutenberg:158,olid:158": "EC",
    "ids={emma},{bare}": "EB",
    "published_year=1994": "E",
    "published_year_min=1995": "L",
    "published_year_max=1994": "E",
    "first_published_year=1815": "E",
    "first_published_year_min=1800": "E",
    "first_published_year_max=1800": "L",
    "rating_min=4": "E",
    "has_cover=true": "E",
    "has_cover=false": "CLPB",
    "created_since=2126-01-01": "",
    "updated_since=2026-01-01T00:00:00Z": "ECLPB",
    "language=en&category=home": "C",
}
AUTHORS = {
    "": "ARND",
    "search=jane": "A",
    "birth_year_min=1750": "A",
    "birth_year_max=1750": "R",
    "death_year_min=1800": "A",
    "death_year_max=1800": "R",
    "has_books=true": "AR",
    "has_books=false": "ND",
    "kind=person": "ARN",
    "kind=placeholder": "V",
    "kind=person,organisation": "ARND",
    "ids={austen}": "A",
    "ids={various}": "V",
}
SUBJECTS = {
    "": "CEV",
    "subject_kind=topic": "CE",
    "subject_kind=shelf,class": "bPPPf",
}


@pytest.fixture
def names():
    """A few rows of every kind, and the placeholders of their keys in the queries."""
    first = make_book(
        title="Emma", authors=[AUSTEN], categories=[("Fiction", "Romance")], languages=["en"],
        subjects=["Courtship", ("PS3500", "class"), ("best books", "shelf"), ("Verona", "place")],
        series=[("The Works", "1")], identifiers=[("gutenberg", "158")], isbns=[ISBN, OTHER],
        publisher="Egerton", part="Volume two", work="openlibrary:OL1W", cover={"small": "https://example.org/s.jpg"},
        first_published_year=1815, published_year=1994, rating_average=4.0,
    )  # fmt: skip
    austen = Author.objects.get()
    make_book(
        title="Cooking", subtitle="A guide for the household", authors=[(austen, {"role": "translator"})],
        categories=[("Fiction", "Romance"), ("Home",), ("Fiction", "Adventure")], languages=["en", "fr"],
        identifiers=[("olid", "158")],
    )  # fmt: skip
    make_book(
        title="L'Émile", authors=[ROUSSEAU], categories=[("Fiction",)], languages=["fr"],
        subjects=["Courtship", "Education", ("PR", "class")], first_published_year=1762, published_year=2003,
    )  # fmt: skip
    make_book(title="Poems", subjects=[("P", "class"), ("fairs", "shelf")])
    bare = make_book(title="Bare")
    make_author("Nobody, Ann")
    make_author("", name="Daughters", kind="organisation")
    various = make_author("", name="Various", kind="placeholder")
    return {
        "emma": first.pk, "bare": bare.pk, "isbn": ISBN, "austen": austen.pk, "various": various.pk,
        "rousseau": Author.objects.get(birth_year=1712).pk,
    }  # fmt: skip


def check(api, url, expected, *, key="title"):
    for more in ("", "count=exact", "page_size=1", "count=none"):
        page = api.get(f"{url}{'&' if '?' in url else '?'}{more}").json()
        assert "results" in page, page
        found = [item[key][0] for item in page["results"]]
        assert page.get("count", len(expected)) == len(expected), more
        assert sorted(found) == sorted(expected) if more != "page_size=1" else set(found) <= set(expected), more


def test_every_filter_there_is_stands_in_the_tables():
    for filters, table in ((BookFilter, BOOKS), (AuthorFilter, AUTHORS), (SubjectFilter, SUBJECTS)):
        asked = {part.partition("=")[0] for query in table for part in query.split("&")}
        assert set(filters.base_filters) == asked - {""}


@pytest.mark.django_db
@pytest.mark.parametrize("query", BOOKS)
def test_a_filter_of_books_finds_and_counts_what_meets_it(api, names, query):
    check(api, f"/api/v1/books/?{query.format(**names)}", BOOKS[query])


@pytest.mark.django_db
@pytest.mark.parametrize("query", AUTHORS)
def test_a_filter_of_authors_finds_and_counts_what_meets_it(api, names, query):
    check(api, f"/api/v1/authors/?{query.format(**names)}", AUTHORS[query], key="sort_name")


@pytest.mark.django_db
@pytest.mark.parametrize("query", SUBJECTS)
def test_a_filter_of_subjects_finds_and_counts_what_meets_it(api, names, query):
    check(api, f"/api/v1/subjects/?{query.format(**names)}", SUBJECTS[query], key="name")


@pytest.mark.django_db
def test_the_books_of_an_owner_can_be_narrowed(api, names):
    owners = {
        f"authors/{names['austen']}": ("EC", "C"), f"authors/{names['rousseau']}": ("L", ""),
        "categories/fiction": ("ECL", "C"), "categories/fiction-romance": ("EC", "C"), "categories/home": ("C", "C"),
        "subjects/courtship": ("EL", ""), "subjects/class-pr": ("L", ""), "subjects/shelf-best-books": ("E", ""),
    }  # fmt: skip
    for owner, (whole, narrowed) in owners.items():
        check(api, f"/api/v1/{owner}/books/", whole)
        check(api, f"/api/v1/{owner}/books/?category=home", narrowed)


@pytest.mark.django_db
def test_of_ids_asked_for_those_that_are_not_there_are_named(api, names):
    page = api.get(f"/api/v1/books/?ids={names['emma']},999999999,{names['bare']},888888888").json()
    assert page["missing"] == [999999999, 888888888]
    assert "missing" not in api.get("/api/v1/books/").json()


@pytest.mark.django_db
def test_a_category_counts_the_books_below_it_once(api, names):
    assert {c.slug: c.books_count for c in Category.objects.all()} == {
        "fiction": 3, "fiction-romance": 2, "fiction-adventure": 1, "home": 1,
    }  # fmt: skip
    assert Book.objects.in_category(["fiction"]).count() == 3
