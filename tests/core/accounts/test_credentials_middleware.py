"""Credentials before the cache: who is let through, what is kept in memory, and when it counts."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings
from django.db import InterfaceError, OperationalError, ProgrammingError
from django.utils import timezone

from core.accounts import keys
from core.accounts.credentials import CALLER
from core.accounts.families import sign_in
from core.accounts.keys import create_key, last_used
from core.accounts.known_callers import _look_up
from core.accounts.middleware import CredentialsMiddleware
from core.accounts.models import ApiKey, TokenFamily, User
from core.freshness.base import GENERATION
from core.http.refusals import REFUSAL, Refused
from tests.support.asgi import Source, scope

pytestmark = pytest.mark.django_db
BOOKS = "/api/v1/books/"


class Harness:
    """The middleware over an app that keeps the scopes that it is called with; the test sets the generation."""

    def __init__(self) -> None:
        self.source = Source()
        self.scopes: list[dict[str, Any]] = []
        self.looked_up = 0
        self.fails: Exception | None = None
        self.app = CredentialsMiddleware(self.keep, self.source.ask, self.run)

    async def keep(self, given: dict[str, Any], receive: Any, send: Any) -> None:
        self.scopes.append(given)

    async def run(self, function: Any) -> Any:
        self.looked_up += function.func is _look_up
        if self.fails:
            raise self.fails
        return await sync_to_async(function)()

    async def ask(self, credential: str | None = None, path: str = BOOKS, method: str = "GET", **headers: str) -> Any:
        """The status of a refusal; else who the app was told it is, and None where it was told nothing."""
        if credential is not None:
            headers["authorization"] = f"Bearer {credential}"
        await self.app(scope(path, method, **headers), None, None)  # type: ignore[arg-type]
        told = self.scopes[-1]
        if told["type"] == REFUSAL:
            return told["status"]
        return told[CALLER].user.email if CALLER in told else None

    def __call__(self, *arguments: Any, **headers: str) -> Any:
        return async_to_sync(self.ask)(*arguments, **headers)


@pytest.fixture
def ask() -> Harness:
    return Harness()


@pytest.fixture
def members(settings) -> Harness:
    settings.CATALOGUE_ACCESS = "members"
    return Harness()


@pytest.fixture
def user() -> User:
    return User.objects.create_user("ada@example.org", "a long enough one")


@pytest.fixture
def key(user) -> str:
    return create_key(user, "a script", ["read"])[1]


def test_without_a_credential_nothing_is_asked(ask):
    assert (ask(), ask.looked_up, ask.scopes[-1].get(GENERATION)) == (None, 0, None)


def test_a_caller_is_identified_once_for_each_generation(ask, key):
    assert [ask(key) for _ in range(5)] == ["ada@example.org"] * 5
    assert ask.looked_up == 1
    assert ask.scopes[-1][GENERATION] == "0"
    ask.source.number += 1
    assert [ask(key) for _ in range(5)] == ["ada@example.org"] * 5
    assert ask.looked_up == 2


@pytest.mark.parametrize("end", ["revoked", "family", "disabled"])
def test_a_credential_that_ended_is_refused_under_the_next_generation(ask, user, key, end):
    credential = sign_in(user).access if end == "family" else key
    assert ask(credential) == "ada@example.org"
    if end == "revoked":
        ApiKey.objects.update(revoked_at=timezone.now())
    elif end == "family":
        TokenFamily.objects.update(ended_at=timezone.now())
    else:
        User.objects.update(is_active=False)
    ask.source.number += 1
    assert [ask(credential) for _ in range(2)] == [401, 401]


@pytest.mark.parametrize("kind", ["key", "access token", "family"])
def test_a_credential_in_memory_ends_by_the_clock(ask, user, kind):
    with time_machine.travel(timezone.now().replace(microsecond=0), tick=False) as clock:
        hour = timezone.now() + timedelta(hours=1)
        credential = create_key(user, "a script", ["read"], hour)[1] if kind == "key" else sign_in(user).access
        if kind == "family":
            TokenFamily.objects.update(expires_at=timezone.now() + timedelta(seconds=100))
        assert ask(credential) == "ada@example.org"
        clock.shift({"key": 3599, "access token": 599, "family": 99}[kind])
        assert ask(credential) == "ada@example.org"
        assert ask.looked_up == 1
        clock.shift(1)
        assert ask(credential) == 401


def test_without_a_generation_the_database_is_asked_each_time(ask, key):
    ask.source.away = True
    assert [ask(key) for _ in range(3)] == ["ada@example.org"] * 3
    assert ask.looked_up == 3
    ApiKey.objects.update(revoked_at=timezone.now())
    assert ask(key) == 401


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("away"), 503), (InterfaceError("away"), 503), (Refused(503), 503),
        (ProgrammingError("no such table"), 500), (ZeroDivisionError(), 500),
    ],
)  # fmt: skip
def test_where_credentials_cannot_be_checked_the_answer_is_an_error_of_octavos_own(ask, key, error, status, caplog):
    ask.fails = error
    assert ask(key) == status
    if status == 500:
        assert [line.message for line in caplog.records] == ["a credential cannot be checked"]
    ask.fails = None
    assert ask(key) == "ada@example.org"


def test_an_account_whose_role_is_unknown_may_do_nothing(members, user, key):
    User.objects.update(role="librarian")
    assert members(key) == 403


def test_a_key_is_one_credential_however_its_header_is_spelt(ask, key):
    for header in (f"Bearer {key}", f"bearer  {key}", f" BEARER   {key}  "):
        assert ask(authorization=header) == "ada@example.org"
    assert ask.looked_up == 1


def test_one_lookup_is_for_all_requests_that_may_share_it(ask, key):
    async def many() -> list[Any]:
        return await asyncio.gather(*(ask.ask(key) for _ in range(20)))

    assert async_to_sync(many)() == ["ada@example.org"] * 20
    assert ask.looked_up == 1


def test_a_request_shares_no_lookup_that_began_under_another_generation(ask, key):
    """The first lookup has read its row before the key is revoked, and is held until the second request has come."""
    read, held = asyncio.Event(), asyncio.Event()
    inner = ask.run

    async def slow(function: Callable[[], Any]) -> Any:
        found = await inner(function)
        read.set()
        await held.wait()
        return found

    async def two() -> list[Any]:
        first = asyncio.create_task(ask.ask(key))
        await asyncio.wait_for(read.wait(), 30)
        await sync_to_async(ApiKey.objects.update)(revoked_at=timezone.now())
        ask.source.number += 1
        second = asyncio.create_task(ask.ask(key))
        await asyncio.sleep(0.05)
        held.set()
        return [await first, await second]

    ask.app._callers._run = slow
    assert async_to_sync(two)() == ["ada@example.org", 401]


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic YWRhOmE=", "Bearer é", "Bearer a.b.c", "oct_x", "\x00"]
)
def test_what_is_no_credential_is_refused(ask, header):
    assert ask(authorization=header) == 401


def test_two_credentials_are_refused(ask, key):
    given = scope(BOOKS)
    given["headers"] += [(b"authorization", f"Bearer {key}".encode())] * 2
    async_to_sync(ask.app)(given, None, None)
    assert ask.scopes[-1]["status"] == 401


def test_a_use_of_a_key_in_memory_is_noted_once_a_minute(ask, user, monkeypatch):
    noted: list[int] = []
    note = keys.note_use

    def counted(key: ApiKey) -> None:
        noted.append(key.pk)
        note(key)

    monkeypatch.setattr("core.accounts.known_callers.note_use", counted)
    row, secret = create_key(user, "a script", ["read"])
    with time_machine.travel(timezone.now(), tick=False) as clock:

        async def several() -> None:
            for _ in range(5):
                await ask.ask(secret)
            while ask.app._callers._uses:
                await asyncio.sleep(0)

        async_to_sync(several)()
        assert len(noted) == 1
        clock.shift(61)
        async_to_sync(several)()
        assert len(noted) == 2
        assert last_used(row) == timezone.now()
        assert ask.looked_up == 1


OPEN = [
    "/", "/docs", "/docs/", "/redoc/", "/problems/not-found/", "/static/a.css", "/health/live", "/health/ready/",
    "/metrics", "/api/v1/openapi.json", "/api/v1/auth/token/", "/api/v1/auth/token", "/api/v1/auth/refresh/",
    "/api/v1/auth/logout/", "/api/v1/auth/password/reset/", "/api/v1/auth/password/reset/confirm/",
]  # fmt: skip
CLOSED = [
    "/api/v1/",
    "/api/v1",
    BOOKS,
    "/api/v1/books",
    "/api/v1/suggest/?q=a",
    "/docsx",
    "/API/v1/books/",
    "//docs/",
    "/x/../docs/",
]


@pytest.mark.parametrize("path", OPEN)
@pytest.mark.parametrize("credential", [None, "bad"])
def test_open_paths_are_for_everybody(members, path, credential):
    assert members(credential, path, "POST" if "auth" in path else "GET") is None
    assert members.looked_up == 0


@pytest.mark.parametrize("path", CLOSED)
def test_where_members_read_the_rest_needs_a_credential(members, key, path):
    assert members(None, path) == 401
    assert members(None, path, "HEAD") == 401
    assert members(None, path, "POST") == 401
    assert members("bad", path) == 401
    assert members(key, path) == "ada@example.org"
    assert members(None, path, "OPTIONS") is None


@pytest.mark.parametrize("role", User.Role.values)
def test_where_members_read_any_role_may_and_a_key_needs_the_scope(members, user, role):
    User.objects.update(role=role)
    assert members(sign_in(user).access) == "ada@example.org"
    for scopes in (["read"], ["write"], ["write", "import", "admin"], []):
        secret = create_key(user, "a script", scopes)[1]
        assert members(secret) == ("ada@example.org" if "read" in scopes else 403)
        assert members(secret, BOOKS, "HEAD") == ("ada@example.org" if "read" in scopes else 403)
        assert members(secret, BOOKS, "POST") == "ada@example.org"
        for path in settings.ACCOUNT_PATHS:
            assert members(secret, path) == "ada@example.org"


def test_the_port_of_operations_is_left_to_the_application(settings):
    settings.CATALOGUE_ACCESS, settings.OPS_PORT = "members", 80
    assert Harness()() is None


@pytest.mark.parametrize("path", ["/api/v1/auth/me/", "/api/v1/auth/keys", "/api/v1/users/1/"])
def test_the_views_of_accounts_say_who_may_do_what(members, path):
    assert members(None, path) is None
    assert members("bad", path) == 401
