"""Finds out who sends a request, by its Authorization header (RFC 6750)."""

import math
from datetime import datetime
from typing import NamedTuple

from core.accounts import tokens
from core.accounts.families import good_families
from core.accounts.keys import PREFIX, digest_of, good_keys
from core.accounts.models import ApiKey, User
from core.accounts.roles import scopes_of
from core.http.responses import Headers

CALLER = "octavo.caller"
"""The scope's key for the Caller; not there without a credential, nor for open paths."""


class InvalidCredential(Exception):
    """Raised for a credential that is not accepted: unknown, expired, revoked, or of an account that is disabled.

    `headers` are those of the quota that the request counted for; empty if it did not count.
    """

    def __init__(self, headers: Headers | None = None) -> None:
        super().__init__()
        self.headers = headers or []


class Caller(NamedTuple):
    """Who sends a request: an account, and the key if a program sends it.

    `expires` is when the credential ends by itself, in seconds since 1970; infinite if it does not.
    """

    user: User
    key: ApiKey | None
    expires: float = math.inf

    @property
    def name(self) -> str:
        """What the caller is told apart by from other accounts and keys."""
        return f"account:{self.user.pk}" if self.key is None else f"key:{self.key.pk}"

    @property
    def scopes(self) -> frozenset[str]:
        """What the caller may do: what the account's role may, and a key only what its scopes say within that."""
        allowed = scopes_of(self.user)
        return allowed if self.key is None else allowed.intersection(self.key.scopes)


def identify(authorization: str | None) -> Caller | None:
    """The caller with this Authorization header; None without one.

    Raises InvalidCredential for any that is not `Bearer` with a good access token or API key.
    """
    if authorization is None:
        return None
    scheme, _, credential = authorization.strip().partition(" ")
    if scheme.lower() != "bearer":
        raise InvalidCredential
    credential = credential.strip()
    return _by_key(credential) if credential.startswith(PREFIX) else _by_token(credential)


def _by_key(secret: str) -> Caller:
    key = good_keys().select_related("user").filter(digest=digest_of(secret), user__is_active=True).first()
    if key is None:
        raise InvalidCredential
    return Caller(key.user, key, _seconds(key.expires_at))


def _by_token(token: str) -> Caller:
    claims = tokens.read("access", token)
    if claims is None:
        raise InvalidCredential
    family = good_families().filter(pk=claims["fam"]).first()
    if family is None:
        raise InvalidCredential
    return Caller(family.user, None, min(claims["exp"], _seconds(family.expires_at)))


def _seconds(moment: datetime | None) -> float:
    return math.inf if moment is None else moment.timestamp()
