"""The cache of prepared requests: a parsed and checked request, reusable as a database's prepared statement is.

The first request of a shape runs through middleware, URLconf and view; the view leaves a prepared request on its
response. Later requests of the shape are answered by it: it holds no data, so it reads the rows from the database.

All rules by which a request is prepared, or is not (docs/adr/0010-prepared-requests.md):
- its scope has a Shape (core.http.shape.SCOPE): a GET without credentials whose response the cache may share;
- the view leaves a prepared request: nothing was looked up or drawn for the response (api.lists.prepared);
- PreparedRequest.of: the response is public, and the shape's name is short;
- a prepared request that gives None or raises is followed by the whole way, which makes the error's response. After an
  exception the shape is forgotten; a database error is passed on in the scope (core.http.shape.FAILED).
"""

from typing import NamedTuple

from core.http.responses import BufferedResponse, Headers
from core.http.shape import Prepared, Shape
from core.lru import LruCache

KEPT = 500
"""Prepared requests that a process caches, 10 to 80 kB each; the least recently used one is dropped first."""

LONGEST = 256
"""Bytes of the longest cache key."""


MAX_ID = 10**15 - 1

_OWN = {b"content-length", b"x-request-id"}
"""Headers whose values differ from response to response, whatever its shape."""


class PreparedRequest(NamedTuple):
    """The cached way to answer requests of one shape: `prepared` reads the rows and makes the body of each response.

    `headers` are the headers that all responses of the shape have in common. It holds no data.
    """

    cache_key: bytes
    prepared: Prepared
    headers: Headers

    @classmethod
    def of(cls, shape: Shape, prepared: Prepared, headers: Headers) -> "PreparedRequest | None":
        """A PreparedRequest for `shape`; `headers` are all headers of the shape's first response.

        Returns None if that response is for one client only, or if the shape's name is longer than LONGEST bytes.
        """
        headers = [(name.lower(), value) for name, value in headers]
        if len(shape.name) > LONGEST or BufferedResponse(200, headers, b"").is_own:
            return None
        shared = [(name, value) for name, value in headers if name not in prepared.own | _OWN]
        return cls(shape.name, prepared, shared)

    def answer(self, values: tuple[bytes, ...]) -> tuple[Headers, bytes] | None:
        """Headers and body of the 200 for a request with these values of its shape; None if its response is no 200.

        Raises what goes wrong while the rows are read.
        """
        made = self.prepared.answer(*values)
        if made is None:
            return None
        own = [(name.lower().encode(), value.encode("latin-1")) for name, value in made.headers.items()]
        return [*self.headers, *own, (b"content-length", b"%d" % len(made.body))], made.body


class PreparedRequests:
    """The prepared requests of a process, by cache key. Threads may use it at once."""

    def __init__(self, bound: int = KEPT) -> None:
        self.cache: LruCache[bytes, PreparedRequest] = LruCache(bound)

    def answer(self, shape: Shape) -> tuple[Headers, bytes] | None:
        """Headers and body of the 200 for a request of this shape; None where no prepared request can give a 200.

        Raises what goes wrong while the rows are read; the prepared request of the shape is then forgotten, and
        requests of the shape run through the view until one succeeds.
        """
        if (found := self.cache.get(shape.name)) is None:
            return None
        try:
            return found.answer(shape.values)
        except Exception:
            self.cache.forget(shape.name)
            raise

    def keep(self, shape: Shape, prepared: Prepared, headers: Headers) -> None:
        """Cache `prepared` for requests of this shape; `headers` are those of the shape's first response."""
        if (request := PreparedRequest.of(shape, prepared, headers)) is not None:
            self.cache.put(request.cache_key, request)
