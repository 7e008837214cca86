"""One name for one answer: whichever way a URL is written, it is asked for, kept and linked to in one way.

What is rewritten means the same to Django before and after. What is wrong stays wrong: repeated and empty
parameters, bytes that are no text, percent signs that encode nothing.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote_plus, unquote_to_bytes

from django.conf import settings
from django.http.request import split_domain_port

OPERATIONS = ("/health/", "/metrics")
"""Paths for whoever runs Octavo: answered whatever the Host, never kept."""

# These name files; everything else is a collection or a thing in one.
_FILES = ("/static/", "/api/v1/openapi.")
_LONGEST_QUERY, _MOST_PARAMETERS = 4000, 100
_LAST_PORT = 65_535
Defaults = Callable[[str, set[str]], Mapping[str, str]]
"""From a path and the names of its parameters to the values that say nothing there."""


def is_for_operations(scope: Any) -> bool:
    """Whether a request came by OPS_PORT."""
    server = scope.get("server")
    return bool(settings.OPS_PORT) and server is not None and server[1] == settings.OPS_PORT


def canonical_path(path: str) -> str:
    """`path` (decoded) with its trailing slash, unless it names a file."""
    return path if path.endswith("/") or path.startswith(_FILES) else f"{path}/"


def canonical_query(query: bytes, path: str, defaults: Defaults) -> bytes | None:
    """`query` with its parameters by name, in urlencode's spelling, without defaults; None where it is too long.

    Parameters of one name keep their order; so do values parted by commas, whose order may matter.
    """
    if len(query) > _LONGEST_QUERY or query.count(b"&") >= _MOST_PARAMETERS:
        return None
    pairs = []
    for part in query.split(b"&"):
        if part:
            name, _, value = part.replace(b"+", b" ").partition(b"=")
            pairs.append((quote_plus(unquote_to_bytes(name)), quote_plus(unquote_to_bytes(value))))
    names = [name for name, _ in pairs]
    said = {name: quote_plus(value) for name, value in defaults(path, set(names)).items()}
    pairs = [(n, v) for n, v in pairs if n not in said or v != said[n] or names.count(n) > 1]
    return "&".join(f"{name}={value}" for name, value in sorted(pairs, key=lambda pair: pair[0])).encode()


def has_port(host: str) -> bool:
    """Whether the port that `host` names, if it does, is one: Django takes any number of digits."""
    _, port = split_domain_port(host)
    return not port or (len(port) <= len(str(_LAST_PORT)) and int(port) <= _LAST_PORT)
