"""Finished answers: an ETag of the plain body, a variant a coding, the 304 that goes with each."""

import asyncio
import hashlib
import re
from collections.abc import Iterable

from core.http.encodings import CODERS, SMALLEST, Wish, is_compressible
from core.http.raw_response import lines
from core.http.responses import PUBLIC, Answer, Headers

_IN_A_THREAD = 64 * 1024
"""Bytes from which coding a body would hold up everybody else."""
_OVERHEAD = 1500
"""Bytes an entry takes besides its bodies, about."""
TAG = re.compile(rb'"([^"]*?)(?:-gzip|-br|-zstd)?"')
# A 304 repeats these (RFC 9110, 15.4.5), and what is said anew with every answer.
_SAID_AGAIN = re.compile(rb"etag|cache-control|content-location|expires|vary|cdn-cache-control|access-control-.*")
# Said by the edge itself, not true of what it keeps, or of one answer only.
_OURS = {b"content-length", b"date", b"etag", b"server", b"x-request-id", b"link", b"surrogate-key"}
_MOST_HEADS = 256
_VARY_KEPT = {b"accept", b"accept-encoding"}


class Head:
    """What is said with every answer of some headers, whatever its body: worked out once."""

    __slots__ = ("compressible", "headers", "lines", "public", "unchanged", "unchanged_lines")

    def __init__(self, given: Headers, policy: "Policy") -> None:
        answer = Answer(200, given, b"")
        varies = vary_names(answer) <= _VARY_KEPT | {b"origin"}
        self.public = varies and not answer.is_own and not answer.get(b"content-encoding")
        kept = [pair for pair in given if pair[0] != b"vary" and not pair[0].startswith(b"access-control-")]
        if not answer.get(b"cache-control"):
            kept.append((b"cache-control", PUBLIC))
        vary = b", ".join(sorted(vary_names(answer) - {b"origin"} | {b"accept-encoding"}))
        self.headers = [*kept, *policy.headers, (b"vary", vary)]
        self.unchanged = [pair for pair in self.headers if _SAID_AGAIN.fullmatch(pair[0])]
        self.lines, self.unchanged_lines = lines(self.headers), lines(self.unchanged)
        self.compressible = is_compressible(answer.get(b"content-type"))


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
        self._heads: dict[tuple[tuple[bytes, bytes], ...], Head] = {}

    def head(self, answer: Answer) -> Head | None:
        """The head of a 200 that anybody may be given: an entry can be made of it; None for what is no such."""
        if answer.status != 200:
            return None
        given = tuple([pair for pair in answer.headers if pair[0] not in _OURS])
        head = self._heads.get(given)
        if head is None:
            if len(self._heads) >= _MOST_HEADS:
                self._heads.clear()
            head = self._heads[given] = Head(list(given), self)
        return head if head.public else None

    def own(self, answer: Answer) -> Headers:
        """The headers that an answer has for itself: where its neighbours are, and what it can be purged by."""
        own = [pair for pair in answer.headers if pair[0] == b"link"]
        if self.cdn_seconds and (keys := answer.get(b"surrogate-key")):
            own += [(b"surrogate-key", keys), (b"cache-tag", b",".join(keys.split()))]
        return own


class Variant:
    """One coding of an entry: its headers (all but those a request has of its own), body, and a 304's headers."""

    __slots__ = ("_head", "_own", "body", "etag", "lines", "unchanged_lines")

    def __init__(self, head: Head, own: Headers, body: bytes, tag: bytes, coding: bytes | None) -> None:
        more = [*own, (b"content-length", b"%d" % len(body))]
        if coding:
            more.append((b"content-encoding", coding))
        self._head, self.body = head, body
        self.etag = b'"%b%b"' % (tag, b"-" + coding if coding else b"")
        self._own = [(b"etag", self.etag), *more]
        self.lines = head.lines + lines(self._own)
        """The headers as they are sent, and those of a 304."""
        self.unchanged_lines = b"%betag: %b\r\n" % (head.unchanged_lines, self.etag)

    @property
    def headers(self) -> Headers:
        """Those of a 200."""
        return [*self._head.headers, *self._own]

    @property
    def unchanged(self) -> Headers:
        """Those of a 304."""
        return [*self._head.unchanged, self._own[0]]


class Entry:
    """A public 200 under the generation it was asked under, with the variants made of it so far."""

    __slots__ = ("_head", "_own", "_variants", "_worth_coding", "body", "generation", "size", "tag")

    def __init__(self, answer: Answer, head: Head, own: Headers, generation: str) -> None:
        self.body, self.generation = answer.body, generation
        self.tag = hashlib.blake2b(answer.body, digest_size=16).hexdigest().encode()
        self._head, self._own = head, own
        self._worth_coding = len(answer.body) >= SMALLEST and head.compressible
        self._variants: dict[bytes | None, Variant] = {None: Variant(head, own, answer.body, self.tag, None)}
        self.size = len(answer.body) + _OVERHEAD

    @classmethod
    def of(cls, answer: Answer, policy: Policy, generation: str = "") -> "Entry | None":
        """What can be given to anybody of `answer`; None for an error, and for what is somebody's own."""
        head = policy.head(answer)
        return cls(answer, head, policy.own(answer), generation) if head else None

    def variant(self, wish: Wish) -> Variant | None:
        """The variant that `wish` comes to, if it was made before."""
        return self._variants.get(self._coding(wish))

    async def make(self, wish: Wish) -> tuple[Variant, int]:
        """The variant that `wish` comes to, made now, and the bytes by which `size` grew."""
        coding = self._coding(wish)
        assert coding is not None
        coded = await compressed(coding, self.body)
        if (found := self._variants.get(coding)) is not None:  # Somebody else was faster.
            return found, 0
        found = self._variants[coding] = Variant(self._head, self._own, coded, self.tag, coding)
        self.size += len(coded)
        return found, len(coded)

    def take_over(self, other: "Entry") -> None:
        """Take the variants of an entry with the same body and headers."""
        if (other.tag, other._own) == (self.tag, self._own) and other._head is self._head:
            self._variants, self.size = other._variants, other.size

    def _coding(self, wish: Wish) -> bytes | None:
        return wish.coding if wish.insists or self._worth_coding else None


def vary_names(answer: Answer) -> set[bytes]:
    return {name.strip().lower() for name in answer.get(b"vary").split(b",") if name.strip()}


async def compressed(coding: bytes, body: bytes) -> bytes:
    code = CODERS[coding]
    return code(body) if len(body) < _IN_A_THREAD else await asyncio.to_thread(code, body)
