"""Search has the same results as testing every book in Python, on each database."""

import unicodedata

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from api.lists.ordering import BY_RELEVANCE
from api.lists.readers import PageQuery
from api.lists.searching import SearchReader
from authors.models import Author
from books.models import Book
from books.search.relevance import BookSearch
from core.database.counting import EXACT_UP_TO
from core.search.query import TextQuery, TextQueryError
from tests.support.factories import make_book
from tests.support.oracle import Oracle, has_phrase, written

word = st.sampled_from(
    [
        "sea", "seas", "see", "Éa", "war", "peace", "mother-in-law", "o'neil", "neil", "水滸傳", "水", "İx", "3",
        "J.", "R.", "J.R.", "jr", "Seä's", "seae", "C++", "c", "&", "and",
    ]
)  # fmt: skip
text = st.lists(word, min_size=1, max_size=4).map(" ".join)
part = st.one_of(word, text.map(lambda t: f'"{t}"'), word.map(lambda w: f"-{w}"))
query = st.lists(part, min_size=1, max_size=3).map(" ".join)
book = st.fixed_dictionaries(
    {
        "title": text,
        "subtitle": st.one_of(st.just(""), text),
        "authors": st.lists(text, max_size=2, unique=True),
        "subjects": st.lists(text, max_size=2, unique=True),
        "publisher": st.one_of(st.just(""), text),
    }
)


def entitled(title):
    """A book that has nothing but a title."""
    return {"title": title, "subtitle": "", "authors": [], "subjects": [], "publisher": ""}


def found_by(texts, query):
    """Whether `texts` (token lists) hold all of `query` and nothing that it excludes."""
    return all(has_phrase(texts, phrase) for phrase in query.include) and not any(
        has_phrase(texts, phrase) for phrase in query.exclude
    )


class Searches(TestCase):
    """Property: the text index finds the rows that a test of each row finds."""

    @settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(book, min_size=1, max_size=6), query)
    @example([entitled("sea war"), entitled("sea peace"), entitled("sea")], "sea -war -peace")
    def test_each_kind_of_search_finds_what_looking_at_each_book_finds(self, books, typed):
        for fields in books:
            make_book(**fields)
        try:
            query = TextQuery.parse(typed, operators=True)
            plain = TextQuery.parse(typed)
        except TextQueryError:
            return
        oracle = Oracle()

        def expected(query, texts_of):
            return oracle.ids(lambda pk: found_by(texts_of(pk), query))

        def anywhere(pk):
            return [text for texts in oracle.fields(pk).values() for text in texts]

        def ids(rows):
            return set(rows.values_list("pk", flat=True))

        assert ids(Book.objects.search(query)) == expected(query, anywhere)
        assert ids(Book.objects.filter(BookSearch(query).tested)) == expected(query, anywhere)
        assert ids(Book.objects.titled(plain)) == expected(plain, lambda pk: oracle.fields(pk)["title"])
        assert ids(Book.objects.published_by(plain)) == expected(
            plain, lambda pk: written(oracle.books[pk]["publisher"])
        )
        named = {pk for pk in oracle.authors if found_by(oracle.names(pk), plain)}
        assert ids(Author.objects.named(plain)) == named
        assert ids(Book.objects.by_author_named(plain)) == oracle.ids(
            lambda pk: any(author in named for author, _ in oracle.credits.get(pk, ()))
        )


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["Émile", "emile", "EMILE", unicodedata.normalize("NFD", "Émile"), "émi"])
def test_case_accents_and_composition_make_no_difference(api, typed):
    book = make_book(title=unicodedata.normalize("NFD", "Émile, ou De l’éducation"))
    page = api.get("/api/v1/books/", {"search": typed}).json()
    assert [item["id"] for item in page["results"]] == [book.pk]
    assert page["results"][0]["title"] == unicodedata.normalize("NFC", "Émile, ou De l’éducation")


