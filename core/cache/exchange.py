"""CacheExchange: one GET or HEAD request at the response cache, and the functions that send its response."""

from typing import Any

from core.accounts.credentials import CALLER
from core.cache.entries import Entry, Policy, Variant, compressed, vary_names
from core.cache.etags import etag_matches
from core.cache.keys import RequestKey
from core.cache.store import CacheStore
from core.http.encodings import SMALLEST, Encoding, is_compressible
from core.http.raw_response import RAW_RESPONSE, header_lines
from core.http.responses import QUOTA_HEADERS, BufferedResponse, Headers, request_id
from core.http.types import Receive, Send

RequestHeaders = dict[bytes, bytes]

# Headers of requests whose response is not shared: the last one is refused where it does nothing.
_OWN = frozenset((b"cookie", b"content-length", b"transfer-encoding", b"idempotency-key"))
_LONGEST = 8_192
"""Bytes up to which the values of several headers of one name are joined."""
_NONE: Headers = []
_READ = _OWN | {b"host", b"accept", b"accept-encoding", b"if-none-match", b"origin"}


def cache_headers(scope: Any) -> RequestHeaders:
    """The request headers that the cache reads, by lower-case name.

    Values of a repeated header are joined by commas.
    """
    headers: RequestHeaders = {}
    for name, value in scope["headers"]:
        if name in _READ:
            before = headers.get(name)
            if before is None:
                headers[name] = value
            elif len(before) < _LONGEST:
                # Without a bound joining thousands of headers of one name would block the event loop.
                headers[name] = before + b"," + value
    return headers


class CacheExchange:
    """One GET or HEAD request at the response cache: its cache key, its headers, and ASGI's callables to answer it.

    `members` says whether only members read, so that other caches keep nothing for others. `supports_raw` says whether
    the server takes a whole response in one message (core.http.raw_response).
    """

    __slots__ = ("headers", "is_head", "key", "members", "receive", "scope", "send", "supports_raw")

    def __init__(
        self,
        scope: Any,
        receive: Receive,
        send: Send,
        key: RequestKey,
        headers: RequestHeaders,
        *,
        members: bool = False,
    ) -> None:
        self.members = members
        self.scope, self.receive, self.send, self.key, self.headers = scope, receive, send, key, headers
        self.is_head = scope["method"] == "HEAD"
        self.supports_raw = RAW_RESPONSE in scope.get("extensions", ())

    @property
    def is_shareable(self) -> bool:
        """Whether the response may come from the cache and be stored in it: no cookie and no body were sent."""
        return _OWN.isdisjoint(self.headers)

    @property
    def is_personal(self) -> bool:
        """Whether it is known who sends the request, so that a response that does not say who it is for is theirs."""
        return CALLER in self.scope or b"cookie" in self.headers

    def entry_of(self, response: BufferedResponse, policy: Policy, generation: str = "") -> Entry | None:
        """The cache entry of `response`, which the application made for this request; None if it must not be stored.

        What was made for a known caller and says nothing of caches is made `private, no-store`.
        """
        if self.is_personal and not response.get(b"cache-control"):
            response.headers.append((b"cache-control", b"private, no-store"))
        return Entry.of(response, policy, generation, members=self.members and CALLER in self.scope)

    async def send_upstream(self, response: BufferedResponse, entry: Entry | None, store: CacheStore) -> None:
        """Send `response`, which the application made for this request, with its request id and its quota's headers.

        `entry` is the cache entry made of the response; None if it must not be stored, and is then sent as it is.
        """
        if entry is None:
            await send_uncached(self.send, response, self.key.encoding, is_head=self.is_head)
        else:
            quota = [pair for pair in response.headers if pair[0] in QUOTA_HEADERS]
            await self.send_entry(entry, store, response.get(b"x-request-id"), quota)

    async def send_entry(self, entry: Entry, store: CacheStore, name: bytes = b"", quota: Headers = _NONE) -> None:
        """Send a stored response: a 304 if If-None-Match names its ETag, else a 200, compressed as negotiated.

        `name` is the request's id; without one a new id is made. `quota` are headers of this response alone. A variant
        made for this request is counted in `store`.
        """
        encoding = self.key.encoding
        variant = entry.variant(encoding)
        if variant is None:
            variant, grown = await entry.add_variant(encoding)
            if self.key.value is not None:
                store.grow(self.key.value, entry, grown)
        name = name or request_id()
        known = self.headers.get(b"if-none-match")
        if known is not None and (known == variant.etag or etag_matches(known, entry.tag)):
            store.counts.validations += 1
            await send_not_modified(self.send, variant, name, quota, raw=self.supports_raw)
        else:
            await send_variant(self.send, variant, name, quota, is_head=self.is_head, raw=self.supports_raw)


async def send_variant(send: Any, variant: Variant, name: bytes, quota: Headers, *, is_head: bool, raw: bool) -> None:
    """Send a 200 with the body of `variant`, the request id `name` and the headers `quota`.

    It is one message to the server if `raw`.
    """
    body = b"" if is_head else variant.body
    if raw:
        head = b"%bx-request-id: %b\r\n%b" % (variant.raw_headers, name, header_lines(quota) if quota else b"")
        await send({"type": RAW_RESPONSE, "status": 200, "head": head, "body": body})
        return
    headers = [*variant.headers, (b"x-request-id", name), *quota]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def send_not_modified(send: Any, variant: Variant, name: bytes, quota: Headers, *, raw: bool) -> None:
    """Send a 304 without a body for `variant`, with the request id `name` and the headers `quota`.

    It is one message to the server if `raw`.
    """
    if raw:
        lines = header_lines(quota) if quota else b""
        head = b"%bx-request-id: %b\r\n%b" % (variant.raw_not_modified_headers, name, lines)
        await send({"type": RAW_RESPONSE, "status": 304, "head": head, "body": b""})
        return
    headers = [*variant.not_modified_headers, (b"x-request-id", name), *quota]
    await send({"type": "http.response.start", "status": 304, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def send_uncached(send: Any, response: BufferedResponse, encoding: Encoding, *, is_head: bool) -> None:
    """Send a response that is not stored, compressed where that is worth it.

    An error gets `Cache-Control: no-store`.
    """
    headers, body = response.headers, response.body
    if response.status >= 400 and not response.get(b"cache-control"):
        headers = [*headers, (b"cache-control", b"no-store")]
    if (
        len(body) >= SMALLEST
        and is_compressible(response.get(b"content-type"))
        and not response.get(b"content-encoding")
    ):
        vary = b", ".join(sorted(vary_names(response) | {b"accept-encoding"}))
        headers = [*(pair for pair in headers if pair[0] != b"vary"), (b"vary", vary)]
        if encoding.coding:
            body = await compressed(encoding.coding, body)
            headers = [pair for pair in headers if pair[0] != b"content-length"]
            headers += [(b"content-length", b"%d" % len(body)), (b"content-encoding", encoding.coding)]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if is_head else body})
