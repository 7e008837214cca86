"""The shape of a request: its URL without the values that differ between requests answered alike."""

import re
from collections.abc import Iterable
from typing import NamedTuple, Protocol

SCOPE = "octavo.shape"
"""Where in its scope a request says its shape, if it may be answered by what others left behind."""

FAILED = "octavo.failed"
"""Where in its scope a request says what the database refused it, so that it is not asked twice."""

ID = "[1-9][0-9]{0,14}"
"""What an id looks like, in a path or a parameter: at most 15 digits, which every JSON reader keeps as they are."""

_PLACE = re.compile(rb"(?:^|(?<=&))cursor=([^&]+)(?=&|$)")

_KEY = re.compile(rf"(?<=/)({ID})(?=/$)".encode())


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


class PreparedResponse(NamedTuple):
    """A body, and the headers that are its own."""

    body: bytes
    headers: dict[str, str]


class Prepared(Protocol):
    """How requests of a shape are answered. Used by several threads at once."""

    own: frozenset[bytes]
    """Lower-case names of the headers that depend on the values or on the data."""

    def answer(self, *values: bytes) -> PreparedResponse | None:
        """The answer for these values as they stand in the URL; None for whatever is no 200."""
