"""did_you_mean: a search that finds nothing says which words, mended, would find something under the same filters."""

from itertools import product
from random import Random
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from books.importing.records import Topic
from books.models import Book, Word
from books.search import did_you_mean
from books.search.spelling import distance, edits, near_words
from tests.books.catalogue import counts, credit, record

pytestmark = pytest.mark.django_db

BOOKS = (
    record("1", "Harry Potter and the Goblet of Fire", credits=[credit("Rowling, J. K.")], languages=("en",)),
    record("2", "Harry Peter", languages=("de",)),
    record("3", "Harry Potter à l'école des sorciers", credits=[credit("Rowling, J. K.")], languages=("fr",)),
    record("4", "Hamlet", credits=[credit("Shakespeare, William, 1564-1616")], languages=("en",)),
    record("5", "Wuthering Heights", subtitle="A Yorkshire Romance", credits=[credit("Brontë, Emily, 1818-1848")]),
    record("6", "Война и мир", credits=[credit("Толстой, Лев")], languages=("ru",)),
    record("7", "Η Οδύσσεια", credits=[credit("Όμηρος")], languages=("el",)),
    record("8", "ألف ليلة وليلة", languages=("ar",)),
    record("9", "שיר השירים", languages=("he",)),
    record("10", "C++ for Geometry", subjects=[Topic("Programming")]),
    record("11", "紫式部日記", languages=("ja",)),
    record("12", "Fahrenheit 451", publisher="Ballantine"),
)


@pytest.fixture(autouse=True)
def loaded():
    counts(*BOOKS)


@pytest.fixture
def meant(api):
    """The member `did_you_mean` of a search, which finds something where it is not null."""

    def ask(typed, path="books", **params):
        query = "".join(f"&{name}={value}" for name, value in params.items())
        page = api.get(f"/api/v1/{path}/?search={quote(typed)}{query}").json()
        assert page["results"] == []
        text = page["did_you_mean"]
        if text is not None:
            assert api.get(f"/api/v1/{path}/?search={quote(text)}{query}").json()["results"]
        return text

    return ask


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("harry poter", "harry potter"),
        ("shakespear hamlet", "shakespeare hamlet"),
        ("wuthering hights", "wuthering heights"),
        ("wutering hieghts", "wuthering heights"),
        ("shekespaere", "shakespeare"),
        ("sahkepseare", "shakespeare"),
        ("yorkshrie romanec", "yorkshire romance"),
        ("harrypotter goblet", "harry potter goblet"),
        ("wuther ing heights", "wuthering heights"),
        ("Harry  POTER, -azkaban", "Harry  potter, -azkaban"),
        ('"harry poter" goblet', '"harry potter" goblet'),
        ("вайна", "воина"),
        ("οδυσεια", "οδυσσεια"),
        ("ليلت", "ليله"),
        ("השירם", "השירים"),
        ("bröntte", "bronte"),
        ("geometri", "geometry"),
    ],
)
def test_unknown_words_are_mended_and_the_rest_is_kept_as_typed(meant, typed, text):
    assert meant(typed) == text


@pytest.mark.parametrize(
    "typed",
    [
        "hamlet goblet",  # known words that no book has together
        "qqqqqqq",
        "harry potter xqxqxq",
        "poter hights shakespear yorkshir",  # more unknown words than are mended
        "紫紫",
        "fahrenheit 541",
        "9780306406158",
        "poer",  # two edits, of four letters
        "balantine",  # near a word that `search` does not look at
        "p" * 190,
    ],
)
def test_null_where_nothing_mended_finds_anything(meant, typed):
    assert meant(typed) is None


def test_it_finds_something_under_the_same_filters(meant):
    assert meant("harry poter", language="fr") == "harry potter"
    assert meant("harry poter", language="de") == "harry peter"
    assert meant("harry poter", language="ru") is None
    assert meant("harry poter", count="none") == "harry potter"
    assert meant("harry poter", ordering="title") == "harry potter"


def test_names_are_mended_in_a_list_of_authors(meant, api):
    assert meant("emily bronti", path="authors") == "emily bronte"
    assert meant("hamlett", path="authors") is None
    rowling = api.get("/api/v1/authors/?search=rowling").json()["results"][0]["id"]
    assert meant("wuthering hights", path=f"authors/{rowling}/books") is None
    assert meant("goblat", path=f"authors/{rowling}/books") == "goblet"


