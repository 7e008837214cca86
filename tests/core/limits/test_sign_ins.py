"""The lock after failed sign-ins, and the reset mails that one address gets; over HTTP."""

import time
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from core.accounts import families
from core.accounts.models import User
from core.accounts.passwords import authenticate
from core.accounts.tasks import send_reset_mail
from core.limits import sign_ins
from core.limits.sign_ins import FAILURES, FAILURES_AT_ADDRESS, MAILS, SignInLock, SignInLocked, may_mail
from core.metrics import store_away
from core.volatile.redis import RedisStore

pytestmark = pytest.mark.django_db
ADA, NOBODY = "ada@example.org", "nobody@example.org"
GOOD, WRONG = "a long enough one", "another long one"


@pytest.fixture
def user() -> User:
    return User.objects.create_user(ADA, GOOD)


def sign_in(email: str, password: str) -> Any:
    return APIClient().post("/api/v1/auth/token/", {"email": email, "password": password}, format="json")


def told(response: Any) -> tuple[Any, ...]:
    """What an answer says, but for the request's id."""
    document = response.json()
    document.pop("request_id")
    return response.status_code, sorted(document.items()), response.headers.get("Retry-After")


@pytest.mark.usefixtures("user")
def test_an_account_is_locked_after_ten_failures_for_fifteen_minutes_whether_it_exists_or_not():
    with time_machine.travel(timezone.now().replace(microsecond=0), tick=False) as clock:
        answers: dict[str, list[Any]] = {ADA: [], NOBODY: []}
        for email, heard in answers.items():
            heard.extend(told(sign_in(email, WRONG)) for _ in range(FAILURES_AT_ADDRESS + 3))
            heard.append(told(sign_in(email.upper(), GOOD)))
        assert answers[ADA] == answers[NOBODY]
        assert [status for status, *_ in answers[ADA]] == [401] * 10 + [429] * 4
        assert {after for *_, after in answers[ADA][10:]} == {"900"}
        clock.shift(899)
        assert told(sign_in(ADA, GOOD))[0] == 429
        assert sign_in(ADA, GOOD).headers["Retry-After"] == "1"


def test_a_lock_ends_and_a_failure_is_forgotten_after_fifteen_minutes(user, monkeypatch):
    """With a short time, as the store's own clock ends a value."""
    monkeypatch.setattr(sign_ins, "LOCK_SECONDS", 5)
    monkeypatch.setattr(sign_ins, "FAILURES_AT_ADDRESS", 2)
    statuses = [sign_in(ADA, WRONG).status_code for _ in range(3)]
    assert statuses == [401, 401, 429]
    for _ in range(200):
        if sign_in(ADA, GOOD).status_code == 200:
            break
        time.sleep(0.05)
    assert sign_in(ADA, GOOD).status_code == 200


@pytest.mark.usefixtures("user")
def test_failures_within_fifteen_minutes_count_together():
    """Nine failures, and nine more fourteen minutes later: the tenth of any fifteen minutes locks."""
    with time_machine.travel(timezone.now().replace(microsecond=0), tick=False) as clock:
        lock = SignInLock(ADA, "192.0.2.1")
        lock.fail()
        clock.shift(14 * 60)
        for _ in range(8):
            lock.fail()
        lock.check()
        clock.shift(61)
        for _ in range(2):
            lock.check()
            lock.fail()
        with pytest.raises(SignInLocked):
            lock.check()


def test_other_accounts_and_addresses_are_not_locked(user):
    for _ in range(FAILURES_AT_ADDRESS):
        SignInLock(ADA, "192.0.2.1").fail()
    with pytest.raises(SignInLocked):
        SignInLock(ADA, "192.0.2.1").check()
    SignInLock(ADA, "192.0.2.2").check()
    SignInLock(NOBODY, "192.0.2.1").check()
    assert sign_in(ADA, GOOD).status_code == 200


