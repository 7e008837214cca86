"""The cache key of a request, made of its canonical URL and of the Host and Accept headers its response depends on."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from django.http.request import split_domain_port, validate_host

from core.http.encodings import Encoding, negotiate_encoding
from core.http.shape import SCOPE, Shape
from core.http.urls import OPERATIONS, Defaults, canonical_path, canonical_query, has_port

_MAX_KEYS, _MAX_REQUEST_BYTES = 4096, 1024

_MAX_KEY_BYTES = 8_192
"""Bytes of the longest cache key: keys count for the cache's bound in bytes as bodies do."""

# Values of Accept that clients send which take JSON; they do not become part of the key.
_USUAL_ACCEPTS = {
    b"",
    b"*/*",
    b"application/json",
    b"application/json, */*",
    b"application/json, */*;q=0.5",
    b"application/json, text/plain, */*",
}


class RequestKey:
    """What the cache reads of a request's URL and its Host, Accept and Accept-Encoding headers, with the cache key.

    `value` is the key, None where the response must not be stored. `scope` are the entries of ASGI's scope that hold
    the canonical URL. `shared` and `headers` make the scope of a call of the application whose response several
    requests may share: they hold nothing that is not in the key. `encoding` is the negotiated content coding.
    """

    __slots__ = ("encoding", "headers", "scope", "shared", "value")

    def __init__(
        self,
        key: bytes | None,
        scope: dict[str, Any],
        shape: Shape | None,
        headers: list[tuple[bytes, bytes]],
        encoding: Encoding,
    ) -> None:
        self.value, self.scope, self.headers, self.encoding = key, scope, headers, encoding
        self.shared = {**scope, "method": "GET", SCOPE: shape}


class RequestKeys:
    """Computes the RequestKey of each request, and remembers at most _MAX_KEYS of them.

    Paths that begin like one of `private` have no key: what they answer is for one caller.
    """

    def __init__(
        self, *, defaults: Defaults, allowed_hosts: list[str], one_address: bool, private: Sequence[str] = ()
    ) -> None:
        self._defaults, self._allowed_hosts, self._one_address = defaults, allowed_hosts, one_address
        self._not_stored = (*OPERATIONS, *private)
        self._known: dict[tuple[Any, ...], RequestKey] = {}

    def key_of(self, scope: Any, headers: Mapping[bytes, bytes]) -> RequestKey:
        """The RequestKey of a request with this ASGI scope and these headers, by lower-case name."""
        inputs = (
            scope["path"], scope["query_string"], headers.get(b"host"),
            headers.get(b"accept"), headers.get(b"accept-encoding"), scope["scheme"],
        )  # fmt: skip
        key = self._known.get(inputs)
        if key is None:
            key = self._read(scope, headers)
            if len(self._known) >= _MAX_KEYS:
                self._known.clear()
            size = len(scope.get("raw_path") or b"") + sum(len(part) for part in inputs if part)
            if size <= _MAX_REQUEST_BYTES:
                self._known[inputs] = key
        return key

    def _read(self, scope: Any, given: Mapping[bytes, bytes]) -> RequestKey:
        path = canonical_path(scope["path"])
        raw_path = quote(path, errors="replace").encode()
        query = canonical_query(scope["query_string"], path, self._defaults)
        changes = {
            "path": path,
            "raw_path": raw_path,
            "query_string": scope["query_string"] if query is None else query,
        }
        host, accept = given.get(b"host", b""), given.get(b"accept", b"").strip()
        headers = [(b"host", host)]
        if accept not in _USUAL_ACCEPTS:
            headers.append((b"accept", accept))
        key = shape = None
        if query is not None and not path.startswith(self._not_stored) and self._is_allowed(host):
            address = b"" if self._one_address else scope["scheme"].encode() + b"://" + host
            others = (address, *(value for _, value in headers[1:]))
            key = b"\n".join((raw_path, query, *others))
            key = key if len(key) <= _MAX_KEY_BYTES else None
            shape = Shape.of(raw_path, query, others)
        return RequestKey(key, changes, shape, headers, negotiate_encoding(given.get(b"accept-encoding")))

    def _is_allowed(self, host: bytes) -> bool:
        try:
            text = host.decode("ascii")
        except UnicodeDecodeError:
            return False
        domain, _ = split_domain_port(text)
        return bool(domain) and has_port(text) and validate_host(domain, self._allowed_hosts)
