"""What API.md promises of writing, people and programs is kept, with the response cache on and off."""

from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from asgiref.sync import async_to_sync
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from books.authority import merge_authors
from core.accounts.families import sign_in
from core.accounts.keys import create_key
from core.accounts.models import User
from core.changes.former_keys import note_moved
from tests.api.writing.promises import PROMISES, Line
from tests.conftest import whole_application
from tests.support.asgi import Reply, ask
from tests.support.factories import make_author, make_book, make_category, make_series

Ask = Callable[..., Reply]
LINES = [one for lines in PROMISES.values() for one in lines]
NAMES = [f"{one.who or 'anybody'} {one.method} {one.path} {one.status} {n}" for n, one in enumerate(LINES)]


@pytest.fixture
def ids() -> dict[str, int]:
    """The ids of the rows of a small catalogue, by name."""
    jane, gone = make_author("Austen, Jane"), make_author("Austin, Jane")
    smith, smyth = make_author(name="John Smith"), make_author(name="John Smith")
    merge_authors(jane, gone)
    make_category("Poetry")
    make_series("Works")
    emma = make_book(title="Emma", authors=[jane], publisher="Egerton", pages=100, categories=[("Fiction",)])
    note_moved("books", "777", str(emma.pk))
    return {"jane": jane.pk, "gone": gone.pk, "smith": smith.pk, "smyth": smyth.pk, "emma": emma.pk, "merged_book": 777}


@pytest.fixture(params=[True, False], ids=["cache on", "cache off"])
def asked(request: pytest.FixtureRequest) -> Iterator[Ask]:
    """Asks the whole application."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    application = whole_application(enabled=request.param)
    cache: Any = application.app

    async def ask_and_close(*given: Any, **options: Any) -> Reply:
        try:
            return await ask(application, *given, **options)
        finally:
            # Its connection belongs to the event loop of this call.
            await cache.strict_source.close()

    yield async_to_sync(ask_and_close)
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.django_db
@pytest.mark.parametrize("promise", LINES, ids=NAMES)
def test_a_promise_is_kept(asked: Ask, ids: dict[str, int], promise: Line) -> None:
    headers = {"content_type": "application/json", **promise.headers}
    if who := credential(promise.who):
        headers["authorization"] = who
    given = promise.body
    content = given if isinstance(given, bytes) else b"" if given is None else orjson.dumps(filled(given, ids))
    headers["content_length"] = str(len(content))
    answer = asked(f"/api/v1/{filled(promise.path, ids)}", promise.method, content=content, **headers)
    assert answer.status == promise.status, answer.body
    expected = filled(promise.expected, ids)
    if expected is None:
        return
    document = orjson.loads(answer.body)
    match expected:
        case str():
            assert document["code"] == expected
        case (field, code, *found):
            assert document["code"] == "invalid"
            errors = [each for each in document["errors"] if each["field"] == field]
            assert errors
            assert errors[0]["code"] == (code or errors[0]["code"])
            assert [errors[0]["ids"]] == found if found else "ids" not in errors[0]
        case dict():
            assert {path: member(document, path) for path in expected} == expected


def credential(who: str) -> str | None:
    """The Authorization of somebody; None of anybody."""
    match who:
        case "":
            return None
        case "wrong":
            return "Bearer oct_wrong"
        case "reading key" | "writing key" | "writing key of a reader":
            role = "reader" if who.endswith("reader") else "editor"
            user = User.objects.create_user(f"{role}@example.org", None, role=role)
            return f"Bearer {create_key(user, 'k', ['read'] if who == 'reading key' else ['read', 'write'])[1]}"
        case role:
            return f"Bearer {sign_in(User.objects.create_user(f'{role}@example.org', None, role=role)).access}"


def filled(value: Any, ids: dict[str, int]) -> Any:
    """`value` with the ids of rows for their names in braces, at any depth."""
    match value:
        case str() if value[:1] == "{" and value[1:-1] in ids:
            return ids[value[1:-1]]
        case str():
            return value.format(**ids)
        case dict():
            return {key: filled(item, ids) for key, item in value.items()}
        case list() | tuple():
            return type(value)(filled(item, ids) for item in value)
    return value


def member(document: Any, path: str) -> Any:
    """The member of a JSON document at a path such as `authors.0.id`."""
    for step in path.split("."):
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document
