"""The canonical form of a URL: responses are stored and linked to under it, however a client wrote the URL.

To Django the canonical form means the same. Mistakes stay in it, so that the view can refuse them: repeated and empty
parameters, bytes that are no UTF-8, percent signs that encode nothing.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote_plus, unquote_to_bytes

from django.conf import settings
from django.http.request import split_domain_port

OPERATIONS = ("/health/", "/metrics")
"""Paths for operators: answered whatever the Host header, never stored."""

_READS_BY_POST = ("/api/v1/books/lookup/",)
# Paths of files, which have no trailing slash.
_FILES = ("/static/", "/api/v1/openapi.")
_LONGEST_QUERY, _MOST_PARAMETERS = 4000, 100
_LAST_PORT = 65_535
Defaults = Callable[[str, set[str]], Mapping[str, str]]
"""A function from a path and the names of its parameters to the parameters' default values."""


def is_for_operations(scope: Any) -> bool:
    """Whether a request came to the port OPS_PORT, which answers health checks and metrics only."""
    server = scope.get("server")
    return bool(settings.OPS_PORT) and server is not None and server[1] == settings.OPS_PORT


def canonical_path(path: str) -> str:
    """The decoded `path` with a slash at its end; without one if it begins like the path of a file (_FILES)."""
    return path if path.endswith("/") or path.startswith(_FILES) else f"{path}/"


def is_read_by_post(method: str, path: str) -> bool:
    """Whether a POST to the canonical `path` only reads, as what it asks for is too long for a URL."""
    return method == "POST" and path in _READS_BY_POST


def canonical_query(query: bytes, path: str, defaults: Defaults) -> bytes | None:
    """The query string in canonical form: sorted by name, encoded as urlencode does, without default values.

    Returns None if `query` is too long. `defaults` gives the default values of the list at `path`. Parameters of one
    name keep their order, and so do values separated by commas, since it may matter.
    """
    if len(query) > _LONGEST_QUERY or query.count(b"&") >= _MOST_PARAMETERS:
        return None
    pairs = []
    for part in query.split(b"&"):
        if part:
            name, _, value = part.replace(b"+", b" ").partition(b"=")
            pairs.append((quote_plus(unquote_to_bytes(name)), quote_plus(unquote_to_bytes(value))))
    names = [name for name, _ in pairs]
    default = {name: quote_plus(value) for name, value in defaults(path, set(names)).items()}
    pairs = [(n, v) for n, v in pairs if n not in default or v != default[n] or names.count(n) > 1]
    return "&".join(f"{name}={value}" for name, value in sorted(pairs, key=lambda pair: pair[0])).encode()


def has_port(host: str) -> bool:
    """Whether the port in `host`, a Host header's value, is at most 65535; True if it has no port.

    Django accepts a port of any number of digits.
    """
    _, port = split_domain_port(host)
    return not port or (len(port) <= len(str(_LAST_PORT)) and int(port) <= _LAST_PORT)
