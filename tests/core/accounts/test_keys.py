"""API keys: what is stored, what they may do, and what ends them."""

import re
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from core.accounts import keys
from core.accounts.credentials import InvalidCredential, identify
from core.accounts.keys import create_key, last_used, note_use, use_is_due
from core.accounts.models import ApiKey, User
from core.volatile.redis import RedisStore

pytestmark = pytest.mark.django_db
ALL = set(ApiKey.Scope.values)


@pytest.fixture
def user() -> User:
    return User.objects.create_user("ada@example.org", "a long enough one", role="editor")


def scopes(secret: str) -> set[str] | None:
    """What the caller with this key may do; None if it is refused."""
    try:
        caller = identify(f"bearer  {secret} ")
    except InvalidCredential:
        return None
    assert caller is not None
    return set(caller.scopes)


def test_a_key_is_shown_once_and_stored_as_a_hash(user):
    _, secret = create_key(user, "a script", ["write", "read"])
    assert re.fullmatch(r"oct_[A-Za-z0-9_-]{43}", secret)
    stored = ApiKey.objects.values().get()
    assert (stored["prefix"], stored["scopes"]) == (secret[:12], ["read", "write"])
    assert not any(secret in str(value) for value in stored.values())
    assert create_key(user, "another", ["read"])[1] != secret


@pytest.mark.parametrize(
    ("role", "given", "allowed"),
    [
        ("reader", ALL, {"read"}),
        ("editor", ALL, {"read", "write"}),
        ("admin", ALL, ALL),
        ("admin", {"import"}, {"import"}),
        ("reader", {"write"}, set()),
    ],
)
def test_a_key_may_do_what_its_scopes_say_within_its_accounts_role(user, role, given, allowed):
    _, secret = create_key(user, "a script", given)
    User.objects.update(role=role)
    assert scopes(secret) == allowed


@pytest.mark.parametrize("end", ["revoked", "expired", "disabled", "unknown"])
def test_a_key_that_is_not_good_is_refused(user, end):
    _, secret = create_key(user, "a script", ["read"], timezone.now() + timedelta(days=1))
    assert scopes(secret) == {"read"}
    with time_machine.travel(timezone.now(), tick=False) as clock:
        if end == "revoked":
            ApiKey.objects.update(revoked_at=timezone.now())
        elif end == "expired":
            clock.shift(timedelta(days=1))
        elif end == "disabled":
            User.objects.update(is_active=False)
        else:
            secret = secret[:-1] + ("a" if secret[-1] != "a" else "b")
        assert scopes(secret) is None


def test_the_last_use_is_known_to_the_minute_and_kept_out_of_the_catalogues_database(user, django_assert_num_queries):
    start = timezone.now()
    key, _ = create_key(user, "a script", ["read"])
    assert last_used(key) is None
    with time_machine.travel(start, tick=False) as clock:
        with django_assert_num_queries(0):
            note_use(key)
        assert last_used(key) == start
        clock.shift(59)
        note_use(key)
        assert last_used(key) == start
        clock.shift(1)
        note_use(key)
        assert last_used(key) == start + timedelta(seconds=60)


def test_a_key_is_good_while_the_store_is_away(user, monkeypatch):
    key, secret = create_key(user, "a script", ["read"])
    monkeypatch.setattr(keys, "store", lambda: RedisStore("redis://127.0.0.1:1", ""))
    note_use(key)
    assert scopes(secret) == {"read"}
    assert last_used(key) is None


def test_a_process_says_once_a_minute_that_a_use_is_to_be_stored(user):
    (first, _), (second, _) = create_key(user, "a script", ["read"]), create_key(user, "another", ["read"])
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert [use_is_due(key) for key in (first, first, second, second)] == [True, False, True, False]
        clock.shift(59)
        assert not use_is_due(first)
        clock.shift(1)
        assert [use_is_due(first), use_is_due(first)] == [True, False]


def created(*arguments: str) -> str:
    out = StringIO()
    call_command("create_key", *arguments, stdout=out)
    return out.getvalue().strip()


def test_the_command_prints_a_key_that_works(user):
    secret = created("ADA@example.org", "a script", "--scope", "write", "--scope", "read", "--days", "3")
    assert scopes(secret) == {"read", "write"}
    key = ApiKey.objects.get()
    assert key.expires_at is not None
    assert timedelta(days=2) < key.expires_at - timezone.now() < timedelta(days=3)
    assert scopes(created("ada@example.org", "another")) == {"read"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("bob@example.org", "a script"),
        ("ada@example.org", " "),
        ("ada@example.org", "x" * 201),
        ("ada@example.org", "a script", "--scope", "admin"),
        ("ada@example.org", "a script", "--days", "0"),
        ("ada@example.org", "a script", "--days", "99999999999"),
    ],
)
def test_the_command_refuses_what_is_wrong_and_makes_nothing(user, arguments):
    with pytest.raises(CommandError):
        created(*arguments)
    assert not ApiKey.objects.exists()
