"""Finished answers: an ETag of the plain body, a variant a coding, the 304 that goes with each."""

import asyncio
import hashlib
import re
from collections.abc import Iterable
from random import getrandbits
from typing import Any, NamedTuple

from core.coding import CODERS, SMALLEST, Wish, is_compressible

Headers = list[tuple[bytes, bytes]]

PUBLIC = b"public, no-cache"
_IN_A_THREAD = 64 * 1024
"""Bytes from which coding a body would hold up everybody else."""
_OVERHEAD = 1500
"""Bytes an entry takes besides its bodies, about."""
_TAG = re.compile(rb'"([^"]*?)(?:-gzip|-br|-zstd)?"')
# A 304 repeats these (RFC 9110, 15.4.5), and what is said anew with every answer.
_SAID_AGAIN = re.compile(rb"etag|cache-control|content-location|expires|vary|cdn-cache-control|access-control-.*")
# Said by the edge itself, or not true of what it keeps.
_OURS = {b"content-length", b"date", b"etag", b"server", b"vary", b"x-request-id", b"surrogate-key"}
_VARY_KEPT = {b"accept", b"accept-encoding"}


class Answer(NamedTuple):
    """What the app said, whole. Header names are in lower case."""

    status: int
    headers: Headers
    body: bytes

    def get(self, name: bytes) -> bytes:
        """All values of the header `name`, as one."""
        return b", ".join(value for given, value in self.headers if given == name)


class Variant(NamedTuple):
    """One coding of an entry: headers (all but those a request has of its own), body, and a 304's headers."""

    headers: Headers
    body: bytes
    unchanged: Headers


class Policy:
    """What every public answer says besides its own headers: who may read it, and how long a CDN may keep it."""

    def __init__(self, *, exposed: Iterable[str], cdn_seconds: int) -> None:
        self.cdn_seconds = cdn_seconds
        # Whoever asks, so that a cache between need not keep one answer for each origin.
        self.headers: Headers = [
            (b"access-control-allow-origin", b"*"),
            (b"access-control-expose-headers", ", ".join(exposed).encode()),
        ]
        if cdn_seconds:
            value = f"max-age={cdn_seconds}, stale-while-revalidate={cdn_seconds}, stale-if-error=86400"
            self.headers.append((b"cdn-cache-control", value.encode()))

    def headers_of(self, answer: Answer) -> Headers:
        """The headers of a finished `answer`, but for those of its coding."""
        kept = [pair for pair in answer.headers if pair[0] not in _OURS and not pair[0].startswith(b"access-control-")]
        if not answer.get(b"cache-control"):
            kept.append((b"cache-control", PUBLIC))
        keys = answer.get(b"surrogate-key")
        if keys and self.cdn_seconds:
            kept += [(b"surrogate-key", keys), (b"cache-tag", b",".join(keys.split()))]
        vary = b", ".join(sorted(_varies(answer) - {b"origin"} | {b"accept-encoding"}))
        return [*kept, *self.headers, (b"vary", vary)]