def test_an_account_is_locked_for_all_after_a_hundred_failures_and_an_address_never():
    for number in range(FAILURES):
        SignInLock(ADA, f"192.0.2.{number}").fail()
        SignInLock(f"{number}@example.org", "198.51.100.1").fail()
    with pytest.raises(SignInLocked):
        SignInLock(ADA, "203.0.113.1").check()
    SignInLock(NOBODY, "198.51.100.1").check()


@pytest.mark.parametrize("spelling", ["ADA@example.org", "Ada@Example.ORG"])
def test_all_spellings_of_an_address_are_one(spelling):
    for _ in range(FAILURES_AT_ADDRESS):
        SignInLock(ADA, "192.0.2.1").fail()
    with pytest.raises(SignInLocked):
        SignInLock(spelling, "192.0.2.1").check()


def test_a_guess_that_is_checked_while_others_fail_is_told_nothing():
    """The guess began before the lock, and its password was hashed meanwhile."""
    lock = SignInLock(ADA, "192.0.2.1")
    lock.check()
    for _ in range(FAILURES_AT_ADDRESS):
        SignInLock(ADA, "192.0.2.1").fail()
    for end in (lock.check, lock.fail):
        with pytest.raises(SignInLocked):
            end()


def test_a_right_password_is_refused_where_others_failed_meanwhile(user, monkeypatch):
    check = User.objects.with_email

    def others_fail(email: str) -> Any:
        for _ in range(FAILURES_AT_ADDRESS):
            SignInLock(ADA, "192.0.2.1").fail()
        return check(email)

    monkeypatch.setattr(User.objects, "with_email", others_fail)
    with pytest.raises(SignInLocked):
        authenticate(ADA, GOOD, "192.0.2.1")


def test_a_wrong_current_password_counts_as_a_failed_sign_in(user):
    api = APIClient(HTTP_AUTHORIZATION=f"Bearer {families.sign_in(user).access}")

    def change(current: str) -> Any:
        body = {"current_password": current, "new_password": "yet another long one"}
        return api.post("/api/v1/auth/password/", body, format="json")

    assert [change(WRONG).status_code for _ in range(11)] == [422] * 10 + [429]
    locked = change(GOOD)
    assert (locked.status_code, locked.json()["code"]) == (429, "too_many_requests")
    assert 0 < int(locked.headers["Retry-After"]) <= 900
    assert sign_in(ADA, GOOD).status_code == 429


@pytest.mark.parametrize("email", [ADA, NOBODY])
def test_an_address_gets_five_reset_mails_an_hour_and_the_answer_does_not_say_so(user, monkeypatch, email):
    mailed: list[str] = []
    monkeypatch.setattr(send_reset_mail, "apply_async", lambda args, **_: mailed.append(args[0]))
    answers = [APIClient().post("/api/v1/auth/password/reset/", {"email": email}, format="json") for _ in range(8)]
    assert {(answer.status_code, answer.content) for answer in answers} == {(202, b"")}
    assert mailed == [email] * MAILS
    assert may_mail("bob@example.org")


def test_while_the_store_is_away_people_sign_in_and_it_is_counted(user, monkeypatch):
    away = RedisStore("redis://127.0.0.1:1", "")
    monkeypatch.setattr(sign_ins, "store", lambda: away)
    before = store_away._value.get()
    assert [sign_in(ADA, WRONG).status_code for _ in range(12)] == [401] * 12
    assert sign_in(ADA, GOOD).status_code == 200
    assert may_mail(ADA)
    assert store_away._value.get() > before


def test_more_tries_do_not_keep_an_account_locked():
    """What is tried while the account is locked does not count."""
    with time_machine.travel(timezone.now().replace(microsecond=0), tick=False) as clock:
        lock = SignInLock(ADA, "192.0.2.1")
        for _ in range(FAILURES_AT_ADDRESS):
            lock.fail()
        clock.shift(600)
        with pytest.raises(SignInLocked):
            lock.fail()
        with pytest.raises(SignInLocked) as locked:
            lock.check()
        assert locked.value.seconds == 300
