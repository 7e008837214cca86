"""Entries of the response cache: each is a public response in memory, with a variant for each content coding."""

import asyncio
import re
from collections.abc import Iterable
from typing import Any

from core.cache.etags import etag, tag_of
from core.http.encodings import CODERS, SMALLEST, Encoding, is_compressible
from core.http.raw_response import header_lines
from core.http.responses import MEMBERS, PUBLIC, QUOTA_HEADERS, BufferedResponse, Headers

_THREAD_BYTES = 64 * 1024
"""Bytes of a body from which it is compressed on a thread, as compressing would block the event loop too long."""
_OVERHEAD = 1500
"""Bytes that an entry takes besides its bodies, about."""
# Headers that a 304 repeats: those of RFC 9110, 15.4.5, and those of CORS and CDNs.
_NOT_MODIFIED_HEADERS = re.compile(
    rb"etag|cache-control|content-location|expires|vary|cdn-cache-control|access-control-.*"
)
# Headers that the cache writes itself, or that belong to one response only.
_OWN_HEADERS = {
    b"content-length", b"date", b"etag", b"server", b"x-request-id", b"link", b"surrogate-key", *QUOTA_HEADERS,
}  # fmt: skip
_MAX_SHARED_HEADERS = 256
_CACHEABLE_VARY = {b"accept", b"accept-encoding"}


class SharedHeaders:
    """The headers that are equal in many responses, computed once for all of them; bodies and ETags are not part of it.

    `public` says whether a response with these headers may be stored. `not_modified_headers` are the headers that a 304
    repeats; `raw_headers` and `raw_not_modified_headers` are the two lists as lines of HTTP/1.1.
    """

    __slots__ = ("compressible", "headers", "not_modified_headers", "public", "raw_headers", "raw_not_modified_headers")

    def __init__(self, given: Headers, policy: "Policy", *, members: bool = False) -> None:
        response = BufferedResponse(200, given, b"")
        varies = vary_names(response) <= _CACHEABLE_VARY | {b"origin"}
        self.public = varies and not response.is_own and not response.get(b"content-encoding")
        headers = [pair for pair in given if pair[0] != b"vary" and not pair[0].startswith(b"access-control-")]
        if members:
            headers = [pair for pair in headers if pair[0] != b"cache-control"]
            headers.append((b"cache-control", MEMBERS))
        elif not response.get(b"cache-control"):
            headers.append((b"cache-control", PUBLIC))
        vary = b", ".join(sorted(vary_names(response) - {b"origin"} | {b"accept-encoding"}))
        self.headers = [*headers, *policy.headers, (b"vary", vary)]
        self.not_modified_headers = [pair for pair in self.headers if _NOT_MODIFIED_HEADERS.fullmatch(pair[0])]
        self.raw_headers, self.raw_not_modified_headers = (
            header_lines(self.headers),
            header_lines(self.not_modified_headers),
        )
        self.compressible = is_compressible(response.get(b"content-type"))


class Policy:
    """The headers that the cache adds to each public response, for CORS and for how long a CDN may store it."""

    def __init__(self, *, exposed: Iterable[str], cdn_seconds: int) -> None:
        self.cdn_seconds = cdn_seconds
        # Sent without an Origin too, so that a shared cache need not store a response for each origin.
        self.headers: Headers = [
            (b"access-control-allow-origin", b"*"),
            (b"access-control-expose-headers", ", ".join(exposed).encode()),
        ]
        if cdn_seconds:
            value = f"max-age={cdn_seconds}, stale-while-revalidate={cdn_seconds}, stale-if-error=86400"
            self.headers.append((b"cdn-cache-control", value.encode()))
        self._shared_headers: dict[tuple[Any, ...], SharedHeaders] = {}

    def shared(self, response: BufferedResponse, *, members: bool = False) -> SharedHeaders | None:
        """The SharedHeaders of `response`; None if the response must not be stored.

        It must not if its status is not 200, or if it is for one client. With `members` other caches are told to keep
        it for one reader.
        """
        if response.status != 200:
            return None
        given = tuple([pair for pair in response.headers if pair[0] not in _OWN_HEADERS])
        shared = self._shared_headers.get((members, given))
        if shared is None:
            if len(self._shared_headers) >= _MAX_SHARED_HEADERS:
                self._shared_headers.clear()
            shared = self._shared_headers[members, given] = SharedHeaders(list(given), self, members=members)
        return shared if shared.public else None

    def own(self, response: BufferedResponse) -> Headers:
        """The headers that only `response` has: Link, and with a CDN the Surrogate-Key and Cache-Tag to purge it by."""
        own = [pair for pair in response.headers if pair[0] == b"link"]
        if self.cdn_seconds and (keys := response.get(b"surrogate-key")):
            own += [(b"surrogate-key", keys), (b"cache-tag", b",".join(keys.split()))]
        return own


