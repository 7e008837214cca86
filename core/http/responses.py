"""A whole response in memory, and the headers that every kind of response uses."""

from random import getrandbits
from typing import NamedTuple

Headers = list[tuple[bytes, bytes]]

PUBLIC = b"public, no-cache"


class BufferedResponse(NamedTuple):
    """What the app said, whole. Header names are in lower case."""

    status: int
    headers: Headers
    body: bytes

    def get(self, name: bytes) -> bytes:
        """All values of the header `name`, as one."""
        return b", ".join(value for given, value in self.headers if given == name)

    @property
    def is_own(self) -> bool:
        """Whether its headers say that it is for one client alone."""
        control = self.get(b"cache-control").lower()
        return bool(self.get(b"set-cookie")) or b"no-store" in control or b"private" in control


def request_id() -> bytes:
    """A new id for one answer."""
    # It names an answer in a log and need not be hard to guess; to ask the kernel hands the interpreter over.
    return b"%032x" % getrandbits(128)
