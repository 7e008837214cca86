"""Who may do what: every route of the URLconf, every method and every kind of caller, through the whole application.

The table is in tests/authorization/table.py.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from core.accounts.models import User
from tests.authorization.application import Application, running
from tests.authorization.callers import PASSWORD, Caller, address, make_callers
from tests.authorization.routes import Rows, routes
from tests.authorization.table import WORDS, refusal, rules
from tests.support.asgi import Reply
from tests.support.tables import differences, tables

FEW = 4
"""Callers with keys or refused credentials that send each request in the short form."""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "BREW")
WRONG = b'{"no such field": 1}'
BODIES: dict[str, Any] = {
    "POST books/": {"title": "Agnes Grey", "authors": [{"name": "Anne Brontë"}]},
    "PUT books/{id}/": {"title": "Persuasion"},
    "PATCH books/{id}/": {"pages": 300},
    "POST books/batch/": {"items": [{"identifiers": {"own": ["1"]}, "title": "Shirley"}]},
    "POST authors/": {"name": "Charlotte Brontë"},
    "PUT authors/{id}/": {"name": "Anne Brontë"},
    "PATCH authors/{id}/": {"bio": "Wrote Agnes Grey."},
    "POST categories/": {"name": "Poetry"},
    "PUT categories/{slug}/": {"name": "Verse"},
    "PATCH categories/{slug}/": {"name": "Verses"},
    "POST series/": {"name": "Gondal"},
    "PUT series/{slug}/": {"name": "Angria"},
    "PATCH series/{slug}/": {"name": "Glass Town"},
    "PATCH auth/me/": {"name": "Ada"},
    "POST auth/keys/": {"name": "a script", "scopes": ["read"]},
    "POST users/": {"email": "new@example.org", "password": "another long one"},
    "PATCH users/{id}/": {"name": "Bob"},
    "POST auth/token/": {"email": address("reader"), "password": PASSWORD},
    "POST auth/password/": {"current_password": PASSWORD, "new_password": "another long one"},
}
"""What each route takes, in the order in which it is sent: those who are refused send it, and those who are not."""


@pytest.fixture(params=["public", "members"])
def access(request, settings) -> str:
    settings.CATALOGUE_ACCESS = request.param
    return request.param


@pytest.fixture(params=[True, False], ids=["cached", "uncached"])
def application(request, transactional_db, access) -> Iterator[Application]:
    with running(cached=request.param) as found:
        yield found


@pytest.fixture
def callers(application) -> list[Caller]:
    return make_callers()


@pytest.fixture
def rows(callers) -> Rows:
    return Rows()


def allowed_methods(route: str, application: Application, rows: Rows) -> set[str]:
    """The methods that a route has, by its view and by what it answers."""
    said = set(application.send("OPTIONS", rows.path(route)).headers["allow"].split(", "))
    known = {method.upper() for method in getattr(routes()[route], "actions", {})}
    return (said | known) - {"HEAD", "OPTIONS"}


def test_every_route_and_method_has_a_rule_and_every_rule_a_route(application, rows):
    assert set(routes()) == set(rules())
    stated = {route: set(methods) for route, methods in rules().items()}
    assert {route: allowed_methods(route, application, rows) for route in routes()} == stated
    assert {word for methods in rules().values() for word in methods.values()} == set(WORDS)
    assert {body.split()[0] for body in BODIES} == {"POST", "PUT", "PATCH"}
    assert [body for body in BODIES if body.split()[0] not in rules()[body.split()[1]]] == []


def is_problem(reply: Reply, status: int) -> bool:
    return (
        reply.status == status
        and reply.headers["content-type"] == "application/problem+json"
        and json.loads(reply.body)["status"] == status
        and ("www-authenticate" in reply.headers) == (status == 401)
        and "no-store" in reply.headers["cache-control"]
    )


def reads(application: Application, path: str, caller: Caller) -> list[Reply]:
    """The replies to one GET from memory, where another caller's answer may be, then prepared, then the whole way."""
    found = [application.send("GET", path, headers=caller.headers)]
    for prepared in (False, True):
        application.forget(prepared=prepared)
        found.append(application.send("GET", path, headers=caller.headers))
    return found


