"""Facets: each number against the links of every book, counted one by one in Python."""

from collections import Counter, defaultdict
from typing import Any

import pytest
from django.http import QueryDict
from rest_framework.test import APIClient

from api.filters.books import FacetFilter
from api.views.facets import OWN
from books.facets import FACETS, RARE, TOP, decade_name
from books.models import (
    Book,
    BookAuthor,
    BookCategory,
    BookLanguage,
    BookSeries,
    BookSubject,
    Category,
    Series,
    Subject,
)
from core.database.counting import EXACT_UP_TO
from tests.support.factories import make_book

HERE = "/api/v1/books/facets/"
EXACT = [
    "search=sherlock",
    'search="time machine"',
    "search=9780439023480",
    "language=fr",
    "language=fr,de&published_year_min=1900",
    "category=poetry",
    "subject=science-fiction",
    "subject_kind=shelf&subject=category-novels",
    "author_name=dickens",
    "author_name=dickens&role=editor",
    "first_published_year_min=1850&first_published_year_max=1859",
    "rating_min=4.6",
    "topic=whaling",
    "series=discworld",
    "search=nothingatallhasthisword",
]
BROAD = ["language=en", "search=the", "category_not=poetry"]


class Links:
    """Every link of every book of a catalogue: pairs of the key of a value and a book, by facet."""

    def __init__(self):
        keys: dict[str, Any] = {
            "author": BookAuthor.objects.values_list("author_id", "book_id", "role"),
            "series": BookSeries.objects.values_list("series_id", "book_id"),
            "language": BookLanguage.objects.values_list("code", "book_id"),
            "subject": BookSubject.objects.values_list("subject_id", "book_id"),
        }
        self.keys: dict[str, list[Any]] = {name: list(rows) for name, rows in keys.items()}
        parents = dict(Category.objects.values_list("pk", "parent_id"))
        shelved = set()
        for category, book in BookCategory.objects.values_list("category_id", "book_id"):
            above = category
            while above is not None:
                shelved.add((above, book))
                above = parents[above]
        self.keys["category"] = list(shelved)
        years: Any = Book.objects.values_list("pk", "first_published_year", "published_year")
        self.keys["decade"] = [
            ((first if first is not None else own) // 10 * 10, book)
            for book, first, own in years
            if first is not None or own is not None
        ]
        self.kinds: dict[Any, str] = dict(Subject.objects.values_list("pk", "kind"))
        self.slugs: dict[str, dict[Any, str]] = {
            "category": dict(Category.objects.values_list("pk", "slug")),
            "series": dict(Series.objects.values_list("pk", "slug")),
            "subject": dict(Subject.objects.values_list("pk", "slug")),
        }

    def numbers(self, name, books, values):
        """How many of `books` have each value of the facet `name`, the most frequent first; decades in order."""
        role, kinds = values.get("role"), values.get("subject_kind")
        having = defaultdict(set)
        for key, book, *rest in self.keys[name]:
            if book not in books or (name == "author" and role and rest != [role]):
                continue
            if name == "subject" and (self.kinds[key] not in kinds if kinds else self.kinds[key] in Subject.HIDDEN):
                continue
            having[key].add(book)
        numbers = Counter({key: len(found) for key, found in having.items()})
        order = (lambda pair: pair[0]) if name == "decade" else (lambda pair: (-pair[1], pair[0]))
        slugs = self.slugs.get(name)
        return [(slugs[key] if slugs else key, number) for key, number in sorted(numbers.items(), key=order)]


@pytest.fixture(scope="module")
def cache():
    return {}


@pytest.fixture
def links(real_db, cache):
    """The Links of the real catalogues, once read."""
    return cache["links"] if cache else cache.setdefault("links", Links())


def facets(query):
    response = APIClient().get(f"{HERE}?{query}")
    assert response.status_code == 200, response.content
    return response.json()


def expected(links, query, name):
    """All values of a facet, and whether books are few enough to be counted one by one."""
    filters = FacetFilter(QueryDict(query)).without(OWN[name])
    books = set(filters.filter_queryset(Book.objects.all()).values_list("pk", flat=True))
    return links.numbers(name, books, filters.values), len(books)


def is_narrowed(query, name):
    """Whether filters are left that narrow the books whose facet `name` is counted."""
    return bool(set(FacetFilter(QueryDict(query)).without(OWN[name]).values) - {"subject_kind"})


@pytest.mark.parametrize("query", EXACT)
def test_facets_of_few_books_are_what_counting_their_links_finds(links, query):
    found = facets(query)
    assert list(found) == list(FACETS)
    for name, facet in found.items():
        numbers, matches = expected(links, query, name)
        if matches > EXACT_UP_TO and is_narrowed(query, name):
            assert not facet["count_exact"], name
            continue
        if not facet["count_exact"]:
            assert matches > EXACT_UP_TO, name
            assert name in ("language", "decade"), name
            continue
        wanted = numbers if name == "decade" else numbers[:TOP]
        assert [(each["value"], each["count"]) for each in facet["values"]] == wanted, name


@pytest.mark.parametrize("query", BROAD)
def test_facets_of_many_books_are_near_and_leave_out_what_is_rare(links, query):
    compared = 0
    for name, facet in facets(query).items():
        numbers, matches = expected(links, query, name)
        if facet["count_exact"]:
            assert [(each["value"], each["count"]) for each in facet["values"]] == numbers[: len(facet["values"])]
            continue
        assert matches > EXACT_UP_TO
        true = dict(numbers)
        for each in facet["values"]:
            # Of a sample of 10,000 books, `RARE` and more have the value.
            assert each["count"] >= RARE
            error = 5 * (each["count"] * matches / EXACT_UP_TO) ** 0.5
            assert abs(each["count"] - true[each["value"]]) <= error, (name, each, true[each["value"]])
            compared += 1
    assert compared > 20


def test_facets_of_the_whole_catalogue_are_its_kept_counts(links):
    everything = {book for _, book in links.keys["language"]} | set(Book.objects.values_list("pk", flat=True))
    for name in ("author", "category", "series", "subject"):
        facet = facets("")[name]
        assert facet["count_exact"]
        assert [(each["value"], each["count"]) for each in facet["values"]] == links.numbers(name, everything, {})[:TOP]


@pytest.mark.django_db
def test_a_facet_ignores_the_filters_of_its_kind_and_no_others(api):
    make_book(title="One", languages=["en"], authors=["A"], categories=[("Fiction", "Crime")], published_year=1931)
    make_book(title="Two", languages=["fr"], authors=["B"], categories=[("Fiction",)], published_year=1990)
    found = api.get(f"{HERE}?language=fr&category_all=fiction&published_year_min=1950").json()
    shown = {name: [(each["value"], each["name"], each["count"]) for each in found[name]["values"]] for name in found}
    assert shown["language"] == [("fr", "French", 1)]
    assert shown["category"] == [("fiction", "Fiction", 1)]
    assert shown["decade"] == [(1990, "1990s", 1)]
    found = api.get(f"{HERE}?language=fr&published_year=1931").json()
    assert {name: [(each["value"], each["count"]) for each in found[name]["values"]] for name in found} == {
        "language": [("en", 1)], "decade": [(1990, 1)], "category": [], "subject": [], "author": [], "series": [],
    }  # fmt: skip


@pytest.mark.django_db
def test_what_facets_say_is_what_the_list_then_gives(api):
    for number in range(6):
        make_book(
            title=f"Book {number}",
            languages=["en", "de"][: number % 3],
            authors=[f"Author {number % 2}"],
            categories=[("Fiction", f"Shelf {number % 3}")],
            subjects=[f"Topic {number % 4}"],
            series=[(f"Series {number % 2}", str(number))],
            first_published_year=1980 + 4 * number,
        )
    found = api.get(f"{HERE}?search=book").json()
    for name, facet in found.items():
        assert facet["count_exact"]
        for each in facet["values"]:
            chosen = (
                f"first_published_year_min={each['value']}&first_published_year_max={each['value'] + 9}"
                if name == "decade"
                else f"{name}={each['value']}"
            )
            listed = api.get(f"/api/v1/books/?search=book&{chosen}").json()
            assert listed["count"] == each["count"] > 0, (name, each)


@pytest.mark.django_db
def test_kinds_of_subjects_and_roles_of_authors_are_told_apart(api):
    make_book(title="One", subjects=["Whaling", ("Best Books", "shelf")], authors=["A", ("B", {"role": "translator"})])
    subjects = api.get(f"{HERE}?subject_kind=shelf").json()["subject"]["values"]
    assert [each["name"] for each in subjects] == ["Best Books"]
    assert [each["name"] for each in api.get(HERE).json()["subject"]["values"]] == ["Whaling"]
    authors = api.get(f"{HERE}?role=translator").json()["author"]["values"]
    assert [each["name"] for each in authors] == ["B"]


@pytest.mark.parametrize(("decade", "name"), [(1990, "1990s"), (0, "0s"), (-10, "10-1 BCE"), (-560, "560-551 BCE")])
def test_decades_have_names(decade, name):
    assert decade_name(decade) == name


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "code"),
    [("page=1", "unknown"), ("page_size=5", "unknown"), ("ordering=title", "unknown"), ("language=xx1", "invalid"),
     ("language=en&language=fr", "repeated"), ("published_year=0", "out_of_range"), ("search=", "blank")],
)  # fmt: skip
def test_wrong_parameters_are_named(api, query, code):
    response = api.get(f"{HERE}?{query}")
    assert (response.status_code, response.json()["errors"][0]["code"]) == (400, code)
