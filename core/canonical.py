"""One name for one answer: whichever way a URL is written, it is asked for, kept and linked to in one way.

What is rewritten means the same to Django before and after. What is wrong stays wrong: repeated and empty
parameters, bytes that are no text, percent signs that encode nothing.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus, unquote_to_bytes

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from core.coding import Wish, wish
from core.prepared import SCOPE, Shape

OPERATIONS = ("/health/", "/metrics")
"""Paths for whoever runs Octavo: answered whatever the Host, never kept."""

# These name files; everything else is a collection or a thing in one.
_FILES = ("/static/", "/api/v1/openapi.")
_LONGEST_QUERY, _MOST_PARAMETERS = 4000, 100
_LAST_PORT = 65_535
_MOST_ROUTES, _LONGEST_ROUTE = 4096, 1024
_LONGEST_KEY = 8_192
"""Bytes of what names an answer that is kept: names count for the memory's bound as bodies do."""
# Said by clients that take JSON like everybody else.
_USUAL_ACCEPTS = {
    b"",
    b"*/*",
    b"application/json",
    b"application/json, */*",
    b"application/json, */*;q=0.5",
    b"application/json, text/plain, */*",
}
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


class Route:
    """What a request's URL, Host and Accept headers come to.

    `key` names the answer, None where it is nobody's to keep; `scope` is what the app is asked, `shared` and
    `headers` what it is where the answer may be shared: nothing of a client that is not in the key.
    """

    __slots__ = ("headers", "key", "scope", "shared", "wish")

    def __init__(
        self,
        key: bytes | None,
        scope: dict[str, Any],
        shape: Shape | None,
        headers: list[tuple[bytes, bytes]],
        wish: Wish,
    ) -> None:
        self.key, self.scope, self.headers, self.wish = key, scope, headers, wish
        self.shared = {**scope, "method": "GET", SCOPE: shape}


class Routes:
    """Finds the route of a request; those seen lately without reading anything again."""

    def __init__(self, *, defaults: Defaults, allowed_hosts: list[str], one_address: bool) -> None:
        self._defaults, self._allowed_hosts, self._one_address = defaults, allowed_hosts, one_address
        self._known: dict[tuple[Any, ...], Route] = {}

    def find(self, scope: Any, found: Mapping[bytes, bytes]) -> Route:
        """The route of a request with this scope, whose headers are `found`."""
        asked = (
            scope["path"], scope["query_string"], found.get(b"host"),
            found.get(b"accept"), found.get(b"accept-encoding"), scope["scheme"],
        )  # fmt: skip
        route = self._known.get(asked)
        if route is None:
            route = self._read(scope, found)
            if len(self._known) >= _MOST_ROUTES:
                self._known.clear()
            size = len(scope.get("raw_path") or b"") + sum(len(part) for part in asked if part)
            if size <= _LONGEST_ROUTE:
                self._known[asked] = route
        return route

    def _read(self, scope: Any, found: Mapping[bytes, bytes]) -> Route:
        path = canonical_path(scope["path"])
        raw_path = quote(path, errors="replace").encode()
        query = canonical_query(scope["query_string"], path, self._defaults)
        changes = {
            "path": path,
            "raw_path": raw_path,
            "query_string": scope["query_string"] if query is None else query,
        }
        host, accept = found.get(b"host", b""), found.get(b"accept", b"").strip()
        headers = [(b"host", host)]
        if accept not in _USUAL_ACCEPTS:
            headers.append((b"accept", accept))
        key = shape = None
        if query is not None and not path.startswith(OPERATIONS) and self._is_allowed(host):
            address = b"" if self._one_address else scope["scheme"].encode() + b"://" + host
            others = (address, *(value for _, value in headers[1:]))
            key = b"\n".join((raw_path, query, *others))
            key = key if len(key) <= _LONGEST_KEY else None
            shape = Shape.of(raw_path, query, others)
        return Route(key, changes, shape, headers, wish(found.get(b"accept-encoding")))

    def _is_allowed(self, host: bytes) -> bool:
        try:
            text = host.decode("ascii")
        except UnicodeDecodeError:
            return False
        domain, _ = split_domain_port(text)
        return bool(domain) and has_port(text) and validate_host(domain, self._allowed_hosts)
