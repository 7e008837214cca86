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
from core.search.index import GAP, TextIndex, token_texts
from core.search.query import SEARCH_LENGTH, TextQuery
from core.text import fold, spellings, tokens, words
from tests.conftest import CATALOGUES, SHARED_DATA

ACCENTING = re.compile("LATIN|GREEK|CYRILLIC|HEBREW|ARABIC")
APOSTROPHES = re.compile("['’‘ʼʻʾʿ`´′ʹʺ]")
SHARE = 20
"""One plain title in so many is tested: those in ASCII that have one spelling."""


@pytest.fixture(scope="module")
def titles():
    """The different titles that have a letter or digit."""
    found: dict[str, None] = {}
    for name in CATALOGUES:
        path = SHARED_DATA / name
        if not path.exists():
            pytest.skip(f"needs the real catalogues: {path} is not here")
        data = path.read_bytes()
        text = gzip.decompress(data) if path.suffix == ".gz" else data
        for row in csv.DictReader(io.StringIO(text.decode())):
            found[row["Title"] if "Title" in row else row["title"]] = None
    return [title for title in found if words(title)]


@pytest.fixture(scope="module")
def peculiar(titles):
    """The titles that are not in ASCII or have several spellings, and some of the others."""
    plain = (title for title in titles if title.isascii() and len(spellings(title)) == 1)
    some = {title for place, title in enumerate(plain) if place % SHARE == 0}
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
    shown = cut(title)
    every = [unicodedata.normalize("NFD", " ".join(reversed(shown.split()))).upper()]
    if len(spellings(title)) > 1 or len(title) > SEARCH_LENGTH:
        every.append(shown)
    if (plain := APOSTROPHES.sub("", shown if title.isascii() else without_accents(shown))) != shown:
        every.append(plain)
    # Decomposed, a text can be longer than a query may be.
    return [cut(each) for each in every if words(cut(each))]


def test_the_words_of_a_plain_title_are_its_tokens(titles):
    plain = [title for title in titles if title.isascii() and not re.search("[&'.]", title)]
    assert [tokens(title) for title in plain if len(spellings(title)) == 1] == [
        words(title) for title in plain if len(spellings(title)) == 1
    ]


def holds(text, phrase):
    """Whether `text`, the written spellings of a title between blanks, has a spelling of `phrase`."""
    return any(f" {' '.join(spelt)}{'' if phrase.prefix else ' '}" in text for spelt in phrase.spellings)


def test_every_title_is_found_by_its_words_however_they_are_typed(peculiar):
    missed = []
    for title in peculiar:
        text = f" {f' {GAP} '.join(token_texts(title))} "
        missed += [
            (title, each)
            for each in typed(title)
            if not all(holds(text, phrase) for phrase in TextQuery.parse(each).include)
        ]
    assert missed == []


def test_folding_a_title_twice_changes_nothing(titles):
    folded = [fold(title) for title in titles]
    assert [fold(text) for text in folded] == folded
    assert [fold(unicodedata.normalize("NFD", title)) for title in titles if not title.isascii()] == [
        fold(title) for title in titles if not title.isascii()
    ]


INDEX = TextIndex("some_titles", "id", "some_books", {"title": ("words", "A")})


CREATE = {
    "postgresql": "CREATE TEMPORARY TABLE some_titles (id bigint PRIMARY KEY, words tsvector)",
    "sqlite": "CREATE VIRTUAL TABLE temp.some_titles USING fts5(title, tokenize='ascii')",
}
SOME = 20


@pytest.mark.django_db
def test_the_index_finds_a_title_however_it_is_typed(peculiar):
    some = dict(enumerate(peculiar[::SOME]))
    asked = [(pk, TextQuery.parse(each).include) for pk, title in some.items() for each in typed(title)]
    columns = INDEX.row_columns(connection.vendor)
    rows = [INDEX.row(connection.vendor, pk, {"title": [title]}) for pk, title in some.items()]
    with connection.cursor() as cursor:
        cursor.execute(CREATE[connection.vendor])
        cursor.executemany(f"INSERT INTO some_titles ({', '.join(columns)}) VALUES (%s, %s)", rows)
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT typed.query FROM unnest(%s::bigint[], %s::text[]) AS typed (id, query)"
                " JOIN some_titles USING (id) WHERE NOT some_titles.words @@ typed.query::tsquery",
                [[pk for pk, _ in asked], [" & ".join(map(tsquery_phrase, include)) for _, include in asked]],
            )
        else:
            cursor.execute(
                "SELECT value FROM json_each(%s) AS typed WHERE NOT EXISTS (SELECT 1 FROM some_titles WHERE"
                " some_titles MATCH json_extract(typed.value, '$[1]') AND rowid = json_extract(typed.value, '$[0]'))",
                [json.dumps([(pk, " AND ".join(map(fts5_phrase, include))) for pk, include in asked])],
            )
        assert cursor.fetchall() == []
