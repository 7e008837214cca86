"""The shape of a request: its URL and headers without the values that one prepared request can take from each request.

Requests of one shape are answered by one prepared request; core.server.prepared has the rules.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple, Protocol

SCOPE = "octavo.shape"
"""The scope's key for the request's Shape, which is there if a prepared request may answer it."""

FAILED = "octavo.failed"
"""The scope's key for the database error of a prepared request, which the view raises instead of a second query."""

ID = "[1-9][0-9]{0,14}"
"""What an id looks like, in a path or a parameter: at most 15 digits, which every JSON reader keeps as they are."""

_PLACE = re.compile(rb"(?:^|(?<=&))cursor=([^&]+)(?=&|$)")

_KEY = re.compile(rf"(?<=/)({ID})(?=/$)".encode())


class Shape(NamedTuple):
    """A request's URL and headers in two parts: `name`, equal for all requests of the shape, and `values`, the rest.

    The values are the id that ends the path and the value of the parameter `cursor`, as they stand in the URL.
    """

    name: bytes
    values: tuple[bytes, ...]

    @classmethod
    def of(cls, path: bytes, query: bytes, others: Iterable[bytes]) -> "Shape":
        """The Shape of a request with the canonical path and query `path` and `query`.

        `others` are the values of the headers that its response depends on.
        """
        values = tuple(_KEY.findall(path)), tuple(_PLACE.findall(query))
        name = b"\n".join((_KEY.sub(b"#", path), _PLACE.sub(b"cursor=#", query), *others))
        return cls(name, values[0] + values[1])


class PreparedResponse(NamedTuple):
    """The body of a 200 made by a prepared request, and those of its headers that are not equal for the whole shape."""

    body: bytes
    headers: dict[str, str]


class Prepared(Protocol):
    """The interface of a prepared request: it answers all requests of one shape. Several threads use it at once."""

    own: frozenset[bytes]
    """Lower-case names of the headers that depend on the values or on the data."""

    def answer(self, *values: bytes) -> PreparedResponse | None:
        """The 200 for a request with the shape's `values`, as they stand in the URL; None if the response is no 200."""