def asked_by(callers: list[Caller], number: int, few: bool) -> list[Caller]:
    """All callers; or `few`: those without a key or with a good token, and of the others some, by turns."""
    if not few:
        return callers
    plain = [caller for caller in callers if caller.scopes is None and caller.accepted]
    others = [caller for caller in callers if caller not in plain]
    return plain + [others[(FEW * number + n) % len(others)] for n in range(FEW)]


def wrong_answers(application: Application, rows: Rows, access: str, asked: tuple[str, str, Caller]) -> list[str]:
    """What is wrong with the answers to one caller, each as a line; [] if nothing is."""
    route, method, caller = asked
    words = rules()[route]
    if method not in words:
        # Whoever may do nothing there at all may be refused before it is said that the method is none.
        reply = application.send(method, rows.path(route), WRONG, headers=caller.headers)
        expected = {405, *(refusal(word, caller, access) for word in (*words.values(), "reading"))} - {0}
        good = reply.status in expected and is_problem(reply, reply.status)
        return [] if good else [f"{method} {route} by {caller.name}: {reply.status}, not one of {expected}"]
    refused = refusal(words[method], caller, access)
    if method == "GET":
        replies = reads(application, rows.path(route, caller.role), caller)
        replies.append(application.send("HEAD", rows.path(route, caller.role), headers=caller.headers))
        status = refused or (200 if rows.has(route) else 404)
        good = {reply.status for reply in replies} == {status}
        good = good and (not refused or all(is_problem(reply, refused) for reply in replies[:-1]))
    elif refused:
        body = json.dumps(BODIES.get(f"{method} {route}", {})).encode()
        replies = [application.send(method, rows.path(route, caller.role), body, headers=caller.headers)]
        good = is_problem(replies[0], refused)
    else:
        # Allowed, and nothing comes of it.
        replies = [application.send(method, rows.missing_path(route), WRONG, headers=caller.headers)]
        good = is_problem(replies[0], 404) or is_problem(replies[0], 422)
    said = [reply.status for reply in replies]
    return [] if good else [f"{method} {route} by {caller.name}: {said}, {'not ' + str(refused) if refused else 'may'}"]


@pytest.mark.parametrize("few", [True, pytest.param(False, marks=pytest.mark.soak)], ids=["few", "all"])
def test_who_may_do_what(application, access, callers, rows, few):
    before = tables()
    admin = next(caller for caller in callers if caller.name == "admin")
    found = []
    for number, route in enumerate(rules()):
        application.send("GET", rows.path(route), headers=admin.headers)
        for place, method in enumerate(METHODS):
            for caller in asked_by(callers, number + place, few):
                found += wrong_answers(application, rows, access, (route, method, caller))
        found += [
            f"OPTIONS {route} by {caller.name}"
            for caller in callers
            if not 200 <= application.send("OPTIONS", rows.path(route), headers=caller.headers).status < 300
        ]
    assert found == []
    assert differences(before, tables()) == {}
    hits, prepared = application.cache.counts.hits, application.prepared_answers
    enough = 30 if few else 100
    assert (hits > enough) == application.cache.enabled
    assert prepared > enough


def test_what_is_allowed_is_done(application, access, callers, rows):
    """By an account and by a key that may just do it, each of the BODIES makes or changes something."""
    for line, body in BODIES.items():
        method, route = line.split()
        word = rules()[route][method]
        may = {"writing": "editor's key of write", "admin": "admin's key of admin"}.get(word, "admin")
        caller = next(caller for caller in callers if caller.name == may)
        before = tables()
        reply = application.send(method, rows.path(route), json.dumps(body).encode(), headers=caller.headers)
        assert 200 <= reply.status < 300, (line, reply)
        assert differences(before, tables()) != {}, line
        if method == "POST" and "DELETE" in rules().get(f"{route}{{id}}/", rules().get(f"{route}{{slug}}/", {})):
            made = reply.headers["location"].removeprefix("http://testserver")
            assert application.send("DELETE", made, headers=caller.headers).status == 204, line
            gone = application.send("GET", made, headers=callers[[c.name for c in callers].index("admin")].headers)
            assert gone.status in (404, 410), line
    assert not User.objects.get(email=address("admin")).check_password(PASSWORD)