@pytest.mark.django_db
@pytest.mark.parametrize("few", [0, EXACT_UP_TO])
def test_results_come_by_relevance_then_popularity_and_walk_both_ways(api, monkeypatch, few):
    monkeypatch.setattr("core.search.few.FEW", few)
    anywhere = make_book(title="Poems", subjects=["Hamlet"], popularity=99)
    names = make_book(title="Plays", authors=["Hamlet, Ann"], popularity=98)
    in_title = make_book(title="A study of Hamlet", popularity=97)
    begins = make_book(title="Hamlet, Prince of Denmark")
    popular = make_book(title="Hamlet", popularity=5)
    exact = make_book(title="HAMLET!")
    expected = [book.pk for book in (popular, exact, begins, in_title, names, anywhere)]
    page = api.get("/api/v1/books/?search=hamlet").json()
    assert [item["id"] for item in page["results"]] == expected
    walked: list[int] = []
    url = "/api/v1/books/?search=hamlet&page_size=2"
    while url and len(walked) <= len(expected):
        page = api.get(url).json()
        walked += [item["id"] for item in page["results"]]
        url, last = page["next"], page
    assert walked == expected
    assert [item["id"] for item in api.get(last["previous"]).json()["results"]] == expected[2:4]
    assert [item["id"] for item in api.get("/api/v1/books/?search=hamlet&ordering=id").json()["results"]] == sorted(
        expected
    )


@pytest.mark.django_db
def test_a_phrase_never_spans_two_authors_or_two_fields(api):
    make_book(title="Sea", subtitle="Stories", authors=["Grey", "Jane"])
    for typed in ('"grey jane"', '"sea stories"', '"stories grey"'):
        assert api.get("/api/v1/books/", {"search": typed}).json()["count"] == 0


@pytest.mark.django_db
def test_one_authors_names_must_hold_every_word(api):
    make_book(title="T", authors=["Doe, Jane", "Smith, John"])
    assert api.get("/api/v1/books/?author_name=jane doe").json()["count"] == 1
    assert api.get("/api/v1/books/?author_name=jane smith").json()["count"] == 0
    assert api.get("/api/v1/books/?search=jane smith").json()["count"] == 1


@pytest.mark.django_db
def test_a_search_by_relevance_keeps_the_other_conditions(api):
    for language in ("en", "fr", "de"):
        make_book(title="Sea", subtitle=language, languages=[language])
    narrowed = {"search": "sea", "language_not": "de", "page_size": 1}
    first = api.get("/api/v1/books/", {**narrowed, "ordering": "relevance"}).json()
    second = api.get(first["next"]).json()
    assert (first["count"], second["next"]) == (2, None)
    assert {book["subtitle"] for page in (first, second) for book in page["results"]} == {"en", "fr"}


@pytest.mark.django_db
def test_a_deleted_book_is_found_no_more(api):
    make_book(title="Vanishing").delete()
    assert api.get("/api/v1/books/?search=vanishing").json()["results"] == []


@pytest.mark.django_db
def test_roles_years_and_moments_narrow_a_list(api):
    book = make_book(title="T", authors=[("Doe, Jane", {"role": "translator"})], published_year=2000)
    make_book(title="U", authors=["Doe, Jane"], published_year=1999)
    author = book.credits.get().author_id
    for query in (
        "role=translator",
        f"author={author}&role=translator",
        "published_year=2000",
        "published_year_min=2000",
        "published_year_min=2000&published_year_max=2000",
    ):
        assert [item["id"] for item in api.get(f"/api/v1/books/?{query}").json()["results"]] == [book.pk], query
    moment = book.updated_at.isoformat().replace("+00:00", "Z")
    for name in ("created_since", "updated_since"):
        assert api.get("/api/v1/books/", {name: moment}).json()["count"] >= 1
        assert api.get("/api/v1/books/", {name: "2100-01-01"}).json()["count"] == 0


@pytest.mark.django_db
def test_a_category_in_another_script_is_reached_by_its_own_url_and_walked(api):
    for number in range(3):
        make_book(title=f"T{number}", categories=[("हिन्दी साहित्य",)])
    category = api.get("/api/v1/categories/").json()["results"][0]
    assert category["url"].isascii()
    assert api.get(category["url"]).json() == category
    page = api.get(f"{category['url']}books/?page_size=2")
    assert page["Link"].startswith("<http://testserver/api/v1/categories/%")
    assert len(api.get(page.json()["next"]).json()["results"]) == 1
    assert api.get("/api/v1/books/", {"category": category["slug"]}).json()["count"] == 3


