"""The headers of quotas, read as structured fields (RFC 9651)."""

from collections.abc import Mapping
from typing import NamedTuple

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
    policies = http_sf.parse(headers["RateLimit-Policy"].encode(), tltype="list")
    states = http_sf.parse(headers["RateLimit"].encode(), tltype="list")
    ((name, policy),), ((same, state),) = policies, states
    assert isinstance(name, str)
    assert not isinstance(name, http_sf.Token)
    assert (name, set(policy), set(state)) == (same, {"q", "w"}, {"r", "t"})
    return Limits(name, policy["q"], policy["w"], state["r"], state["t"])
