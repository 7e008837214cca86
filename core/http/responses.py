"""BufferedResponse: a whole response in memory; and what every kind of response uses, such as request ids."""

from random import getrandbits
from typing import NamedTuple

Headers = list[tuple[bytes, bytes]]

PUBLIC = b"public, no-cache"
MEMBERS = b"private, no-cache"
"""Cache-Control of catalogue answers where anybody may read, and where only members may."""

QUOTA_HEADERS = (b"ratelimit-policy", b"ratelimit")
"""Headers of a response whose request counted for a quota: no cache keeps them."""


class BufferedResponse(NamedTuple):
    """A response of the application with its whole body in memory. Header names are in lower case."""

    status: int
    headers: Headers
    body: bytes

    def get(self, name: bytes) -> bytes:
        """All values of the header `name`, joined by commas; empty if there is none."""
        return b", ".join(value for given, value in self.headers if given == name)

    @property
    def is_own(self) -> bool:
        """Whether the response is for one client only: Set-Cookie, or Cache-Control with private or no-store."""
        control = self.get(b"cache-control").lower()
        return bool(self.get(b"set-cookie")) or b"no-store" in control or b"private" in control


def request_id() -> bytes:
    """A new random request id, as 32 hexadecimal digits."""
    # It may be easy to guess, as it only names a request in logs; os.urandom would release the GIL.
    return b"%032x" % getrandbits(128)  # nosec B311 # a name, not a secret
