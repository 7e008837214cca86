"""Nothing that a client sends in a body is a server error: nasty values in every field, columns that are no fields."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from rest_framework import serializers
from rest_framework.test import APIClient

from core.accounts.families import sign_in
from core.accounts.models import User
from serializers.writing.base import Body
from tests.authorization.routes import Rows, routes
from tests.test_authorization import BODIES
from tests.test_garbage import assert_problem

NASTY: dict[str, str] = {
    "NUL": '"a\\u0000b"', "a lone surrogate": '"a\\ud800b"', "a turned text": '"\\u202egnp.exe"',
    "no visible character": '"\\u200b\\u200d\\u2060"', "marks": json.dumps("a" + "\u0301" * 5_000),
    "a family": '"👨‍👩‍👧‍👦"', "a long text": json.dumps("x" * 200_000), "a number as text": '"12"', "nothing": '""',
    "blanks": '" \\t "', "a huge number": "1" + "0" * 400, "a large number": "9223372036854775808",
    "a small number": "-9223372036854775809", "a fraction": "0.1", "beyond fractions": "1e999", "minus zero": "-0.0",
    "true": "true", "null": "null", "a list": "[]", "an object": "{}", "lists of lists": "[[[[[[]]]]]]",
    "a deep list": "[" * 60 + "]" * 60, "a list of null": "[null]", "an object of null": '{"a": null}',
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
    "two": b"{}{}", "NUL": b"\0", "a comment": b"{} // x",
}  # fmt: skip
"""Whole bodies."""

SHORT = 3
"""Nasty values that each field gets in the short form, by turns."""


class Target:
    """A request that takes a body: `method` and `path`, the Body that reads it, and one that can be taken."""

    def __init__(self, name: str, method: str, path: str, body: type[Body], good: dict[str, Any]) -> None:
        self.name, self.method, self.path, self.body, self.good = name, method, path, body, good

    def fields(self) -> Iterator[tuple[str, ...]]:
        """The paths of its fields, of those inside others too."""
        yield from _fields(self.body())


def _fields(body: Any, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, field in body.fields.items():
        yield (*above, name)
        child = getattr(field, "child", None)
        if isinstance(child, serializers.BaseSerializer) and len(above) < 2:
            yield from _fields(child, (*above, name))


@pytest.fixture
def admin() -> APIClient:
    """A client of an admin who has signed in."""
    users = {
        role: User.objects.create_user(f"{role}@example.org", "a long enough one", role=role)
        for role in User.Role.values
    }
    return APIClient(HTTP_AUTHORIZATION=f"Bearer {sign_in(users['admin']).access}")


def targets() -> list[Target]:
    """All requests that take a body, found in the URLconf."""
    rows, found = Rows(), list[Target]()
    for route, view in routes().items():
        kind: Any = getattr(view, "cls", None)
        for method, action in getattr(view, "actions", {}).items():
            if action in getattr(kind, "bodies", {}):
                name = f"{method.upper()} {route}"
                good = BODIES.get(name, {})
                found.append(Target(name, method.upper(), rows.path(route), kind.bodies[action], good))
    return found


def send(admin: APIClient, target: Target, content: bytes) -> Any:
    return admin.generic(target.method, target.path, content, content_type="application/json")  # type: ignore[arg-type]


def with_value(good: dict[str, Any], path: tuple[str, ...], value: str) -> bytes:
    """A body with the JSON `value` in one field; around a field inside another are a list and an object."""
    name, *inside = path
    for step in reversed(inside):
        value = f'[{{"{step}": {value}}}]'
    rest = json.dumps({key: item for key, item in good.items() if key != name})[1:-1]
    return f'{{{rest}{", " if rest else ""}"{name}": {value}}}'.encode()


def assert_refused_or_done(target: Target, response: Any) -> None:
    if response.status_code >= 300:
        assert response.status_code in (400, 401, 404, 409, 413, 422, 429), (target.name, response.content)
        assert_problem(response, response.status_code)


@pytest.mark.django_db
@pytest.mark.parametrize("short", [True, pytest.param(False, marks=pytest.mark.soak)], ids=["short", "long"])
def test_nasty_values_in_every_field_are_no_server_errors(admin, short):
    sent = 0
    for target in targets():
        for number, path in enumerate(target.fields()):
            values = [*NASTY.values()]
            for place in range(SHORT) if short else range(len(values)):
                value = values[(number * SHORT + place + len(target.path)) % len(values)]
                assert_refused_or_done(target, send(admin, target, with_value(target.good, path, value)))
                sent += 1
    assert sent > (300 if short else 3_000)


@pytest.mark.django_db
def test_bodies_that_are_no_objects_are_refused(admin):
    for target in targets():
        for content in RAW.values():
            response = send(admin, target, content)
            assert response.status_code in (200, 201, 400, 401, 404, 409, 422, 429), (target.name, content[:50])
            if response.status_code >= 300:
                assert_problem(response, response.status_code)


COLUMNS = sorted(
    {field.attname for model in apps.get_models() for field in model._meta.concrete_fields}
    | {"password", "is_staff", "is_superuser"}
)


@pytest.mark.django_db
def test_columns_that_are_no_fields_cannot_be_set(admin):
    for target in targets():
        known = {*target.body().fields, *target.body.answered}
        columns = [name for name in COLUMNS if name not in known]
        assert len(columns) > 50
        response = send(admin, target, json.dumps({**target.good, **dict.fromkeys(columns, 1)}).encode())
        assert response.status_code == 422, (target.name, response.content)
        errors = {error["field"] for error in response.json()["errors"] if error["code"] == "unknown"}
        assert len(errors) == 50, target.name
