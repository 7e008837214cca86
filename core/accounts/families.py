"""Token families: what signing in gives, what a refresh token is exchanged for, and what ends both.

Each refresh token has a number, and a family's current one is in the volatile store, so that a refresh writes nothing
to the catalogue's database. The token before the current one is taken for GRACE_SECONDS more, since two tabs of a
browser may send the same; an older one was copied by somebody, and ends the family (RFC 9700, section 4.14.2).
"""

import json
import time
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from core.accounts import tokens
from core.accounts.models import TokenFamily, User
from core.volatile.chosen import store

ACCESS_SECONDS = 10 * 60
"""Seconds that an access token is good for."""

FAMILY_DAYS = 30
"""Days after which a person signs in again."""

GRACE_SECONDS = 10
"""Seconds for which the refresh token before the current one is taken."""


class InvalidToken(Exception):
    """Raised for a refresh token that is not good: not signed here, expired, used before, or of an ended family."""


class AccountChanged(Exception):
    """Raised where an account was disabled, or its password changed, after it was read."""


class TokenPair(NamedTuple):
    """An access token, which is good for `expires_in` seconds, and the refresh token to exchange for the next pair."""

    access: str
    refresh: str
    expires_in: int


def sign_in(user: User) -> TokenPair:
    """Begin a family for `user` and return its first tokens. Raises AccountChanged.

    The row is locked, so that a change that ends all families either is seen here or finds this one.
    """
    with transaction.atomic():
        same = User.objects.select_for_update().filter(pk=user.pk, password=user.password, is_active=True)
        if same.first() is None:
            raise AccountChanged
        family = TokenFamily.objects.create(user=user, expires_at=timezone.now() + timedelta(days=FAMILY_DAYS))
    return _pair(family, 0)


def refresh(token: str) -> TokenPair:
    """The next tokens in exchange for a refresh token.

    Raises InvalidToken, and StoreAway if it cannot be told whether the token was used before.
    """
    family, number = _open_family(token)
    current = _rotate(family, number)
    if current is None:
        _end(TokenFamily.objects.filter(pk=family.pk))
        raise InvalidToken
    return _pair(family, current)


def sign_out(token: str) -> None:
    """End the family of a refresh token. Raises InvalidToken."""
    family, _ = _open_family(token)
    _end(TokenFamily.objects.filter(pk=family.pk))


def sign_out_everywhere(user: User) -> None:
    """End all families of `user`."""
    _end(TokenFamily.objects.filter(user=user))


def good_families() -> QuerySet[TokenFamily]:
    """The families that have neither ended nor expired, of accounts that are not disabled; with their accounts."""
    families = TokenFamily.objects.filter(ended_at=None, expires_at__gt=timezone.now(), user__is_active=True)
    return families.select_related("user")


def forget_expired() -> int:
    """Delete the families whose time is over, and return how many there were."""
    return TokenFamily.objects.filter(expires_at__lte=timezone.now()).delete()[0]


def _open_family(token: str) -> tuple[TokenFamily, int]:
    """The family of a refresh token, which has not ended, and the token's number. Raises InvalidToken."""
    claims = tokens.read("refresh", token)
    if claims is None:
        raise InvalidToken
    family = good_families().filter(pk=claims["fam"]).first()
    if family is None:
        raise InvalidToken
    return family, claims["num"]


def _rotate(family: TokenFamily, number: int) -> int | None:
    """The number of the refresh token that the one with `number` is exchanged for; None if that was used before."""
    now, given = time.time(), None

    def change(text: str | None) -> str | None:
        nonlocal given
        state: dict[str, Any] = json.loads(text) if text else {"number": 0, "at": 0}
        # A number ahead of the store's: the store has lost its values since, and the token is signed.
        if number >= state["number"]:
            given = number + 1
            return json.dumps({"number": given, "at": now})
        given = state["number"] if number == state["number"] - 1 and now - state["at"] <= GRACE_SECONDS else None
        return None

    store().update(f"family:{family.pk}", change, FAMILY_DAYS * 86_400)
    return given


def _pair(family: TokenFamily, number: int) -> TokenPair:
    claims = {"sub": str(family.user_id), "fam": str(family.pk)}
    left = int((family.expires_at - timezone.now()).total_seconds())
    seconds = min(ACCESS_SECONDS, left)
    refresh_token = tokens.sign("refresh", {**claims, "num": number}, left)
    return TokenPair(tokens.sign("access", claims, seconds), refresh_token, seconds)


def _end(families: QuerySet[TokenFamily]) -> None:
    families.filter(ended_at=None).update(ended_at=timezone.now())
