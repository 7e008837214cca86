"""The table of distinct words, and the edits that are looked up in it."""

from itertools import product

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from books.importing.records import Topic
from books.importing.writing import batch_writes
from books.models import Book, Subject, Word
from books.reindexing import reindex
from books.search.vocabulary import COUNTED, recount_words
from books.suggestions.spelling import edits
from core.database import bulk
from tests.books.catalogue import PRIDE, counts, credit, record
from tests.support.factories import make_author, make_book, make_subject


def table():
    return {word: tuple(numbers) for word, *numbers in Word.objects.values_list("word", "titles", "names", "subjects")}


def distance(a, b):
    """Damerau-Levenshtein distance with adjacent transpositions, by its recurrence (Wagner and Lowrance, 1975)."""
    rows = {(i, 0): i for i in range(len(a) + 1)} | {(0, j): j for j in range(len(b) + 1)}
    for i, j in product(range(1, len(a) + 1), range(1, len(b) + 1)):
        rows[i, j] = min(rows[i - 1, j] + 1, rows[i, j - 1] + 1, rows[i - 1, j - 1] + (a[i - 1] != b[j - 1]))
        if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
            rows[i, j] = min(rows[i, j], rows[i - 2, j - 2] + 1)
    return rows[len(a), len(b)]


@given(st.text("abc", min_size=1, max_size=5), st.text("abc", max_size=6))
def test_edits_are_all_texts_at_distance_one(word, other):
    assert (other in edits(word)) == (distance(word, other) == 1)


def test_a_word_is_edited_in_its_own_alphabet():
    assert "война" in edits("вайна")
    assert not any(text.isascii() for text in edits("мир") if len(text) > 2)
    assert edits("हिंदी")


@pytest.mark.django_db
def test_loading_finds_the_words_that_reindexing_finds_and_counts_them_roughly():
    counts(
        *(record(str(number), "Sea, Sea and Sea", credits=[credit(f"Sea, Ann {number}")]) for number in range(1, 65)),
        record("65", "The Lake", part="Part Two", subjects=[Topic("Sea stories"), Topic("Sea", "shelf")]),
        record("66", **PRIDE),
        batch_size=10,
    )
    loaded = table()
    assert abs(loaded["sea"][0] - 64) <= COUNTED
    assert {"ann", "two", "stories"} <= loaded.keys()
    recount_words(connection)
    exact = table()
    assert loaded.keys() == exact.keys()
    assert exact["sea"] == (64, 64, 2)


@pytest.fixture
def refusing():
    """The database takes no record with the key 500."""
    refuse, take = (
        (
            """CREATE TRIGGER refuse BEFORE INSERT ON books_sourcerecord WHEN NEW.key = '500'
            BEGIN SELECT RAISE(ABORT, 'refused'); END""",
            "DROP TRIGGER refuse",
        )
        if connection.vendor == "sqlite"
        else (
            "ALTER TABLE books_sourcerecord ADD CONSTRAINT refuse CHECK (key <> '500')",
            "ALTER TABLE books_sourcerecord DROP CONSTRAINT refuse",
        )
    )
    with connection.cursor() as cursor:
        cursor.execute(refuse)
    yield
    with connection.cursor() as cursor:
        cursor.execute(take)


@pytest.mark.django_db(transaction=True)
def test_words_of_a_batch_that_is_refused_and_halved_are_counted_once(refusing, monkeypatch):
    # Pieces so small that rows are still being made when the database refuses others.
    monkeypatch.setattr(bulk, "COPY_ROWS", 32)
    monkeypatch.setattr(bulk, "VALUES_PER_STATEMENT", 200)
    monkeypatch.setattr(batch_writes, "PREFETCHED_PIECES", {"postgresql": 8, "sqlite": 8})
    number = 64 * COUNTED
    assert counts(*(record(str(n), f"Sea {n}") for n in range(number))) == {"created": number - 1, "rejected": 1}
    counted = sum(pk % COUNTED == 0 for pk in Book.objects.values_list("pk", flat=True))
    assert table()["sea"][0] == counted * COUNTED


@pytest.mark.django_db
def test_other_writes_make_sure_that_their_words_are_there():
    make_book(title="Ocean", authors=[make_author(name="Ann Sea")], subjects=[make_subject("Waves")])
    assert {"ocean", "ann", "sea", "waves"} <= table().keys()


@pytest.mark.django_db
def test_reindexing_repairs_words_and_the_index_of_subjects(api):
    make_book(title="Ocean", subjects=["Waves"])
    Book.objects.update(title="Lake")
    Subject.objects.update(name="Ripples")
    Word.objects.filter(word="waves").update(titles=7)
    reindex(lambda *_: None)
    assert table() == {"lake": (1, 0, 0), "ripples": (0, 0, 1)}
    found = api.get("/api/v1/suggest/?q=ripplse").json()["results"]
    assert [result["text"] for result in found] == ["Ripples"]
