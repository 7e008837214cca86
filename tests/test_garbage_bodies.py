"""Nothing that a client sends in a body is a server error: nasty values in every field, columns that are no fields."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from rest_framework import serializers
from rest_framework.test import APIClient

from core.accounts.families import sign_in
from core.accounts.models import User
from core.limits import sign_ins
from serializers.writing.base import MOST_ERRORS, Body
from serializers.writing.examples import EXAMPLES
from tests.authorization.callers import PASSWORD, address
from tests.authorization.routes import Rows, routes
from tests.test_authorization import BODIES
from tests.test_garbage import assert_problem

NASTY: dict[str, str] = {
    "NUL": '"a\\u0000b"', "a lone surrogate": '"a\\ud800b"', "a turned text": '"\\u202egnp.exe"',
    "no visible character": '"\\u200b\\u200d\\u2060"', "marks": json.dumps("a" + "\u0301" * 5_000),
    "a family": '"👨‍👩‍👧‍👦"', "a long text": json.dumps("x" * 1_000_000), "a number as text": '"12"', "nothing": '""',
    "blanks": '" \\t "', "a huge number": "1" + "0" * 400, "a large number": "9223372036854775808",
    "a small number": "-9223372036854775809", "a fraction": "0.1", "beyond fractions": "1e999", "minus zero": "-0.0",
    "true": "true", "null": "null", "a list": "[]", "an object": "{}", "lists of lists": "[[[[[[]]]]]]",
    "a deep list": "[" * 60 + "]" * 60,
    "deep objects": '{"a": ' * 60 + "1" + "}" * 60, "a deeper list": "[" * 500 + "]" * 500,
    "deeper objects": '{"a": ' * 500 + "1" + "}" * 500, "NaN": "NaN", "Infinity": "Infinity",
    "below everything": "-Infinity", "false": "false", "half a pair": '"\\udc00\\ud83d"',
    "a list of null": "[null]", "an object of null": '{"a": null}',
    "a list of texts": '["a", "b"]',
    "an object with an odd name": '{"\\u0000": 1, "__proto__": {}}', "a date": '"2026-02-30"',
    "a script": '"<script>alert(1)</script>"',
    "SQL": '"\'; DROP TABLE books_book; --"',
    "a template": '"{{7*7}}${7*7}%s%n"',
    "many items": json.dumps(["a"] * 3_000),
    "an id of nobody": '{"id": 999999999999999}', "line ends": '"a\\r\\nb\\u2028c"',
}  # fmt: skip
"""Values as they stand in JSON."""

RAW: dict[str, bytes] = {
    "nothing": b"", "no JSON": b"{", "NaN": b'{"name": NaN}',
    "Infinity": b'{"pages": Infinity}', "a mark": b"\xef\xbb\xbf{}",
    "Latin-1": b'{"name": "caf\xe9"}', "UTF-16": '{"name": "x"}'.encode("utf-16"),
    "a text": b'"text"', "a number": b"1",
    "null": b"null", "a list": b"[]", "deep": b"[" * 10_000 + b"]" * 10_000, "twice": b'{"name": "a", "name": "b"}',
    "two": b"{}{}", "NUL": b"\0", "a comment": b"{} // x", "a surrogate": b'{"name": "\xed\xa0\x80"}',
    "half a letter": b'{"name": "\xc3"}', "long": b'"' + b"x" * 1_000_000 + b'"',
}  # fmt: skip
"""Whole bodies."""

CONTENT_TYPES = {
    "application/json; charset=latin-1": 400, "application/json; charset=utf-16": 400,
    "application/json; charset=bomb": 400, "text/plain": 415, "application/x-www-form-urlencoded": 415,
    "multipart/form-data": 415, "application/xml": 415, "nonsense": 415, "application/json\0": 415,
}  # fmt: skip
"""What a body in Latin-1 may say that it is, and the status: all JSON is read as UTF-8."""

REFUSALS = {400, 404, 409, 413, 415, 422}
CREDENTIALS = ("POST auth/token/", "POST auth/refresh/", "POST auth/logout/", "POST auth/password/reset/confirm/")
"""Requests whose bodies bring what says who sends them: those are also refused with 401."""
SENT = "987654321"
"""A value that no row has of its own."""

PARTS: dict[str, Any] = {**EXAMPLES, "SeriesPlaceBody": {"slug": "novels", "position": "5"}}
"""A good value of each Body, which names rows that are there."""

Path = tuple[str | int, ...]
"""Where a value stands in a body: names of objects and places in lists."""


class Target:
    """A request that takes a body: `method` and `path`, the Body that reads it, and one that can be taken."""

    def __init__(self, name: str, method: str, path: str, body: type[Body], good: dict[str, Any]) -> None:
        self.name, self.method, self.path, self.body, self.good = name, method, path, body, good

    def paths(self) -> list[Path]:
        """The paths of its fields, of those inside others and of the items of lists too."""
        return [path for path, _ in _inside(self.body())]

    def bodies(self) -> dict[Path, Body]:
        """Its Body and those inside it, each by its path."""
        return {(): self.body(), **{path: field for path, field in _inside(self.body()) if isinstance(field, Body)}}


def _inside(field: Any, above: Path = ()) -> Iterator[tuple[Path, Any]]:
    """The fields inside `field`, each with its path."""
    children: dict[str | int, Any] = dict(getattr(field, "fields", {}))
    if isinstance(field, serializers.ListField):
        children = {0: field.child}
    elif isinstance(field, serializers.DictField):
        children = {"own": field.child}
    for step, child in children.items():
        yield (*above, step), child
        yield from _inside(child, (*above, step))


@pytest.fixture
def admin(monkeypatch) -> APIClient:
    """A client of an admin who has signed in, and whom wrong passwords do not lock."""
    monkeypatch.setattr(sign_ins, "FAILURES_AT_ADDRESS", 100_000)
    monkeypatch.setattr(sign_ins, "FAILURES", 100_000)
    users = {role: User.objects.create_user(address(role), PASSWORD, role=role) for role in User.Role.values}
    return APIClient(HTTP_AUTHORIZATION=f"Bearer {sign_in(users['admin']).access}")


def targets() -> list[Target]:
    """All requests that take a body, found in the URLconf; a batch also as one that is done without what is wrong."""
    rows, found = Rows(), list[Target]()
    for route, view in routes().items():
        kind: Any = getattr(view, "cls", None)
        for method, action in getattr(view, "actions", {}).items():
            if action in getattr(kind, "bodies", {}):
                name, body = f"{method.upper()} {route}", kind.bodies[action]
                good = BODIES.get(name, PARTS[body.__name__])
                queries = ("", "?atomic=false") if "atomic" in kind.parameters else ("",)
                found += [Target(name, method.upper(), rows.path(route) + query, body, good) for query in queries]
    return found


def send(admin: APIClient, target: Target, content: bytes, content_type: str = "application/json") -> Any:
    """The response to a request, which is then taken back, so that each finds the same rows."""
    with transaction.atomic():
        response = admin.generic(target.method, target.path, content, content_type=content_type)  # type: ignore[arg-type]
        connection.check_constraints()
        transaction.set_rollback(True)
    return response


def with_value(target: Target, path: Path, value: str) -> bytes:
    """The target's good body with the JSON `value` at one path; objects around it have what their example has."""
    kinds = target.bodies()

    def put(good: Any, below: Path, above: Path) -> str:
        if not below:
            return value
        step = below[0]
        if isinstance(step, int):
            return f"[{put(good[0] if good else None, below[1:], (*above, step))}]"
        if not good and above in kinds:
            good = PARTS[type(kinds[above]).__name__]
        members = {json.dumps(key): json.dumps(item) for key, item in (good or {}).items() if key != step}
        members[json.dumps(step)] = put((good or {}).get(step), below[1:], (*above, step))
        return f"{{{', '.join(f'{key}: {item}' for key, item in members.items())}}}"

    return put(target.good, path, ()).encode()