class Variant:
    """One entry in one content coding, or uncompressed: its body, its ETag, and the headers of a 200 and a 304.

    None of the headers holds the request's id, which is added when the variant is sent.
    """

    __slots__ = ("_own", "_shared", "body", "etag", "raw_headers", "raw_not_modified_headers")

    def __init__(self, shared: SharedHeaders, own: Headers, body: bytes, tag: bytes, coding: bytes | None) -> None:
        more = [*own, (b"content-length", b"%d" % len(body))]
        if coding:
            more.append((b"content-encoding", coding))
        self._shared, self.body = shared, body
        self.etag = etag(tag, coding)
        self._own = [(b"etag", self.etag), *more]
        self.raw_headers = shared.raw_headers + header_lines(self._own)
        """The headers of a 200 as lines of HTTP/1.1; `raw_not_modified_headers` are those of a 304."""
        self.raw_not_modified_headers = b"%betag: %b\r\n" % (shared.raw_not_modified_headers, self.etag)

    @property
    def headers(self) -> Headers:
        """The headers of a 200 that sends this variant, as pairs of name and value."""
        return [*self._shared.headers, *self._own]

    @property
    def not_modified_headers(self) -> Headers:
        """The headers of a 304 for this variant, as pairs of name and value."""
        return [*self._shared.not_modified_headers, self._own[0]]


class Entry:
    """A public response of status 200 in memory: its body, its variants, and the database's generation it belongs to.

    `generation` was asked for before the response's rows were read. `size` is about how many bytes the entry takes; the
    variant without compression is always there, each other one from the first request for it.
    """

    __slots__ = ("_own", "_shared", "_variants", "_worth_coding", "body", "generation", "size", "tag")

    def __init__(self, response: BufferedResponse, shared: SharedHeaders, own: Headers, generation: str) -> None:
        self.body, self.generation = response.body, generation
        self.tag = tag_of(response.body)
        self._shared, self._own = shared, own
        self._worth_coding = len(response.body) >= SMALLEST and shared.compressible
        self._variants: dict[bytes | None, Variant] = {None: Variant(shared, own, response.body, self.tag, None)}
        self.size = len(response.body) + _OVERHEAD

    @classmethod
    def of(
        cls, response: BufferedResponse, policy: Policy, generation: str = "", *, members: bool = False
    ) -> "Entry | None":
        """A new entry for `response`; None if it must not be stored: its status is not 200, or it is for one client."""
        shared = policy.shared(response, members=members)
        return cls(response, shared, policy.own(response), generation) if shared else None

    def variant(self, encoding: Encoding) -> Variant | None:
        """The variant to send for the negotiated `encoding`.

        Returns None if the body was not compressed with that coding yet.
        """
        return self._variants.get(self._coding_for(encoding))

    async def add_variant(self, encoding: Encoding) -> tuple[Variant, int]:
        """Compress the body for `encoding`, and return the new variant with the bytes by which `size` grew."""
        coding = self._coding_for(encoding)
        assert coding is not None
        coded = await compressed(coding, self.body)
        if (existing := self._variants.get(coding)) is not None:  # Another request compressed it meanwhile.
            return existing, 0
        variant = self._variants[coding] = Variant(self._shared, self._own, coded, self.tag, coding)
        self.size += len(coded)
        return variant, len(coded)

    def adopt_variants(self, other: "Entry") -> None:
        """Take over the variants of `other`, if its body and headers are equal to this entry's."""
        if (other.tag, other._own) == (self.tag, self._own) and other._shared is self._shared:
            self._variants, self.size = other._variants, other.size

    def _coding_for(self, encoding: Encoding) -> bytes | None:
        return encoding.coding if encoding.identity_forbidden or self._worth_coding else None


def vary_names(response: BufferedResponse) -> set[bytes]:
    """The names of headers in the Vary header of `response`, in lower case; empty without a Vary header."""
    return {name.strip().lower() for name in response.get(b"vary").split(b",") if name.strip()}


async def compressed(coding: bytes, body: bytes) -> bytes:
    """`body` compressed with the content `coding`; a large body is compressed on a thread, not on the event loop's."""
    code = CODERS[coding]
    return code(body) if len(body) < _THREAD_BYTES else await asyncio.to_thread(code, body)
