"""Token families: each refresh token once, ten seconds of grace, and what ends a family."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import jwt
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone

from core.accounts import families, tokens
from core.accounts.credentials import Caller, InvalidCredential, identify
from core.accounts.families import InvalidToken, forget_expired, refresh, sign_in, sign_out, sign_out_everywhere
from core.accounts.models import TokenFamily, User
from core.volatile.base import StoreAway
from core.volatile.redis import RedisStore
from core.volatile.sqlite import SqliteStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return User.objects.create_user("ada@example.org", "a long enough one")


def caller(access: str) -> Caller:
    found = identify(f"Bearer {access}")
    assert found is not None
    return found


def number(token: str) -> int:
    """The number of a refresh token in its family."""
    claims = tokens.read("refresh", token)
    assert claims is not None
    return claims["num"]


def refused(access: str) -> bool:
    try:
        identify(f"Bearer {access}")
    except InvalidCredential:
        return True
    return False


def test_signing_in_gives_tokens_that_are_exchanged_for_the_next(user):
    first = sign_in(user)
    assert caller(first.access)[:2] == (user, None)
    second = refresh(first.refresh)
    third = refresh(second.refresh)
    assert caller(third.access)[:2] == (user, None)
    assert len({first.refresh, second.refresh, third.refresh}) == 3


def test_the_access_token_says_how_long_it_is_good(user):
    with time_machine.travel(timezone.now().replace(microsecond=0), tick=False):
        pair = sign_in(user)
        assert pair.expires_in == 600
        TokenFamily.objects.update(expires_at=timezone.now() + timedelta(seconds=100))
        last = refresh(pair.refresh)
        claims = tokens.read("access", last.access)
        assert claims is not None
        assert (last.expires_in, claims["exp"] - claims["iat"]) == (100, 100)


def test_a_refresh_writes_nothing_to_the_catalogues_database(user):
    pair = sign_in(user)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        refresh(pair.refresh)
    assert [query["sql"].split()[0] for query in queries] == ["SELECT"]


def test_a_second_tab_has_ten_seconds(user):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        first = sign_in(user)
        second = refresh(first.refresh)
        clock.shift(families.GRACE_SECONDS)
        again = refresh(first.refresh)
        assert number(again.refresh) == number(second.refresh)
        refresh(again.refresh)
        assert not refused(again.access)


def test_a_token_used_again_later_ends_the_family(user):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        first, other = sign_in(user), sign_in(user)
        second = refresh(first.refresh)
        clock.shift(families.GRACE_SECONDS + 1)
        with pytest.raises(InvalidToken):
            refresh(first.refresh)
        assert refused(second.access)
        with pytest.raises(InvalidToken):
            refresh(second.refresh)
        assert not refused(other.access)


def test_a_token_two_generations_old_ends_the_family_at_once(user):
    first = sign_in(user)
    refresh(refresh(first.refresh).refresh)
    with pytest.raises(InvalidToken):
        refresh(first.refresh)
    assert TokenFamily.objects.get().ended_at is not None


def test_of_many_that_send_one_token_at_once_all_get_the_same_next_number(user):
    pair = sign_in(user)
    family = TokenFamily.objects.get()
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda _: families._rotate(family, 0), range(32)))
    assert set(numbers) == {1}
    assert number(refresh(pair.refresh).refresh) == 1


@pytest.mark.parametrize("end", ["sign out", "everywhere", "disabled", "expired"])
def test_what_ends_a_family_ends_its_tokens(user, end):
    pair = sign_in(user)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        if end == "sign out":
            sign_out(pair.refresh)
        elif end == "everywhere":
            sign_out_everywhere(user)
        elif end == "disabled":
            User.objects.update(is_active=False)
        else:
            clock.shift(timedelta(days=families.FAMILY_DAYS))
        assert refused(pair.access)
        for exchange in (refresh, sign_out):
            with pytest.raises(InvalidToken):
                exchange(pair.refresh)


def test_an_access_token_ends_by_the_clock(user):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        pair = sign_in(user)
        clock.shift(families.ACCESS_SECONDS - 1)
        assert not refused(pair.access)
        clock.shift(1)
        assert refused(pair.access)
        assert not refused(refresh(pair.refresh).access)


def test_no_token_outlives_its_family(user):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        pair = sign_in(user)
        clock.shift(timedelta(days=families.FAMILY_DAYS) - timedelta(seconds=5))
        last = refresh(pair.refresh)
        claims = tokens.read("access", last.access)
        assert claims is not None
        assert claims["exp"] <= timezone.now().timestamp() + 5


def test_a_token_is_good_for_its_own_kind_only(user):
    pair = sign_in(user)
    assert refused(pair.refresh)
    with pytest.raises(InvalidToken):
        refresh(pair.access)


@pytest.mark.parametrize("algorithm", ["none", "HS512"])
def test_a_token_signed_otherwise_is_refused(user, algorithm):
    claims = jwt.decode(sign_in(user).access, options={"verify_signature": False})
    forged = jwt.encode(claims, "" if algorithm == "none" else "x" * 64, algorithm)
    assert refused(forged)
    assert refused(jwt.encode(claims, tokens._key("another secret"), "HS256"))


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Basic YTpi", "Token x", "Bearer a.b.c", "Bearer oct_\udc80", "Bearer \u00ff"],
)
def test_what_is_no_bearer_is_refused(authorization):
    with pytest.raises(InvalidCredential):
        identify(authorization)


def test_without_a_header_nobody_calls():
    assert identify(None) is None


def test_tokens_of_the_secret_before_are_good_while_it_is_a_fallback(user):
    with override_settings(SECRET_KEY="the old secret", SECRET_KEY_FALLBACKS=[]):
        old = sign_in(user)
    assert refused(old.access)
    with override_settings(SECRET_KEY_FALLBACKS=["the old secret"]):
        assert not refused(old.access)


def test_a_store_that_lost_its_values_takes_the_token_that_it_gave(user, monkeypatch, tmp_path):
    third = refresh(refresh(sign_in(user).refresh).refresh)
    empty = SqliteStore(tmp_path / "empty")
    monkeypatch.setattr(families, "store", lambda: empty)
    fourth = refresh(third.refresh)
    assert (number(third.refresh), number(fourth.refresh)) == (2, 3)
    assert number(refresh(fourth.refresh).refresh) == 4


def test_while_the_store_is_away_nothing_is_exchanged(user, monkeypatch):
    pair = sign_in(user)
    monkeypatch.setattr(families, "store", lambda: RedisStore("redis://127.0.0.1:1", ""))
    with pytest.raises(StoreAway):
        refresh(pair.refresh)
    assert not refused(pair.access)
    assert TokenFamily.objects.get().ended_at is None


def test_expired_families_are_forgotten(user):
    sign_in(user)
    assert forget_expired() == 0
    with time_machine.travel(timezone.now() + timedelta(days=families.FAMILY_DAYS)):
        assert forget_expired() == 1