def assert_refused_or_done(target: Target, response: Any) -> int:
    """Check a response, and the items of a batch's; return its status."""
    status = int(response.status_code)
    refusals = REFUSALS | ({401} if target.name in CREDENTIALS else set())
    if status >= 300:
        assert status in refusals, (target.name, response.content)
        document = assert_problem(response, status)
        assert {"type", "title", "status", "detail", "code", "request_id"} <= document.keys()
    elif target.name == "POST books/batch/":
        assert {item["status"] for item in response.json()["results"]} <= {200, 201} | REFUSALS
    return status


@pytest.mark.django_db
@pytest.mark.parametrize("short", [True, pytest.param(False, marks=pytest.mark.soak)], ids=["short", "long"])
def test_nasty_values_in_every_field_are_no_server_errors(admin, short):
    """In the short form each field gets one value, by turns."""
    values, statuses, sent = [*NASTY.values()], defaultdict[str, Counter[int]](Counter), 0
    for target in targets():
        for path in target.paths():
            sent += 1
            for value in [values[sent % len(values)]] if short else values:
                response = send(admin, target, with_value(target, path, value))
                statuses[target.name][assert_refused_or_done(target, response)] += 1
    assert sum(counts.total() for counts in statuses.values()) > (300 if short else 3_000)
    # Nothing is said about what reads a field by requests that are refused before it is read.
    assert short or [name for name, counts in statuses.items() if not counts[422]] == []


