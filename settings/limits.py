"""Readers of the variables that say how much a client may ask, and who it is, as those in settings/values.py."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import NamedTuple

_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
_RATE = re.compile(rf"([1-9][0-9]{{0,8}})/({'|'.join(_SECONDS)})", re.ASCII)
_HEADER = re.compile(r"header:([a-z0-9!#$%&'*+.^_`|~-]+)")

Network = IPv4Network | IPv6Network


class Rate(NamedTuple):
    """A limit: at most `requests` within `seconds`."""

    requests: int
    seconds: int


def rate(value: str) -> Rate | None:
    """Read a limit, such as `100/second` or `50/hour`; None for `off`."""
    if value.lower() == "off":
        return None
    found = _RATE.fullmatch(value.lower())
    if found is None:
        raise ValueError(
            "must be a number of requests in a time, such as 100/second, 5/minute, 50/hour or 2000/day, or off"
        )
    return Rate(int(found[1]), _SECONDS[found[2]])


def client_address(value: str) -> str:
    """Read where a client's address stands: `peer`, or `header:` and the name of a header; returns it in lower case."""
    low = value.lower()
    if low == "header:forwarded":
        raise ValueError("must not be the header Forwarded, whose form is another: take X-Forwarded-For")
    if low != "peer" and not _HEADER.fullmatch(low):
        raise ValueError("must be peer, or header: and the name of a header, such as header:X-Forwarded-For")
    return low


def network(value: str) -> Network:
    """Read a network in CIDR notation, or a single address."""
    try:
        return ip_network(value)
    except ValueError:
        raise ValueError(
            "must be networks or addresses separated by commas, such as 10.0.0.0/8 or fd00::/8, with no bit set behind "
            "the prefix"
        ) from None
