"""The shape of a request, which is a prepared request's cache key; core.server.prepared has the rules."""

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
    """A request's URL and headers (`name`) without the id that ends its path and without its cursor (`values`)."""

    name: bytes
    values: tuple[bytes, ...]

    @classmethod
    def of(cls, path: bytes, query: bytes, others: Iterable[bytes]) -> "Shape":
        """The shape of a canonical URL and of `others`, the header values that the response depends on."""
        values = tuple(_KEY.findall(path)), tuple(_PLACE.findall(query))
        name = b"\n".join((_KEY.sub(b"#", path), _PLACE.sub(b"cursor=#", query), *others))
        return cls(name, values[0] + values[1])


class PreparedResponse(NamedTuple):
    """The body of a 200, and the headers that depend on the request's values or on the data."""

    body: bytes
    headers: dict[str, str]


class Prepared(Protocol):
    """Answers requests of one shape. Used by several threads at once."""

    own: frozenset[bytes]
    """Lower-case names of the headers that depend on the values or on the data."""

    def answer(self, *values: bytes) -> PreparedResponse | None:
        """The response for these values, which are as in the URL; None where it would not be a 200."""
