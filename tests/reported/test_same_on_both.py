"""The real catalogues give the same answers on PostgreSQL and on SQLite, to requests made of their own words."""

import sqlite3
from collections import Counter

import httpx
import psycopg
import pytest
from django.db import connection

from tests.conftest import CATALOGUES, SHARED_DATA, serving
from tests.reported.real_queries import RealQueries

pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="compares PostgreSQL with a SQLite file beside it: in PostgreSQL's lane"
)
SEED, REQUESTS, PAGES = 1605, 500, 2
TABLES = {
    "books_book": "id, title, sort_title, title_key, popularity",
    "authors_author": "id, name, sort_key, books_count",
    "books_subject": "id, slug, name, books_count",
    "books_category": "id, slug, name, books_count",
    "books_bookauthor": "book_id, author_id, role, position",
    "books_booksubject": "book_id, subject_id, position",
}


@pytest.fixture(scope="module")
def beside(real, tmp_path_factory):
    """A real server on a SQLite file with the catalogues that `real` has on PostgreSQL, loaded in the same order."""
    folder = tmp_path_factory.mktemp("beside")
    url = f"sqlite:///{folder / 'catalogue.sqlite3'}"
    with serving(folder, "beside", DATABASE_URL=url, REDIS_URL="") as server:
        for name in CATALOGUES:
            server.manage("import_books", str(SHARED_DATA / name))
        yield server


@pytest.mark.parametrize("table", TABLES)
def test_both_databases_have_the_same_rows_with_the_same_ids(real, beside, table):
    statement = f"SELECT {TABLES[table]} FROM {table}"
    with psycopg.connect(real.env["DATABASE_URL"]) as postgresql:
        rows = set(postgresql.execute(statement).fetchall())
    path = beside.env["DATABASE_URL"].removeprefix("sqlite:///")
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as sqlite:
        others = set(sqlite.execute(statement).fetchall())
    assert rows
    assert sorted(rows ^ others, key=str)[:10] == []


def test_five_hundred_requests_of_the_catalogues_own_words_are_answered_alike(real, beside, caplog):
    caplog.set_level("WARNING", "httpx")
    gutenberg, goodbooks = (SHARED_DATA / name for name in CATALOGUES)
    asked = RealQueries(gutenberg, goodbooks, SEED).all()
    differing: list[str] = []
    something: Counter[str] = Counter()
    with httpx.Client(timeout=60) as client:
        for kind, path, query in asked:
            one, other = (answered(client, server, path, query) for server in (real, beside))
            if one != other:
                differing.append(f"{kind} {path} {query}:\n  PostgreSQL {one}\n  SQLite     {other}")
            something[kind] += any(one)
    assert len(asked) == REQUESTS
    assert [kind for kind, _, _ in asked if not something[kind]] == [], "requests of this kind find nothing at all"
    assert not differing, f"{len(differing)} of {REQUESTS} differ\n" + "\n".join(differing[:20])


def answered(client, server, path, query):
    """What a server answered: the ids of the first pages in their order, the text it offers instead, and its count."""
    response = client.get(f"{server.url}/api/v1/{path}", params=query)
    assert response.status_code == 200, response.text
    ids, document = [], response.json()
    offered, count = document.get("did_you_mean"), document["count"] if document.get("count_exact") else None
    for _ in range(PAGES):
        ids += [(item.get("type"), item.get("id", item.get("slug"))) for item in document["results"]]
        if not document.get("next"):
            break
        document = client.get(document["next"]).json()
    return ids, offered, count
