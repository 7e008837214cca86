"""API keys: making one, finding the one that a program sends, and when it was last used."""

import hashlib
import secrets
import time
from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from core.accounts.models import ApiKey, User
from core.lru import LruCache
from core.volatile.base import StoreAway
from core.volatile.chosen import store

PREFIX = "oct_"
"""What every key begins with, by which scanners of source code find one."""

SHOWN = 12
"""Characters of a key that are stored as they are, so that its owner knows it again."""

USED_SECONDS = 60
"""Seconds within which a further use of a key is not stored."""

KEPT_SECONDS = 365 * 86_400
"""Seconds for which the last use of a key is kept."""

_noted: LruCache[str, float] = LruCache(10_000)
"""When this process last stored the use of each key, in seconds since 1970, by the key's hash."""


def create_key(
    user: User, name: str, scopes: Collection[str], expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """Save a new key of `user`; return its row, and the key itself, which is stored nowhere."""
    secret = PREFIX + secrets.token_urlsafe(32)
    ordered = [scope for scope in ApiKey.Scope.values if scope in scopes]
    key = ApiKey.objects.create(
        user=user, name=name, prefix=secret[:SHOWN], digest=digest_of(secret), scopes=ordered, expires_at=expires_at
    )
    return key, secret


def good_keys() -> QuerySet[ApiKey]:
    """The keys that are neither revoked nor expired."""
    return ApiKey.objects.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()), revoked_at=None)


def digest_of(secret: str) -> str:
    """The hash by which a key is stored. It needs no salt and no work factor: 256 random bits cannot be guessed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def use_is_due(key: ApiKey) -> bool:
    """Whether a use of `key` is to be stored now, by `note_use`; said once in USED_SECONDS, from memory."""
    now = time.time()
    if 0 <= now - (_noted.get(key.digest) or 0) < USED_SECONDS:
        return False
    _noted.put(key.digest, now)
    return True


def note_use(key: ApiKey) -> None:
    """Store that `key` is used now, in the volatile store: unless another process just did, or the store is away."""
    now = timezone.now()

    def change(last: str | None) -> str | None:
        recent = last is not None and (now - datetime.fromisoformat(last)).total_seconds() < USED_SECONDS
        return None if recent else now.isoformat()

    try:
        store().update(_name(key), change, KEPT_SECONDS)
    except StoreAway:
        return


def last_used(key: ApiKey) -> datetime | None:
    """When `key` was last used, to the minute; None if it never was, or the volatile store has lost it or is away."""
    try:
        text = store().get(_name(key))
    except StoreAway:
        return None
    return datetime.fromisoformat(text) if text else None


def _name(key: ApiKey) -> str:
    return f"key:{key.digest}:used"