ISBN = "9780306406157"


@pytest.mark.django_db
@pytest.mark.parametrize("few", [0, EXACT_UP_TO])
@pytest.mark.parametrize("typed", [ISBN, "0306406152"])
def test_books_that_bear_an_isbn_of_the_query_come_first_on_every_page(api, monkeypatch, few, typed):
    monkeypatch.setattr("core.search.few.FEW", few)
    lesser = make_book(title="Dune", isbns=[ISBN])
    popular = make_book(title="Dune again", isbns=["9780439023481", ISBN], popularity=3)
    make_book(title="Another", isbns=["9780439023481"], popularity=99)
    anywhere = make_book(title="Numbers", subjects=[typed], popularity=8)
    begins = make_book(title=f"{typed} and others", popularity=7)
    both = make_book(title=typed, isbns=[ISBN])
    expected = [book.pk for book in (popular, lesser, both, begins, anywhere)]
    url, walked = f"/api/v1/books/?search={typed}&page_size=2", []
    while url:
        page = api.get(url).json()
        walked += [item["id"] for item in page["results"]]
        url, last = page["next"], page
    assert walked == expected
    assert [item["id"] for item in api.get(last["previous"]).json()["results"]] == expected[2:4]
    assert api.get(f"/api/v1/books/?search={typed}&count=exact").json()["count"] == 5


@pytest.mark.django_db
def test_an_isbn_is_sought_along_with_other_filters_and_not_in_the_text_filters(api):
    book = make_book(title="Dune", isbns=[ISBN], languages=["en"])
    for query, found in (("language=en", [book.pk]), ("language=fr", []), ("ordering=title", [book.pk])):
        page = api.get(f"/api/v1/books/?search={ISBN}&{query}").json()
        assert ([item["id"] for item in page["results"]], page["count"]) == (found, len(found)), query
    assert [item["id"] for item in api.get(f"/api/v1/books/?search=no such {ISBN}").json()["results"]] == [book.pk]
    for name in ("title", "author_name", "publisher", "topic"):
        assert api.get(f"/api/v1/books/?{name}={ISBN}").json()["count"] == 0
    assert api.get("/api/v1/books/?search=9780306406158").json()["count"] == 0


@pytest.mark.django_db
def test_a_search_of_more_than_few_books_is_estimated_and_any_other_counted(api, monkeypatch):
    for number in range(4):
        make_book(title=f"Sea {number}", languages=["en"] if number else ["fr"])
    for few, exact in ((3, False), (4, True), (5, True)):
        monkeypatch.setattr("core.search.few.FEW", few)
        page = api.get("/api/v1/books/?search=sea&page_size=3").json()
        assert (page["count_exact"], len(page["results"])) == (exact, 3)
        assert len(api.get(page["next"]).json()["results"]) == 1
        page = api.get("/api/v1/books/?search=sea&language=en").json()
        assert (page["count"], page["count_exact"]) == (3, True)
        page = api.get("/api/v1/books/?search=sea&count=exact&ordering=-title&page=2&page_size=3").json()
        assert (page["count"], page["count_exact"], page["results"][0]["title"]) == (4, True, "Sea 0")
        assert "count" not in api.get("/api/v1/books/?search=sea&count=none").json()
        assert api.get("/api/v1/books/?search=sea&page=3&page_size=3").status_code == 400
    assert api.get("/api/v1/books/?search=nothing").json()["count"] == 0


@pytest.mark.django_db
def test_a_prefix_is_replaced_by_the_words_there_are_only_if_they_are_few(monkeypatch):
    books = [make_book(title=title) for title in ("Seaside X", "The X sea", "A season of X", "X")]
    for words, found in ((["sea", "seaside"], 2), (["sea"] * 40, 1), ([f"sea{number}" for number in range(33)], 3)):
        monkeypatch.setattr("books.search.relevance.words_with_prefix", lambda *_, words=words: words)
        search = BookSearch(TextQuery.parse("x sea"))
        query = PageQuery("", Book.objects.all(), BY_RELEVANCE, 25, None, backwards=False, offset=0)
        number = SearchReader(search, "book", exact=False).read(query).number.value
        assert number == (found if connection.vendor == "postgresql" else 3), (words, books)