def test_only_a_search_that_finds_nothing_has_the_member(api):
    for path in ("books/?search=harry", "books/?language=xx", "books/?title=poter", "authors/", "books/"):
        assert "did_you_mean" not in api.get(f"/api/v1/{path}").json()
    page = api.get("/api/v1/books/?search=poter&page=1").json()
    assert list(page) == ["count", "count_exact", "next", "previous", "did_you_mean", "results"]
    assert "count" not in api.get("/api/v1/books/?search=poter&count=none").json()
    assert api.get("/api/v1/books/?search=poter&page=2").status_code == 400


def test_rows_gone_behind_a_cursor_are_no_search_that_finds_nothing(api):
    page = api.get("/api/v1/books/?search=harry&page_size=1").json()
    Book.objects.filter(title__startswith="Harry").delete()
    behind = api.get(page["next"]).json()
    assert behind["results"] == []
    assert "did_you_mean" not in behind


def test_words_are_offered_as_the_catalogue_has_them_at_the_moment(api):
    def ask():
        return api.get("/api/v1/books/?search=harry+poter").json()["did_you_mean"]

    assert [ask(), ask()] == ["harry potter"] * 2
    counts(*(record(str(number), "Harry Porter") for number in range(20, 24)))
    assert ask() == "harry porter"


def test_a_dead_word_is_never_offered(meant):
    Word.objects.create(word="potar", reversed="ratop")
    Word.objects.create(word="poterr", reversed="rretop")
    assert meant("harry poter") == "harry potter"


def test_the_statements_are_few_however_many_words_are_near(api):
    counts(*(record(f"w{number}", f"{letter}oter") for number, letter in enumerate("abcdefghijklmnrstuvwxyz")))
    with CaptureQueriesContext(connection) as queries:
        page = api.get("/api/v1/books/?search=harry+xpoterr+hights+shakespearr&count=none").json()
    assert page["did_you_mean"] is None
    mending = [query for query in queries if "books_word" in query["sql"]]
    # PostgreSQL also looks up the words that begin like the last one typed, to search for them.
    assert len(mending) <= 2 + (connection.vendor == "postgresql")
    assert len(queries) <= 7 + did_you_mean.MENDS


@given(st.text("abc", min_size=1, max_size=7), st.text("abc", max_size=7))
def test_the_distance_is_that_of_its_recurrence(one, other):
    rows = {(i, 0): i for i in range(len(one) + 1)} | {(0, j): j for j in range(len(other) + 1)}
    for i, j in product(range(1, len(one) + 1), range(1, len(other) + 1)):
        rows[i, j] = min(rows[i - 1, j] + 1, rows[i, j - 1] + 1, rows[i - 1, j - 1] + (one[i - 1] != other[j - 1]))
        if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
            rows[i, j] = min(rows[i, j], rows[i - 2, j - 2] + 1)
    assert distance(one, other) == rows[len(one), len(other)]
    assert (other in edits(one)) == (rows[len(one), len(other)] == 1)


def test_every_word_at_one_edit_is_near_and_from_eight_letters_on_at_two():
    random = Random(7)
    words = sorted({"".join(random.choices("abcde", k=random.randrange(3, 12))) for _ in range(1_500)})
    Word.objects.all().delete()
    Word.objects.bulk_create(Word(word=word, reversed=word[::-1]) for word in words)
    for word in random.sample(words, 60):
        typed = random.choice(sorted(edits(random.choice(sorted(edits(word))))))
        reach = 2 if len(typed) >= 8 else 1
        near = {other: distance(typed, other) for other in words}
        assert near_words(connection, [typed])[typed] == {w: d for w, d in near.items() if 0 < d <= reach}


def test_two_letters_swapped_in_the_middle_and_another_edit_are_two_edits():
    Word.objects.create(word="abcdefgh", reversed="hgfedcba")
    for typed in ("abcedfxh", "axcedfgh"):
        assert near_words(connection, [typed])[typed] == {"abcdefgh": 2}
