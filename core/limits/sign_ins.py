"""The lock after failed sign-ins, and how many reset mails an address gets.

Who is locked out is decided by the e-mail address as it was sent, whether or not it is an account's: the answer tells
nobody which accounts there are.
"""

import json
import math
import time
from hashlib import sha256

from core.metrics import refused, store_away
from core.volatile.base import StoreAway
from core.volatile.chosen import store

LOCK_SECONDS = 15 * 60
"""Seconds within which failures are counted together, and for which a lock lasts from the last of them."""

FAILURES_AT_ADDRESS = 10
"""Failures of an account from one address after which it is locked for that address."""

FAILURES = 100
"""Failures of an account from all addresses after which it is locked for everybody."""

MAILS, MAIL_SECONDS = 5, 60 * 60
"""Reset mails that go to one e-mail address within so many seconds: the token in each is good as long."""


class SignInLocked(Exception):
    """Raised where passwords of an account are not checked now; it is locked for `seconds` more."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class SignInLock:
    """The lock of the account with the e-mail address `email` for a client at `address`.

    `check` is called before a password is checked, and again after it was right; `fail` after it was wrong. So of many
    guesses at once no more are answered than the lock allows. While the volatile store is away nothing is locked.
    """

    def __init__(self, email: str, address: str) -> None:
        account = f"sign-in:{_name(email)}"
        self._counters = ((f"{account}:{address}", FAILURES_AT_ADDRESS), (account, FAILURES))

    def check(self) -> None:
        """Raises SignInLocked if the account is locked."""
        for key, bound in self._counters:
            try:
                failures = _read(store().get(key))
            except StoreAway:
                store_away.inc()
                return
            _refuse_locked(failures, bound)

    def fail(self) -> None:
        """Count a wrong password. Raises SignInLocked if the account was locked before; then it does not count."""
        for key, bound in self._counters:
            try:
                _add_failure(key, bound)
            except StoreAway:
                store_away.inc()
                return


def may_mail(email: str) -> bool:
    """Count a reset mail to `email`, and say whether it may go; it may while the volatile store is away."""
    try:
        return store().count(f"reset:{_name(email)}", MAIL_SECONDS).number <= MAILS
    except StoreAway:
        store_away.inc()
        return True


def _add_failure(key: str, bound: int) -> None:
    """Add the moment of a failure to those at `key`. Raises StoreAway, and SignInLocked if they are `bound` already."""
    now = time.time()
    before: list[float] = []

    def change(text: str | None) -> str | None:
        nonlocal before
        before = _read(text)
        if len(before) >= bound:
            return None
        recent = [moment for moment in before if now - LOCK_SECONDS < moment]
        return json.dumps([*recent, round(now, 3)])

    store().update(key, change, LOCK_SECONDS)
    _refuse_locked(before, bound)


def _refuse_locked(failures: list[float], bound: int) -> None:
    """Raises SignInLocked if there are `bound` failures.

    Their value ends LOCK_SECONDS after the last of them, and so does the lock.
    """
    if len(failures) >= bound:
        refused.inc()
        raise SignInLocked(max(1, math.ceil(failures[-1] + LOCK_SECONDS - time.time())))


def _read(text: str | None) -> list[float]:
    """The moments of failures in a stored value, the oldest first."""
    failures: list[float] = json.loads(text) if text else []
    return failures


def _name(email: str) -> str:
    """The name of an e-mail address in keys: a hash, equal for all spellings by which one account is found.

    PostgreSQL compares in upper case, where `ı` is an I.
    """
    return sha256(email.upper().casefold().encode("utf-8", "surrogatepass")).hexdigest()
