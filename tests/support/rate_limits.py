"""The headers of quotas, read as structured fields (RFC 9651)."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import http_sf


class Limits(NamedTuple):
    """What RateLimit-Policy and RateLimit say: the policy's name, its rate, and what is left for how many seconds."""

    policy: str
    requests: int
    window: int
    left: int
    seconds: int


def limits_of(headers: Mapping[str, str]) -> Limits:
    """The Limits in the headers of an answer. AssertionError where they are not as the draft has them."""
    said = {name.lower(): value.encode() for name, value in headers.items()}
    policies: Any = http_sf.parse(said["ratelimit-policy"], tltype="list")
    states: Any = http_sf.parse(said["ratelimit"], tltype="list")
    ((name, policy),), ((same, state),) = policies, states
    assert type(name) is str  # no token
    assert (name, set(policy), set(state)) == (same, {"q", "w"}, {"r", "t"})
    return Limits(name, policy["q"], policy["w"], state["r"], state["t"])
