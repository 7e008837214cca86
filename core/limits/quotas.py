"""Quotas: how many requests an address and a signed-in caller may make in a time, counted over all processes.

A request counts when a thread works for it. Its time begins with its first request and lasts as long as the rate says;
then the count begins anew (docs/adr/0018-fixed-windows.md).
"""

import math
from typing import Any, NamedTuple

from django.conf import settings

from core.http.responses import Headers
from core.http.urls import OPERATIONS, is_for_operations
from core.limits.addresses import client_address
from core.metrics import refused, store_away
from core.volatile.base import StoreAway
from core.volatile.chosen import store
from settings.limits import Rate

HOLDER = "octavo.quota_holder"
"""The scope's key for the name of the caller whose quota a request counts for; not there for an anonymous request."""

HEADERS = "octavo.quota_headers"
"""The scope's key for headers of a refused request's response: those of the quota that it counted for."""


class Usage(NamedTuple):
    """One request of a quota: the quota's name, its rate, the request's number, and the seconds left of its time."""

    name: str
    rate: Rate
    number: int
    seconds: float

    @property
    def exceeded(self) -> bool:
        """Whether the request is one too many."""
        return self.number > self.rate.requests

    @property
    def headers(self) -> Headers:
        """RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-11), and Retry-After if exceeded."""
        left, seconds = max(0, self.rate.requests - self.number), max(1, math.ceil(self.seconds))
        headers = [
            (b"ratelimit-policy", b'"%b";q=%d;w=%d' % (self.name.encode(), *self.rate)),
            (b"ratelimit", b'"%b";r=%d;t=%d' % (self.name.encode(), left, seconds)),
        ]
        if self.exceeded:
            headers.append((b"retry-after", b"%d" % seconds))
        return headers


class QuotaExceeded(Exception):
    """Raised for a request that is one too many."""

    def __init__(self, usage: Usage) -> None:
        super().__init__(usage)
        self.usage = usage


def count_request(scope: Any) -> Usage | None:
    """Count the request with this ASGI scope for its caller's quota, or for that of its address.

    None if it does not count: there is no limit, the store is away, it asks for health or metrics, or is a preflight.
    """
    if HOLDER in scope:
        name, rate = "key", settings.RATE_LIMIT_KEY
    else:
        name, rate = "anon", settings.RATE_LIMIT_ANON
    if rate is None or _is_free(scope):
        return None
    return _count(name, rate, scope.get(HOLDER) or client_address(scope))


def check_wrong_credentials(address: str) -> None:
    """Refuse to look up a credential for an address that sent as many wrong ones as it may make requests.

    Raises QuotaExceeded. A good credential of an address whose own quota is used up is looked up all the same.
    """
    rate = settings.RATE_LIMIT_ANON
    if rate is None:
        return
    try:
        number = int(store().get(_key("wrong", rate, address)) or 0)
    except StoreAway:
        return
    if number >= rate.requests:
        _refuse_exceeded(_count("anon", rate, address, key="wrong"))


def count_wrong_credential(address: str) -> Usage | None:
    """Count a wrong credential as an anonymous request of `address`; None if there is no limit or the store is away.

    Raises QuotaExceeded.
    """
    rate = settings.RATE_LIMIT_ANON
    if rate is None:
        return None
    _refuse_exceeded(_count("anon", rate, address, key="wrong"))
    usage = _count("anon", rate, address)
    _refuse_exceeded(usage)
    return usage


def _refuse_exceeded(usage: Usage | None) -> None:
    if usage and usage.exceeded:
        raise QuotaExceeded(usage)


def _count(name: str, rate: Rate, holder: str, *, key: str = "") -> Usage | None:
    """Count one request of the quota `name`, under `key` if that has a count of its own."""
    try:
        number, seconds = store().count(_key(key or name, rate, holder), rate.seconds)
    except StoreAway:
        store_away.inc()
        return None
    usage = Usage(name, rate, number, seconds)
    if usage.exceeded:
        refused.inc()
    return usage


def _key(name: str, rate: Rate, holder: str) -> str:
    # With another time the count begins anew.
    return f"quota:{name}:{rate.seconds}:{holder}"


def _is_free(scope: Any) -> bool:
    """Whether the request never counts: what asks for health or metrics must get through, and so must a preflight."""
    if scope["path"].startswith(OPERATIONS) or is_for_operations(scope):
        return True
    return scope["method"] == "OPTIONS" and any(
        name == b"access-control-request-method" for name, _ in scope["headers"]
    )
