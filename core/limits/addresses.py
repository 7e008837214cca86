"""The address that a request counts for: the peer's, or what a trusted proxy says in a header (CLIENT_ADDRESS)."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from django.conf import settings

from settings.limits import Network

SENT_HEADERS = "octavo.sent_headers"
"""The scope's key for the headers that the client sent, where `headers` are only those that several requests share."""

UNKNOWN = "unknown"
"""What counts for the address of a peer that has none, such as one at a Unix socket: all of them share it."""

_IPV6_PREFIX = 64
"""Bits of an IPv6 address that count: a client has all addresses of such a network."""

Address = IPv4Address | IPv6Address


def client_address(scope: Any) -> str:
    """The address that the request with this ASGI scope counts for, an IPv6 address as its network of 64 bits.

    It is the peer's. If that is a proxy in TRUSTED_PROXIES, it is the rightmost address in the header that
    CLIENT_ADDRESS names which is no such proxy: what stands left of that was written by the client. Behind a value that
    is no address nothing is believed, so the last proxy that is known counts.
    """
    client = scope.get("client")
    address = _address(client[0]) if client else None
    if address is None:
        return UNKNOWN
    proxies: list[Network] = settings.TRUSTED_PROXIES
    kind, _, name = settings.CLIENT_ADDRESS.partition(":")
    if kind == "header":
        for item in _from_the_right(scope, name.encode()):
            before = _address(item) if _is_in(address, proxies) else None
            if before is None:
                break
            address = before
    return _counted(address)


def _from_the_right(scope: Any, name: bytes) -> Iterable[str]:
    """The items of the header `name`, the last one first; several headers of one name are one list (RFC 9110, 5.3)."""
    sent = scope.get(SENT_HEADERS) or scope["headers"]
    values = [value.decode("latin-1") for given, value in sent if given == name]
    return (item.strip() for item in reversed(",".join(values).split(",")))


def _address(text: str) -> Address | None:
    """The address in `text`, with a port behind it or without; None if there is none."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        # Without what names a network card (`%eth0`): the address is the number.
        return address.ipv4_mapped or IPv6Address(int(address))
    return address


def _is_in(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)


def _counted(address: Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    rest = 128 - _IPV6_PREFIX
    return f"{IPv6Address(int(address) >> rest << rest)}/{_IPV6_PREFIX}"
