"""How deep and how long what a client sends may be, and what is answered where a statement takes too long."""

from typing import Any

import orjson
import psycopg
import pytest
from django.db import connection
from rest_framework.test import APIClient

from api.private.parsers import DEEPEST
from authors.models import Author
from tests.api.writing.test_series import editor, problem, send
from tests.support.factories import make_author

AUTHORS = "/api/v1/authors/"


def nested(depth: int, *, arrays: bool = True) -> bytes:
    """A body whose arrays or objects stand `depth` deep, the object around them included."""
    inside = b"[" * (depth - 1) + b"]" * (depth - 1) if arrays else b'{"a":' * (depth - 1) + b"1" + b"}" * (depth - 1)
    return b'{"name": "Ada", "identifiers": ' + inside + b"}"


def post(body: bytes) -> Any:
    return editor().generic("POST", AUTHORS, body, content_type="application/json")  # type: ignore[arg-type]


@pytest.mark.django_db
@pytest.mark.parametrize("arrays", [True, False])
@pytest.mark.parametrize("depth", [DEEPEST + 1, DEEPEST + 2, 200, 1023, 1024, 1025, 100_000])
def test_what_is_nested_too_deeply_is_malformed(depth, arrays):
    response = post(nested(depth, arrays=arrays))
    assert (response.status_code, response.json()["code"]) == (400, "malformed")
    assert Author.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("arrays", [True, False])
def test_what_is_nested_as_deeply_as_may_be_is_read(arrays):
    assert problem(post(nested(DEEPEST, arrays=arrays)))[:2] == (422, "invalid")


@pytest.mark.django_db
def test_brackets_in_texts_are_no_nesting():
    response = post(orjson.dumps({"name": "Ada", "bio": "[{" * 500, "alternate_names": ["[" * 70]}))
    assert response.status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["books/?search=", "authors/?search=", "books/?title=", "suggest/?q="])
def test_a_search_has_at_most_200_characters(path):
    for text in ("x" * 200, "é" * 200):
        assert APIClient().get(f"/api/v1/{path}{text}").status_code == 200
    long = APIClient().get(f"/api/v1/{path}{'x' * 201}")
    assert (long.status_code, long.json()["code"]) == (400, "invalid_parameter")
    assert [error["code"] for error in long.json()["errors"]] == ["too_long"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite stops no statement")
@pytest.mark.parametrize(
    ("method", "body"),
    [("PATCH", {"bio": "New"}), ("PUT", {"name": "Bob"}), ("DELETE", None), ("POST", {"name": "Bob"})],
)
def test_a_write_whose_statement_is_stopped_is_503_and_writes_nothing(method, body):
    """Another transaction has the table's lock, for which the write waits."""
    author = make_author("Ada")
    api = editor()
    other = psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor})
    with other:
        other.execute("LOCK TABLE authors_author IN SHARE ROW EXCLUSIVE MODE")
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 200")
        path = AUTHORS if method == "POST" else f"{AUTHORS}{author.pk}/"
        response = send(api, method, path, body)
    # Its statement_timeout must not reach the tests that follow.
    connection.close()
    assert (response.status_code, response.json()["code"], response["Retry-After"]) == (503, "unavailable", "5")
    assert list(Author.objects.values_list("name", "bio")) == [("Ada", author.bio)]
    assert send(api, method, path, body).status_code in (200, 201, 204)
