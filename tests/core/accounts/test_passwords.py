"""Passwords: authenticating, changing, and resetting by mail over a real SMTP server."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher, check_password, make_password
from django.contrib.auth.hashers import PBKDF2PasswordHasher as Older
from django.core.exceptions import ValidationError
from django.db import connections, transaction
from django.test.utils import override_settings
from django.utils import timezone

from core.accounts.families import AccountChanged, InvalidToken, refresh, sign_in
from core.accounts.keys import create_key
from core.accounts.models import TokenFamily, User
from core.accounts.passwords import (
    InvalidResetToken,
    WrongPassword,
    authenticate,
    change_password,
    reset_password,
    reset_token,
    set_password,
)
from core.accounts.tasks import send_reset_mail
from tests.support.mail import mail_server

pytestmark = pytest.mark.django_db
OLD, NEW = "a long enough one", "another long one"
CLIENT = "192.0.2.1"


@pytest.fixture
def user() -> User:
    return User.objects.create_user("ada@example.org", OLD)


def test_an_account_is_known_by_its_address_in_any_case(user):
    assert authenticate("Ada@EXAMPLE.org", OLD, CLIENT) == user
    assert authenticate("ada@example.org", OLD + " ", CLIENT) is None
    assert authenticate("bob@example.org", OLD, CLIENT) is None
    User.objects.update(is_active=False)
    assert authenticate("ada@example.org", OLD, CLIENT) is None


@pytest.mark.parametrize("case", ["unknown", "without a password", "wrong", "right"])
def test_a_password_is_hashed_once_whoever_asks(user, monkeypatch, case):
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def noted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", noted)
    if case == "without a password":
        user.set_unusable_password()
        user.save()
    authenticate("bob@example.org" if case == "unknown" else user.email, OLD if case == "right" else NEW, CLIENT)
    assert len(hashed) == 1


def test_a_new_password_ends_the_families_and_keeps_the_keys(user):
    pair, (key, _) = sign_in(user), create_key(user, "a script", ["read"])
    set_password(user, NEW)
    assert authenticate(user.email, NEW, CLIENT) == user
    assert authenticate(user.email, OLD, CLIENT) is None
    with pytest.raises(InvalidToken):
        refresh(pair.refresh)
    key.refresh_from_db()
    assert key.revoked_at is None


def test_an_account_whose_password_changed_meanwhile_is_neither_signed_in_nor_changed(user):
    """The password that a request was checked against is still the account's when its sign-in or change is written."""
    checked = authenticate(user.email, OLD, CLIENT)
    assert checked
    set_password(user, NEW)
    with pytest.raises(AccountChanged):
        sign_in(checked)
    with pytest.raises(AccountChanged):
        set_password(checked, "a third long one")
    with pytest.raises(WrongPassword):
        change_password(checked, OLD, "a third long one", CLIENT)
    assert authenticate(user.email, NEW, CLIENT) == user
    assert not TokenFamily.objects.exists()


def test_an_account_that_was_disabled_meanwhile_is_neither_signed_in_nor_changed(user):
    User.objects.update(is_active=False)
    for attempt in (lambda: sign_in(user), lambda: set_password(user, NEW)):
        with pytest.raises(AccountChanged):
            attempt()
    user.refresh_from_db()
    assert check_password(OLD, user.password)


def test_a_password_hashed_in_an_older_way_is_hashed_anew_unless_it_changed_meanwhile(user):
    with override_settings(PASSWORD_HASHERS=[*settings.PASSWORD_HASHERS, f"{Older.__module__}.{Older.__name__}"]):
        older = make_password(OLD, hasher=Older())
        User.objects.update(password=older)
        stale = User.objects.get()
        assert authenticate(user.email, OLD, CLIENT) == user
        assert User.objects.get().password.startswith("md5$")
        user.refresh_from_db()
        set_password(user, NEW)
        with pytest.raises(WrongPassword):
            change_password(stale, OLD, "a third long one", CLIENT)
    assert authenticate(user.email, NEW, CLIENT) == user


