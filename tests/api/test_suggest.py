"""Suggestions are what looking at every row finds: on each database, so the same on both."""

from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from books.search.spelling import edits
from books.suggestions import candidates as finding
from books.suggestions.candidates import Suggestion
from books.suggestions.sql import FEW
from books.suggestions.suggest import SCARCE, mixed, suggest
from core.search.query import TextQuery
from core.text import is_cjk
from tests.support.factories import make_author, make_book, make_subject
from tests.support.oracle import Oracle
from tests.test_garbage import GARBAGE, assert_problem

HERE = "http://testserver/api/v1"
REAL = [
    "t", "th", "x", "qu", "prid", "pride and p", "the sea w", "sea the", "war", "austen", "jane aus", "emile zola",
    "zyzz", "science fi", "shakespeare ham", "man house night", "水", "水滸", "the of and a", "o'n", "les mis",
]  # fmt: skip


def texts(api, typed, **parameters):
    response = api.get("/api/v1/suggest/", {"q": typed, **parameters})
    assert response.status_code == 200, response.content
    return [result["text"] for result in response.json()["results"]]


@pytest.fixture(scope="module")
def oracle_cache():
    """The catalogue by heart, once read."""
    return {}


@pytest.fixture
def whole(real_db, oracle_cache):
    """The real catalogues."""
    return oracle_cache["oracle"] if oracle_cache else oracle_cache.setdefault("oracle", Oracle())


def has(key, phrase):
    """Whether a folded text has every token of `phrase`, the last by prefix: the definition."""
    return all(_has(key, token, phrase.prefix and i == len(phrase.tokens) - 1) for i, token in enumerate(phrase.tokens))


def _has(key, token, prefix):
    if is_cjk(token):
        return token in key
    return any(word.startswith(token) if prefix else word == token for word in key.split(" "))


def everything(oracle):
    """(type, id, slug, shown text, weight, keys) of all that may be suggested."""
    for pk, row in oracle.books.items():
        yield "book", pk, None, row["title"], row["popularity"], (row["title_key"], row["sort_title"])
    for pk, row in oracle.authors.items():
        if row["kind"] != "placeholder":
            yield "author", pk, None, row["name"], row["books_count"], (row["match_key"], row["sort_key"])
    for pk, row in oracle.subjects.items():
        if row["kind"] not in ("shelf", "class"):
            yield "subject", pk, row["slug"], row["name"], row["books_count"], (row["sort_key"],)


def matching(oracle, typed):
    """All that has what was typed, without a typo, by looking at every row."""
    query, found = TextQuery.parse(typed), []
    for kind, pk, slug, text, weight, keys in everything(oracle):
        if all(has(keys[0], phrase) for phrase in query.include):
            tier = 0 if query.text in keys else 1 if any(key.startswith(query.text) for key in keys) else 2
            found.append(Suggestion(kind, pk, slug, text, tier, weight))
    return sorted(found, key=lambda row: row.rank)


def expected(oracle, typed):
    """What should be suggested for `typed` before typos are thought of."""
    ranked = matching(oracle, typed)
    best = [row for kind in ("book", "author", "subject") for row in [r for r in ranked if r.type == kind][:10]]
    return mixed(best)


@pytest.mark.django_db
def test_suggestions_are_this_document(api):
    book = make_book(title="Pride and Prejudice", authors=["Prideaux, Ann"], subjects=["Pride"], popularity=3)
    author = book.credits.get().author_id
    response = api.get("/api/v1/suggest/?q=prid")
    assert response.json() == {
        "results": [
            {"type": "book", "id": book.pk, "text": "Pride and Prejudice", "url": f"{HERE}/books/{book.pk}/"},
            {"type": "author", "id": author, "text": "Ann Prideaux", "url": f"{HERE}/authors/{author}/"},
            {"type": "subject", "slug": "pride", "text": "Pride", "url": f"{HERE}/subjects/pride/"},
        ]
    }
    assert [list(result) for result in response.json()["results"]] == [
        ["type", "id", "text", "url"], ["type", "id", "text", "url"], ["type", "slug", "text", "url"],
    ]  # fmt: skip
    assert response["Cache-Control"] == "public, no-cache"


