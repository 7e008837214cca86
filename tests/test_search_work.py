"""No search reads much more than there are books, whatever words it is of: counted, on the real catalogues."""

from collections import Counter
from contextlib import contextmanager
from string import ascii_lowercase, digits

import pytest
from django.core.cache import cache
from django.db import connection

from benchmarks.growth import queries
from core.database.counting import _sizes
from core.search.query import TextQuery
from tests.test_query_plans import read_by

BOOKS = 88_766
SEARCHES = {
    "those of the bench": [text for text, _ in queries()],
    "one letter or digit": list(ascii_lowercase + digits),
    "common words and beginnings": [
        "the a", "a of", "of the a", "life of a", "a b", "a b c", "s s s", "the the", '"the a"', '"of the" a',
        "the -of", "a -the", "-a the", "history -a", "in a", "19th a",
    ],
}  # fmt: skip
OTHERS = [
    "search=a&language=en", "search=a&category=history", "search=the a&title=a", "search=a&ordering=title",
    "search=a&count=exact", "search=s&page=100", "search=a&page_size=100", "title=a", "topic=s", "author_name=j",
]  # fmt: skip

STEPS_A_BOOK, STEPS_ALONG_WITH_OTHERS = 30, 100
"""SQLite's virtual machine runs about 20 instructions a book for one letter, 0.15 s in all; 80 where each match is held
against another condition."""

QUESTIONS = 30
"""Times at most that a request asks SQLite's text index: two for each tier, and the count."""

ROWS_A_BOOK = 3
"""PostgreSQL looks at a row in 3.5 µs; an exact count and a page read two a book."""


@contextmanager
def work_on_sqlite():
    """Counts what SQLite does meanwhile: thousands of steps, and look-ups of a term in a segment of the text index."""
    done: Counter[str] = Counter()
    raw = connection.connection
    raw.set_progress_handler(lambda: done.update(steps=1000), 1000)
    raw.set_trace_callback(lambda sql: done.update(terms="_search_idx" in sql))
    try:
        yield done
    finally:
        raw.set_progress_handler(None, 0)
        raw.set_trace_callback(None)


def too_much_on_sqlite(api, path, words, steps):
    """The page's answer, and what was done for it if that was too much."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT segid) FROM books_search_idx")
        (segments,) = cursor.fetchone()
    with work_on_sqlite() as done:
        response = api.get(path)
    assert response.status_code == 200, response.content
    assert done["terms"], "the text index was not seen to be asked"
    few = done["terms"] <= QUESTIONS * segments * words and done["steps"] <= steps * BOOKS
    return response.json(), None if few else dict(done)


def too_much_on_postgresql(api, path, words, steps):
    """The page's answer, and the rows read for it if those were too many."""
    response, found = read_by(api, path)
    rows = sum(rows for _, nodes in found for _, rows in nodes)
    assert rows, "no scan was seen"
    return response.json(), rows if rows > ROWS_A_BOOK * BOOKS else None


def offenders(api, lists, steps=STEPS_A_BOOK):
    """Path → the work of the first and second pages that took too much."""
    look = {"sqlite": too_much_on_sqlite, "postgresql": too_much_on_postgresql}[connection.vendor]
    _sizes["book"] = BOOKS
    found = {}
    for query, words in lists:
        path = f"/api/v1/books/?{query}"
        for page in ("first", "second"):
            cache.clear()
            document, found[query, page] = look(api, path, words, steps)
            path = document["next"]
            if path is None:
                break
    return {place: work for place, work in found.items() if work is not None}


def words_of(typed):
    """How many terms are looked for."""
    query = TextQuery.parse(typed, operators=True)
    return sum(len(phrase.tokens) for phrase in (*query.include, *query.exclude))


@pytest.mark.parametrize("kind", SEARCHES)
def test_a_search_asks_the_text_index_few_times_and_reads_few_rows_a_book(api, real_db, kind):
    assert offenders(api, [(f"search={typed}", words_of(typed)) for typed in SEARCHES[kind]]) == {}


def test_a_search_along_with_other_conditions_reads_few_rows_a_book(api, real_db):
    assert offenders(api, [(query, 2) for query in OTHERS], STEPS_ALONG_WITH_OTHERS) == {}
