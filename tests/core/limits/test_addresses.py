"""Which address a request counts for, whatever a client writes into its headers."""

import pytest

from core.limits.addresses import SENT_HEADERS, UNKNOWN, client_address
from settings.limits import network

PROXY = "10.0.0.1"


def of(peer: str | None, *values: str, name: str = "x-forwarded-for") -> str:
    """The address that counts for a request from `peer` with a header for each of `values`."""
    headers = [(b"host", b"testserver"), *((name.encode(), value.encode("latin-1")) for value in values)]
    return client_address({"client": (peer, 1) if peer is not None else None, "headers": headers})


@pytest.fixture
def behind_proxy(settings):
    settings.CLIENT_ADDRESS = "header:x-forwarded-for"
    settings.TRUSTED_PROXIES = [network("10.0.0.0/8"), network("fd00::/8"), network("192.0.2.7")]


@pytest.mark.parametrize(
    ("peer", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        (None, UNKNOWN),
        ("", UNKNOWN),
        ("/run/octavo.sock", UNKNOWN),
    ],
)
def test_by_default_the_peer_counts_and_no_header(peer, counted):
    assert of(peer) == of(peer, "198.51.100.1") == counted


@pytest.mark.usefixtures("behind_proxy")
@pytest.mark.parametrize(
    ("peer", "values", "counted"),
    [
        (PROXY, ["198.51.100.1"], "198.51.100.1"),
        (PROXY, ["203.0.113.9, 198.51.100.1"], "198.51.100.1"),  # the client wrote the first itself
        (PROXY, ["203.0.113.9", "198.51.100.1"], "198.51.100.1"),
        (PROXY, ["203.0.113.9,198.51.100.1 , 10.2.3.4,\tfd00::5"], "198.51.100.1"),
        (PROXY, ["198.51.100.1", "10.2.3.4"], "198.51.100.1"),
        (PROXY, ["10.0.0.9, 203.0.113.9, 192.0.2.7"], "203.0.113.9"),
        ("::ffff:10.0.0.1", ["::ffff:198.51.100.1"], "198.51.100.1"),
        ("fd00::1", ["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::/64"),
        # with ports
        (PROXY, ["198.51.100.1:4711"], "198.51.100.1"),
        (PROXY, ["[2001:db8:1:2::6]:4711"], "2001:db8:1:2::/64"),
        (PROXY, ["[2001:db8:1:2::6]"], "2001:db8:1:2::/64"),
        # all are proxies: the first of them asked for itself
        (PROXY, ["10.0.0.8, 10.0.0.9"], "10.0.0.8"),
        # nothing there
        (PROXY, [], PROXY),
        (PROXY, [""], PROXY),
        (PROXY, [", ,"], PROXY),
        # what is no address: nothing left of it is believed
        (PROXY, ["unknown"], PROXY),
        (PROXY, ["198.51.100.1, unknown"], PROXY),
        (PROXY, ["198.51.100.1, unknown, 10.0.0.9"], "10.0.0.9"),
        (PROXY, ["198.51.100.1, 1.2.3"], PROXY),
        (PROXY, ["198.51.100.1, 01.2.3.4"], PROXY),
        (PROXY, ["198.51.100.1, \xe4"], PROXY),
        (PROXY, ["198.51.100.1, [10.0.0.2"], "198.51.100.1"),
        (PROXY, [f"198.51.100.1,{'10.0.0.2,' * 3000}"], PROXY),
        # the peer is no proxy
        ("203.0.113.5", ["198.51.100.1"], "203.0.113.5"),
        ("192.0.2.8", ["198.51.100.1, 10.0.0.1"], "192.0.2.8"),
        (None, ["198.51.100.1"], UNKNOWN),
    ],
)
def test_behind_a_proxy_the_last_address_that_is_no_proxy_counts(peer, values, counted):
    assert of(peer, *values) == counted


@pytest.mark.usefixtures("behind_proxy")
def test_only_the_header_that_is_named_counts():
    for name in ("x-real-ip", "forwarded", "x-forwarded-for-2", "client-ip"):
        assert of(PROXY, "198.51.100.1", name=name) == PROXY


@pytest.mark.usefixtures("behind_proxy")
def test_the_headers_that_the_client_sent_count_where_a_shared_call_has_others():
    sent = [(b"x-forwarded-for", b"198.51.100.1")]
    assert client_address({"client": (PROXY, 1), "headers": [], SENT_HEADERS: sent}) == "198.51.100.1"