@pytest.mark.django_db
def test_the_very_text_comes_first_then_what_begins_so_then_the_more_popular(api):
    make_book(title="Studies of War", popularity=99)
    make_book(title="War Stories", popularity=5)
    make_book(title="The War of Art", languages=["en"], popularity=7)
    make_book(title="War", popularity=1)
    make_book(title="Cold War")
    assert texts(api, "war") == ["War", "The War of Art", "War Stories", "Studies of War", "Cold War"]
    assert texts(api, "war", limit=2, format="json") == ["War", "The War of Art"]


@pytest.mark.django_db
def test_types_take_turns(api):
    for number in range(12):
        make_book(title=f"Sea {number}", popularity=100 - number)
    make_author("Sea, Ann")
    make_subject("Sea stories")
    assert texts(api, "sea")[:5] == ["Sea 0", "Ann Sea", "Sea stories", "Sea 1", "Sea 2"]
    assert len(texts(api, "sea")) == 10


@pytest.mark.django_db
def test_every_word_must_match_in_any_order_and_only_the_last_by_prefix(api):
    make_book(title="Émile, ou De l’éducation")
    for typed in ("emile", "ÉMILE", "education emi", "de l educ", "Émile éd"):
        assert texts(api, typed) == ["Émile, ou De l’éducation"], typed
    for typed in ("de edu emile", "emile rousseau", "de la", "cation"):
        assert texts(api, typed) == [], typed


@pytest.mark.django_db
def test_chinese_is_found_from_any_character_on(api):
    make_book(title="水滸傳", popularity=1)
    make_book(title="紅樓夢")
    for typed in ("水", "水滸", "滸傳", "傳"):
        assert texts(api, typed) == ["水滸傳"], typed
    assert texts(api, "水傳") == []


@pytest.mark.django_db
def test_placeholders_shelves_and_classes_are_not_suggested(api):
    make_author(name="Various", kind="placeholder")
    make_subject("Various shelf", "shelf")
    make_subject("Various class", "class")
    make_subject("Various places", "place")
    assert texts(api, "vari") == ["Various places"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed",
    [
        "shakespere", "shakesppeare", "shakezpeare", "shakesepare", "zhakespeare", "hakespeare", "hsakespeare",
        "shakespeere h", "shakespeare hamlte", "shakepseare ham", "shakespeare hammet", "hamlt shakespaere", "shkes",
    ],
)  # fmt: skip
def test_one_typo_a_word_is_forgiven(api, typed):
    make_book(title="Shakespeare: Hamlet")
    assert texts(api, typed) == ["Shakespeare: Hamlet"]


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["shokespoare", "shakespeare hmt", "seo", "hemlat", "sakespere", "shakespeare 16O1"])
def test_two_typos_or_one_in_a_short_word_are_not(api, typed):
    make_book(title="Shakespeare: Hamlet 1601")
    make_book(title="Sea")
    assert texts(api, typed) == []


@pytest.mark.django_db
def test_a_typo_that_is_a_word_itself_is_forgiven_where_next_to_nothing_has_it(api):
    make_book(title="Pride and Prejudice")
    make_book(title="A Prude")
    assert texts(api, "prude and prejudice") == ["Pride and Prejudice"]
    assert texts(api, "prude") == ["A Prude", "Pride and Prejudice"]
    for number in range(SCARCE):
        make_book(title=f"Prude {number}")
    assert "Pride and Prejudice" not in texts(api, "prude")


@pytest.mark.django_db
def test_a_typo_in_another_script_is_forgiven(api):
    make_book(title="Война и мир")
    make_book(title="Οδύσσεια")
    assert texts(api, "вайна") == ["Война и мир"]
    assert texts(api, "οδυσεια") == ["Οδύσσεια"]


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["sh\u0430kespeare", "\u0455hakespeare", "shakespear\u03b5"])
def test_a_letter_of_another_script_is_a_typo_of_the_words_own(api, typed):
    make_author(name="William Shakespeare")
    assert texts(api, typed) == ["William Shakespeare"]


@given(st.text("aexzбжшωψאתუთֆդزش", min_size=4, max_size=24))
def test_a_word_of_many_scripts_has_no_more_edits_than_one_of_a_single_script(word):
    letters = 48  # Of Cyrillic, the most.
    assert len(edits(word)) <= letters * len(word) + letters * (len(word) + 1) + 2 * len(word)