@pytest.mark.django_db
def test_a_good_body_is_taken(admin):
    """So what is refused of a body with one nasty value in it is that value."""
    for target in targets():
        status = send(admin, target, json.dumps(target.good).encode()).status_code
        assert 200 <= status < 300 or (target.name, status) in UNTAKEN, (target.name, status)


UNTAKEN = {
    *((name, 401) for name in CREDENTIALS if name != "POST auth/token/"),
    ("POST books/{id}/merge/", 422), ("POST authors/{id}/merge/", 422),
}  # fmt: skip
"""Examples that name a token or a row which is not there."""


@pytest.mark.django_db
def test_bodies_that_are_no_objects_are_refused(admin):
    for target in targets():
        for content in RAW.values():
            assert_refused_or_done(target, send(admin, target, content))
        for content_type, status in CONTENT_TYPES.items():
            response = send(admin, target, '{"name": "café"}'.encode("latin-1"), content_type)
            assert (response.status_code, content_type) == (status, content_type), (target.name, response.content)
            assert_refused_or_done(target, response)


COLUMNS = sorted(
    {field.attname for model in apps.get_models() for field in model._meta.concrete_fields}
    | {"password", "is_staff", "is_superuser"}
)


@pytest.mark.django_db
def test_columns_that_are_no_fields_cannot_be_set(admin):
    """In no object of a body. As many as are named in one answer are sent at once."""
    for target in targets():
        for path, body in target.bodies().items():
            columns = [name for name in COLUMNS if name not in {*body.fields, *body.answered}]
            assert len(columns) > 50
            good = _at(target.good, path) or PARTS[type(body).__name__]
            for first in range(0, len(columns), MOST_ERRORS):
                some = columns[first : first + MOST_ERRORS]
                value = json.dumps({**good, **dict.fromkeys(some, 1)})
                response = send(admin, target, with_value(target, path, value))
                assert _unknown(response) == set(some), (target.name, path, response.content)


@pytest.mark.django_db
def test_fields_that_only_answers_have_are_not_stored(admin):
    with_answered = 0
    for target in targets():
        for path, body in target.bodies().items():
            if not body.answered:
                continue
            good = _at(target.good, path) or PARTS[type(body).__name__]
            value = json.dumps({**good, **dict.fromkeys(body.answered, int(SENT))})
            with transaction.atomic():
                response = admin.generic(
                    target.method, target.path, with_value(target, path, value), content_type="application/json"
                )
                assert response.status_code < 300, (target.name, path, response.content)
                assert _rows_with(SENT) == [], (target.name, path)
                transaction.set_rollback(True)
            with_answered += 1
    assert with_answered > 20


def _at(good: Any, path: Path) -> Any:
    """What stands at `path` in a body; None if nothing does."""
    for step in path:
        if isinstance(good, Mapping):
            good = good.get(str(step))
        else:
            good = good[step] if good else None
    return good


def _unknown(response: Any) -> set[str]:
    """The names of the fields that are said to be unknown, without where they stand."""
    document = response.json()
    errors = [error for item in document.get("results", [document]) for error in item.get("errors", ())]
    return {error["field"].rpartition(".")[2] for error in errors if error["code"] == "unknown"}


def _rows_with(text: str) -> list[str]:
    """The rows of all tables in which `text` stands."""
    return [repr(row) for model in apps.get_models() for row in model._default_manager.values() if text in repr(row)]