def test_a_right_password_is_right_while_another_request_hashes_it_anew(user, monkeypatch):
    with override_settings(PASSWORD_HASHERS=[*settings.PASSWORD_HASHERS, f"{Older.__module__}.{Older.__name__}"]):
        User.objects.update(password=make_password(OLD, hasher=Older()))
        newer = make_password(OLD)

        def slow(password: str) -> str:
            User.objects.update(password=newer)
            return make_password(password)

        monkeypatch.setattr("core.accounts.passwords.make_password", slow)
        found = authenticate(user.email, OLD, CLIENT)
        assert found
        sign_in(found)
    assert User.objects.get().password == newer


@pytest.mark.django_db(transaction=True)
def test_a_token_that_is_not_good_is_refused_while_somebody_writes(user):
    """On SQLite a writer has the whole file: what an anonymous client sends must not wait for it."""
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        User.objects.update(name="Ada")

        def refused() -> bool:
            try:
                reset_password("MQ.bad-0123", NEW)
            except InvalidResetToken:
                return True
            finally:
                connections.close_all()
            return False

        assert pool.submit(refused).result(20)


@pytest.mark.parametrize("password", ["", "short", "password123", "1234567890123", "ada@example.org"])
def test_a_password_that_is_easy_to_guess_is_refused(user, password):
    with pytest.raises(ValidationError):
        set_password(user, password)
    assert authenticate(user.email, OLD, CLIENT) == user


def test_a_reset_token_is_good_once(user):
    pair, token = sign_in(user), reset_token(user)
    reset_password(token, NEW)
    assert authenticate(user.email, NEW, CLIENT) == user
    with pytest.raises(InvalidToken):
        refresh(pair.refresh)
    with pytest.raises(InvalidResetToken):
        reset_password(token, OLD)


def test_a_refused_password_leaves_the_token(user):
    token = reset_token(user)
    with pytest.raises(ValidationError):
        reset_password(token, "short")
    reset_password(token, NEW)


def test_a_reset_token_is_good_for_an_hour(user):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        token = reset_token(user)
        clock.shift(3601)
        with pytest.raises(InvalidResetToken):
            reset_password(token, NEW)
        clock.shift(timedelta(seconds=-1))
        reset_password(token, NEW)


@pytest.mark.parametrize(
    "token", ["", ".", "x", "MQ.x", "MQ.bad-0123", "é.x", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk.x-y", "\x00.\x00"]
)
def test_what_is_no_token_is_refused(user, token):
    with pytest.raises(InvalidResetToken):
        reset_password(token, NEW)


def test_a_disabled_account_is_not_reset(user):
    token = reset_token(user)
    User.objects.update(is_active=False)
    with pytest.raises(InvalidResetToken):
        reset_password(token, NEW)


@pytest.fixture
def inbox():
    """The inbox of a real SMTP server, to which Django's settings lead."""
    backend = "django.core.mail.backends.smtp.EmailBackend"
    with (
        mail_server() as inbox,
        override_settings(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=inbox.port),
    ):
        yield inbox


def test_a_mail_brings_a_link_that_sets_a_new_password(user, inbox):
    with override_settings(PASSWORD_RESET_URL="https://books.example.org/reset?t={token}", EMAIL_FROM="o@example.org"):
        send_reset_mail("ADA@example.org")
    [message] = inbox.messages
    assert (message["To"], message["From"]) == ("ada@example.org", "o@example.org")
    link = re.search(r"https://books\.example\.org/reset\?t=(\S+)", message.get_payload())
    assert link
    reset_password(link[1], NEW)
    assert authenticate(user.email, NEW, CLIENT) == user


def test_no_mail_goes_to_an_address_without_an_active_account(user, inbox):
    send_reset_mail("bob@example.org")
    User.objects.update(is_active=False)
    send_reset_mail("ada@example.org")
    assert inbox.messages == []
