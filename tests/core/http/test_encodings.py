"""Accept-Encoding, as RFC 9110 says it is to be read."""

import pytest

from core.http.encodings import CODERS, negotiate_encoding


@pytest.mark.parametrize(
    ("header", "coding", "identity_forbidden"),
    [
        (None, None, False),
        ("", None, False),
        ("gzip", "gzip", False),
        ("GZIP", "gzip", False),
        ("x-gzip", "gzip", False),
        ("gzip, deflate, br, zstd", "zstd", False),
        ("gzip;q=0", None, False),
        ("gzip;q=0, *", "zstd", False),
        ("zstd;q=0.5, gzip;q=0.9", "gzip", False),
        ("*;q=0", None, False),
        ("gzip, *;q=0", "gzip", True),
        ("gzip;q=0.5, identity;q=1", None, False),
        ("gzip;q=0.5, identity;q=0.4", "gzip", False),
        ("identity;q=0, gzip", "gzip", True),
        ("deflate", None, False),
        ("gzip;q=2", None, False),
        ("gzip; Q = 0.5", "gzip", False),
        ("gzip;q=abc,br", "br", False),
        (";;,,=", None, False),
    ],
)
def test_the_coding_that_is_liked_best_is_taken(header, coding, identity_forbidden):
    found = negotiate_encoding(header and header.encode())
    assert found.coding == (coding and coding.encode())
    assert found.identity_forbidden is identity_forbidden


def test_the_same_body_is_coded_to_the_same_bytes():
    for coder in CODERS.values():
        assert coder(b"x" * 1000) == coder(b"x" * 1000)