class Entry:
    """A public 200 under the generation it was asked under, with the variants made of it so far."""

    __slots__ = ("_headers", "_variants", "_worth_coding", "body", "generation", "size", "tag")

    def __init__(self, answer: Answer, policy: Policy, generation: str) -> None:
        self.body, self.generation = answer.body, generation
        self.tag = hashlib.blake2b(answer.body, digest_size=16).hexdigest().encode()
        self._headers = policy.headers_of(answer)
        self._worth_coding = len(answer.body) >= SMALLEST and is_compressible(answer.get(b"content-type"))
        self._variants: dict[bytes | None, Variant] = {None: self._made(None, answer.body)}
        self.size = len(answer.body) + _OVERHEAD

    def variant(self, wish: Wish) -> Variant | None:
        """The variant that `wish` comes to, if it was made before."""
        return self._variants.get(self._coding(wish))

    async def make(self, wish: Wish) -> tuple[Variant, int]:
        """The variant that `wish` comes to, made now, and the bytes by which `size` grew."""
        coding = self._coding(wish)
        assert coding is not None
        coded = await _coded(coding, self.body)
        if (found := self._variants.get(coding)) is not None:  # Somebody else was faster.
            return found, 0
        found = self._variants[coding] = self._made(coding, coded)
        self.size += len(coded)
        return found, len(coded)

    def take_over(self, other: "Entry") -> None:
        """Take the variants of an entry with the same body and headers."""
        if other.tag == self.tag and other._headers == self._headers:
            self._variants, self.size = other._variants, other.size

    def _coding(self, wish: Wish) -> bytes | None:
        return wish.coding if wish.insists or self._worth_coding else None

    def _made(self, coding: bytes | None, body: bytes) -> Variant:
        headers = [*self._headers, (b"etag", b'"%b%b"' % (self.tag, b"-" + coding if coding else b""))]
        unchanged = [pair for pair in headers if _SAID_AGAIN.fullmatch(pair[0])]
        headers.append((b"content-length", b"%d" % len(body)))
        if coding:
            headers.append((b"content-encoding", coding))
        return Variant(headers, body, unchanged)


def is_public(answer: Answer) -> bool:
    """Whether `answer` is a 200 that anybody may be given: an entry can be made of it."""
    if answer.status != 200 or answer.get(b"set-cookie") or answer.get(b"content-encoding"):
        return False
    control = answer.get(b"cache-control").lower()
    return b"no-store" not in control and b"private" not in control and _varies(answer) <= _VARY_KEPT | {b"origin"}


def _varies(answer: Answer) -> set[bytes]:
    return {name.strip().lower() for name in answer.get(b"vary").split(b",") if name.strip()}


def is_known(if_none_match: bytes | None, tag: bytes) -> bool:
    """Whether If-None-Match names `tag`: in any coding, weakened by a proxy or not, or as `*`."""
    if if_none_match is None:
        return False
    if tag in if_none_match:
        return tag in _TAG.findall(if_none_match)
    return if_none_match.strip() == b"*"


def request_id() -> bytes:
    """A new id for one answer."""
    # It names an answer in a log and need not be hard to guess; to ask the kernel hands the interpreter over.
    return b"%032x" % getrandbits(128)


async def send_variant(send: Any, variant: Variant, name: bytes, *, head: bool) -> None:
    """Answer 200 with `variant` under the request id `name`."""
    headers = [*variant.headers, (b"x-request-id", name)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else variant.body})


async def send_unchanged(send: Any, variant: Variant, name: bytes) -> None:
    """Answer 304 for `variant` under the request id `name`."""
    headers = [*variant.unchanged, (b"x-request-id", name)]
    await send({"type": "http.response.start", "status": 304, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def send_other(send: Any, answer: Answer, wish: Wish, *, head: bool) -> None:
    """Answer what is not public as the app said it, coded where that is worth it; errors are not to be stored."""
    headers, body = answer.headers, answer.body
    if answer.status >= 400 and not answer.get(b"cache-control"):
        headers = [*headers, (b"cache-control", b"no-store")]
    if len(body) >= SMALLEST and is_compressible(answer.get(b"content-type")) and not answer.get(b"content-encoding"):
        vary = b", ".join(sorted(_varies(answer) | {b"accept-encoding"}))
        headers = [*(pair for pair in headers if pair[0] != b"vary"), (b"vary", vary)]
        if wish.coding:
            body = await _coded(wish.coding, body)
            headers = [pair for pair in headers if pair[0] != b"content-length"]
            headers += [(b"content-length", b"%d" % len(body)), (b"content-encoding", wish.coding)]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else body})


async def _coded(coding: bytes, body: bytes) -> bytes:
    code = CODERS[coding]
    return code(body) if len(body) < _IN_A_THREAD else await asyncio.to_thread(code, body)
