"""Every title of the real catalogues is found however it is typed."""

import csv
import gzip
import io
import json
import re
import unicodedata

import pytest
from django.db import connection

from core.search.conditions import fts5_phrase, tsquery_phrase
from core.search.index import TextIndex
from core.search.query import SEARCH_LENGTH, TextQuery
from core.text import fold, spellings, tokens, words
from tests.conftest import CATALOGUES, SHARED_DATA
from tests.support.oracle import has_phrase

ACCENTING = re.compile("LATIN|GREEK|CYRILLIC|HEBREW|ARABIC")
APOSTROPHES = re.compile("['’‘ʼʻʾʿ`´′ʹʺ]")
KEPT_ASIDE = 8
"""One plain title in so many is tested: those in ASCII that have one spelling."""


@pytest.fixture(scope="module")
def titles():
    """The different titles that have a letter or digit."""
    found = {}
    for name in CATALOGUES:
        path = SHARED_DATA / name
        if not path.exists():
            pytest.skip(f"needs the real catalogues: {path} is not here")
        data = path.read_bytes()
        text = gzip.decompress(data) if path.suffix == ".gz" else data
        for row in csv.DictReader(io.StringIO(text.decode())):
            found[row.get("Title") or row["title"]] = None
    return [title for title in found if words(title)]


@pytest.fixture(scope="module")
def peculiar(titles):
    """The titles that are not in ASCII or have several spellings, and some of the others."""
    plain = (title for title in titles if title.isascii() and len(spellings(title)) == 1)
    some = {title for place, title in enumerate(plain) if place % KEPT_ASIDE == 0}
    return [title for title in titles if title in some or not title.isascii() or len(spellings(title)) > 1]


def cut(title):
    """The first words of `title`, as many as a query may have characters."""
    return title if len(title) <= SEARCH_LENGTH else title[: SEARCH_LENGTH + 1].rpartition(" ")[0]


def without_accents(title):
    """`title` without the marks of letters of scripts whose marks only accent."""
    kept = []
    for character in unicodedata.normalize("NFD", title):
        if not unicodedata.combining(character):
            base = character
        if not unicodedata.combining(character) or not ACCENTING.match(unicodedata.name(base, "")):
            kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))


def typed(title):
    """What readers may type who look for `title`."""
    title = cut(title)
    every = [title, " ".join(reversed(title.split())), unicodedata.normalize("NFD", title).upper()]
    every += [APOSTROPHES.sub("", title)] if APOSTROPHES.search(title) else []
    every += [] if title.isascii() else [without_accents(title)]
    # Decomposed, a text can be longer than a query may be.
    return [cut(each) for each in every if words(cut(each))]


def test_a_plain_title_has_the_words_that_are_typed(titles):
    for title in titles:
        if title.isascii() and len(spellings(title)) == 1:
            assert [token for word in title.split() for token in tokens(word)] == tokens(title), title


def test_every_title_is_found_by_its_words_however_they_are_typed(peculiar):
    missed = []
    for title in peculiar:
        texts = [list(tokens) for tokens in spellings(title)]
        missed += [
            (title, each)
            for each in typed(title)
            if not all(has_phrase(texts, phrase) for phrase in TextQuery.parse(each).include)
        ]
    assert missed == []


def test_folding_a_title_twice_changes_nothing(titles):
    folded = [fold(title) for title in titles]
    assert [fold(text) for text in folded] == folded
    assert [fold(unicodedata.normalize("NFD", title)) for title in titles if not title.isascii()] == [
        fold(title) for title in titles if not title.isascii()
    ]


INDEX = TextIndex("some_titles", "id", "some_books", {"title": ("words", "A")})


@pytest.mark.django_db
def test_the_index_finds_every_title_as_its_tokens_say(peculiar):
    some = list(enumerate(peculiar))[::10]
    postgresql = connection.vendor == "postgresql"
    with connection.schema_editor() as editor, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE some_books (id bigint PRIMARY KEY)")
        INDEX.create(editor)
        cursor.executemany("INSERT INTO some_books VALUES (%s)", [(pk,) for pk, _ in some])
        columns = INDEX.row_columns(connection.vendor)
        cursor.executemany(
            f"INSERT INTO some_titles ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})",
            [INDEX.row(connection.vendor, pk, {"title": [title]}) for pk, title in some],
        )
        queries = [(pk, TextQuery.parse(each).include) for pk, title in some for each in typed(title)]
        if postgresql:
            cursor.execute(
                "SELECT typed.query FROM unnest(%s::bigint[], %s::text[]) AS typed (id, query)"
                " JOIN some_titles USING (id) WHERE NOT some_titles.words @@ typed.query::tsquery",
                [[pk for pk, _ in queries], [" & ".join(map(tsquery_phrase, include)) for _, include in queries]],
            )
        else:
            asked = [(pk, " AND ".join(map(fts5_phrase, include))) for pk, include in queries]
            cursor.execute(
                "SELECT value FROM json_each(%s) WHERE NOT EXISTS (SELECT 1 FROM some_titles"
                " WHERE some_titles MATCH json_extract(value, '$[1]') AND rowid = json_extract(value, '$[0]'))",
                [json.dumps(asked)],
            )
        assert cursor.fetchall() == []