@pytest.mark.django_db
def test_what_was_renamed_or_deleted_is_not_suggested(api):
    book = make_book(title="Vanishing")
    assert texts(api, "vanishing") == texts(api, "vanihsing") == ["Vanishing"]
    book.delete()
    assert texts(api, "vanishing") == texts(api, "vanihsing") == []


word = st.sampled_from(["sea", "seas", "see", "Éa", "war", "mother-in-law", "o'neil", "水滸傳", "水", "3", "the"])
title = st.lists(word, min_size=1, max_size=3).map(" ".join)
book = st.fixed_dictionaries(
    {
        "title": title,
        "authors": st.lists(title, max_size=2, unique=True),
        "subjects": st.lists(title, max_size=2, unique=True),
        "popularity": st.one_of(st.none(), st.integers(-1, 3)),
        "languages": st.sampled_from([["en"], []]),
    }
)


class Suggests(TestCase):
    """Property: however the rows are looked for, what is found is what looking at each finds."""

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(book, min_size=1, max_size=6), title, st.sampled_from([-1, 1_000]))
    def test_suggestions_are_what_looking_at_each_row_finds(self, books, typed, few):
        for fields in books:
            make_book(**fields)
        with patch.object(finding, "FEW", few):
            found = suggest(TextQuery.parse(typed), 10)
        wanted = expected(Oracle(), typed)
        assert [row for row in found if row.tier < 3] == wanted[:10]


@pytest.mark.parametrize("typed", REAL)
def test_suggestions_of_real_catalogues_are_the_best_that_match(real_db, whole, typed):
    found, there = suggest(TextQuery.parse(typed), 10), matching(whole, typed)
    exact = [row for row in found if row.tier < 3]
    assert len(exact) == len(found) or len(there) < SCARCE
    assert exact == mixed(exact)
    assert set(exact) <= set(there)
    if len(there) <= FEW:
        assert exact == expected(whole, typed)[:10]
    else:
        assert len(exact) == 10


@pytest.mark.django_db
def test_suggesting_takes_two_statements_and_forgiving_two_more(api):
    def statements(typed):
        with CaptureQueriesContext(connection) as captured:
            texts(api, typed)
        return len(captured)

    make_book(title="Stars", authors=["Star, Ann"], subjects=["Stars"])
    assert (statements("star"), statements("stra"), statements("star stars starz")) == (2, 4, 4)
    for number in range(30):
        make_book(title=f"Stars {number}", authors=[f"Star, Ann {number}"], subjects=[f"Stars {number}"])
    assert (statements("star"), statements("stra"), statements("star stars starz")) == (2, 4, 4)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["q", "limit", "format"])
@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_is_a_problem_that_names_it(api, garbage, name):
    if name == "q" and garbage in ("a wrong cursor", "a percent sign"):
        return
    other = "" if name == "q" else "q=a&"
    body = assert_problem(api.get(f"/api/v1/suggest/?{other}{name}={GARBAGE[garbage]}"))
    assert [error["param"] for error in body["errors"]] == [name]


@pytest.mark.django_db
def test_parameters_are_strict(api):
    def errors(query):
        return [(e["param"], e["code"]) for e in assert_problem(api.get(f"/api/v1/suggest/{query}"))["errors"]]

    assert errors("") == [("q", "required")]
    assert errors("?q=") == [("q", "blank")]
    assert errors("?q=...") == [("q", "nothing_to_search")]
    assert errors(f"?q={'a' * 201}") == [("q", "too_long")]
    assert errors("?q=a&q=b") == [("q", "repeated")]
    assert errors("?q=a&page=1") == [("page", "unknown")]
    assert errors("?q=a&limit=11") == errors("?q=a&limit=0") == [("limit", "out_of_range")]
    assert errors("?limit=x") == [("limit", "invalid"), ("q", "required")]
    for fine in ("a " * 100, "9" * 200, "ab " * 66, "水" * 200, "水 " * 100, "ﷺ" * 200):
        assert api.get("/api/v1/suggest/", {"q": fine}).status_code == 200
    assert_problem(api.post("/api/v1/suggest/?q=a"), 405)
