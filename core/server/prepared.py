"""Prepared requests: what the reading of a request came to, kept as a database keeps a prepared statement.

The first request of a shape takes the whole way, through middleware, URLconf and view, which leaves behind how such
requests are answered. It holds no data: a later request of the shape reads its rows anew, and nothing else twice.
It is used where an answer in the edge's memory could be, so whoever asks is told what everybody is told.
What it cannot answer well takes the whole way again, errors above all (docs/adr/0010-prepared-requests.md).
"""

from collections import OrderedDict
from threading import Lock

from core.http.responses import BufferedResponse, Headers
from core.http.shape import Prepared, Shape

KEPT = 500
"""Shapes a process keeps, the least recently used dropped first: 10 kB each, with many filters 80."""

LONGEST = 256
"""Bytes of a shape that is kept."""


MAX_ID = 10**15 - 1

# Of each answer its own.
_OWN = {b"content-length", b"x-request-id"}


class PreparedRequests:
    """The shapes that a process knows. Safe among threads."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._known: OrderedDict[bytes, tuple[Prepared, Headers]] = OrderedDict()
        self._lock = Lock()

    def answer(self, shape: Shape) -> tuple[Headers, bytes] | None:
        """Headers and body of a 200; None where the whole way has to be taken. Raises what goes wrong.

        After an error the whole way, which says what is wrong, is taken by all that follow until it was right once.
        """
        with self._lock:
            if (found := self._known.get(shape.name)) is None:
                return None
            self._known.move_to_end(shape.name)
        prepared, headers = found
        try:
            made = prepared.answer(*shape.values)
        except Exception:
            self._forget(shape.name)
            raise
        if made is None:
            return None
        own = [(name.lower().encode(), value.encode("latin-1")) for name, value in made.headers.items()]
        return [*headers, *own, (b"content-length", b"%d" % len(made.body))], made.body

    def keep(self, shape: Shape, prepared: Prepared, headers: Headers) -> None:
        """Answer requests of this shape by `prepared`, which gave an answer with these headers."""
        headers = [(name.lower(), value) for name, value in headers]
        if len(shape.name) > LONGEST or BufferedResponse(200, headers, b"").is_own:
            return
        static = [(name, value) for name, value in headers if name not in prepared.own | _OWN]
        with self._lock:
            self._known[shape.name] = prepared, static
            if len(self._known) > self._kept:
                self._known.popitem(last=False)

    def _forget(self, name: bytes) -> None:
        with self._lock:
            self._known.pop(name, None)
