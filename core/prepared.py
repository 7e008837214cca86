"""Prepared requests: what the reading of a request came to, kept as a database keeps a prepared statement.

The first request of a shape takes the whole way, through middleware, URLconf and view, which leaves behind how such
requests are answered. It holds no data: a later request of the shape reads its rows anew, and nothing else twice.
It is used where an answer in the edge's memory could be, so whoever asks is told what everybody is told.
What it cannot answer well takes the whole way again, errors above all (docs/adr/0010-prepared-requests.md).
"""

import re
from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock
from typing import NamedTuple, Protocol

from core.responses import Answer, Headers

SCOPE = "octavo.shape"
"""Where in its scope a request says its shape, if it may be answered by what others left behind."""

FAILED = "octavo.failed"
"""Where in its scope a request says what the database refused it, so that it is not asked twice."""

KEPT = 500
"""Shapes a process keeps, the least recently used dropped first: 10 kB each, with many filters 80."""

LONGEST = 256
"""Bytes of a shape that is kept."""

ID = "[1-9][0-9]{0,14}"
"""What an id looks like, in a path or a parameter: at most 15 digits, which every JSON reader keeps as they are."""

MAX_ID = 10**15 - 1

_PLACE = re.compile(rb"(?:^|(?<=&))cursor=([^&]+)(?=&|$)")
_KEY = re.compile(rf"(?<=/)({ID})(?=/$)".encode())
# Of each answer its own.
_OWN = {b"content-length", b"x-request-id"}


class Shape(NamedTuple):
    """A request without its values: the key that its path ends in, the cursor among its parameters."""

    name: bytes
    values: tuple[bytes, ...]

    @classmethod
    def of(cls, path: bytes, query: bytes, others: Iterable[bytes]) -> "Shape":
        """The shape of a canonical URL and of the `others` that name the answer."""
        values = tuple(_KEY.findall(path)), tuple(_PLACE.findall(query))
        name = b"\n".join((_KEY.sub(b"#", path), _PLACE.sub(b"cursor=#", query), *others))
        return cls(name, values[0] + values[1])


class Made(NamedTuple):
    """A body, and the headers that are its own."""

    body: bytes
    headers: dict[str, str]


class Prepared(Protocol):
    """How requests of a shape are answered. Used by several threads at once."""

    own: frozenset[bytes]
    """Lower-case names of the headers that depend on the values or on the data."""

    def answer(self, *values: bytes) -> Made | None:
        """The answer for these values as they stand in the URL; None for whatever is no 200."""


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
        if len(shape.name) > LONGEST or Answer(200, headers, b"").is_own:
            return
        static = [(name, value) for name, value in headers if name not in prepared.own | _OWN]
        with self._lock:
            self._known[shape.name] = prepared, static
            if len(self._known) > self._kept:
                self._known.popitem(last=False)

    def _forget(self, name: bytes) -> None:
        with self._lock:
            self._known.pop(name, None)
