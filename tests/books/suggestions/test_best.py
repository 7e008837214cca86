"""The best suggestions are what looking at every row finds: on each database, so the same on both."""

from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from authors.models import Author
from books.models import Subject
from books.suggestions import candidates, query, sql
from books.suggestions.suggest import SCARCE, suggest
from core.search.query import TextQuery
from tests.support.factories import make_author, make_book, make_subject
from tests.support.oracle import Oracle
from tests.support.suggesting import everything, expected

REAL = [
    "t", "th", "x", "qu", "prid", "pride and p", "the sea w", "sea the", "war", "austen", "jane aus", "emile zola",
    "zyzz", "science fi", "shakespeare ham", "man house night", "水", "水滸", "the of and a", "o'n", "les mis",
    "j. r. r. t", "twain", "muller", "e", "ii", "1", "18", "c", "c+", "juvenile fic",
]  # fmt: skip
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


class Limits:
    """Other numbers of rows that are read, so that few rows are as many."""

    def __init__(self, shown, beginning, best, found, words):
        self.shown = shown
        numbers = {
            "SHOWN": shown, "ENOUGH": shown, "MOST_BEGINNING": beginning, "BEST": best, "MORE": best + 1,
            "MOST_FOUND": found,
        }  # fmt: skip
        self.patches = [patch.object(candidates, name, number) for name, number in numbers.items()]
        self.patches += [patch.object(sql, "SHOWN", shown), patch.object(query, "MOST_WORDS", words)]

    def __enter__(self):
        for each in self.patches:
            each.start()

    def __exit__(self, *error):
        for each in self.patches:
            each.stop()


class Suggests(TestCase):
    """Property: whichever rows are read, what is suggested is what the definition says."""

    @settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.lists(book, min_size=1, max_size=6),
        title,
        st.integers(0, 3),
        st.tuples(st.sampled_from([2, 10]), *[st.sampled_from([1, 2, 100])] * 3, st.sampled_from([0, 1, 100])),
    )
    def test_suggestions_are_what_looking_at_each_row_finds(self, books, typed, cut, numbers):
        for fields in books:
            make_book(**fields)
        typed = typed[: max(1, len(typed) - cut)]
        limits = Limits(*numbers)
        with limits:
            found = suggest(TextQuery.parse(typed), limits.shown)
            wanted = expected(everything(Oracle()), typed, limits.shown)
        assert [row for row in found if row.tier < candidates.CORRECTED] == wanted


@pytest.fixture(scope="module")
def cache():
    """The rows of the real catalogues, once read."""
    return {}


@pytest.fixture
def rows(real_db, cache):
    """The rows of the real catalogues."""
    return cache["rows"] if cache else cache.setdefault("rows", everything(Oracle()))


@pytest.mark.parametrize("typed", REAL)
def test_suggestions_of_real_catalogues_are_what_looking_at_each_row_finds(rows, typed):
    found = suggest(TextQuery.parse(typed), 10)
    exact = [row for row in found if row.tier < candidates.CORRECTED]
    assert exact == expected(rows, typed)
    assert len(exact) == len(found) or len(exact) < SCARCE


@pytest.mark.django_db
def test_rows_of_one_text_are_taken_by_id_where_there_are_too_many():
    ids = [make_book(title="Poems").pk for _ in range(4)]
    make_book(title="Poems", popularity=1)
    with Limits(2, 2, 1, 0, 0):
        assert [row.id for row in suggest(TextQuery.parse("poems"), 2)] == [ids[-1] + 1, ids[0]]


@pytest.mark.django_db
def test_a_row_is_found_by_its_other_spellings_and_names():
    make_book(title="Der Müller")
    Author.objects.all().delete()
    make_author(name="Mark Twain", alternate_names=["Samuel Clemens"])
    for typed, text in (("muell", "Der Müller"), ("der mueller", "Der Müller"), ("clem", "Mark Twain")):
        assert [row.text for row in suggest(TextQuery.parse(typed), 10)] == [text], typed
    assert Subject.objects.count() == 0
    make_subject("Waves")
    assert [row.slug for row in suggest(TextQuery.parse("wav"), 10)] == ["waves"]
