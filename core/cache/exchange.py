"""A request on its way through the edge: what the edge reads of it, and how it is answered."""

from typing import Any

from core.cache.entries import TAG, Entry, Variant, compressed, vary_names
from core.cache.keys import RequestKey
from core.cache.store import CacheStore
from core.http.encodings import SMALLEST, Encoding, is_compressible
from core.http.raw_response import RAW_RESPONSE
from core.http.responses import BufferedResponse, request_id
from core.http.types import Receive, Send

RequestHeaders = dict[bytes, bytes]

_CREDENTIALS = frozenset((b"authorization", b"cookie"))
# With one of these a request is its sender's own.
_OWN = _CREDENTIALS | {b"content-length", b"transfer-encoding"}
_LONGEST = 8_192
"""Bytes of a header's values that are read, if there are several."""
_READ = _OWN | {b"host", b"accept", b"accept-encoding", b"if-none-match", b"origin"}


def cache_headers(scope: Any) -> RequestHeaders:
    """The headers that the edge looks at; several of a name as one."""
    found: RequestHeaders = {}
    for name, value in scope["headers"]:
        if name in _READ:
            before = found.get(name)
            if before is None:
                found[name] = value
            elif len(before) < _LONGEST:
                # A long row of one header, joined over and over, would hold up everybody else.
                found[name] = before + b"," + value
    return found


class CacheExchange:
    """A GET or HEAD."""

    __slots__ = ("headers", "is_head", "key", "receive", "scope", "send", "supports_raw")

    def __init__(self, scope: Any, receive: Receive, send: Send, key: RequestKey, headers: RequestHeaders) -> None:
        self.scope, self.receive, self.send, self.key, self.headers = scope, receive, send, key, headers
        self.is_head = scope["method"] == "HEAD"
        self.supports_raw = RAW_RESPONSE in scope.get("extensions", ())

    @property
    def is_shareable(self) -> bool:
        """Whether its answer may be another's, or another's its own."""
        return _OWN.isdisjoint(self.headers)

    @property
    def has_credentials(self) -> bool:
        """Whether the answer may depend on who asks."""
        return not _CREDENTIALS.isdisjoint(self.headers)

    async def send_upstream(self, response: BufferedResponse, entry: Entry | None, store: CacheStore) -> None:
        """Answer with what the app said, of which `entry` was made if it is public."""
        if entry is None:
            await send_uncached(self.send, response, self.key.encoding, is_head=self.is_head)
        else:
            await self.send_entry(entry, store, response.get(b"x-request-id"))

    async def send_entry(self, entry: Entry, store: CacheStore, name: bytes = b"") -> None:
        """Answer with `entry`: 304 to who has it, else in the coding that was wished for."""
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
            await send_not_modified(self.send, variant, name, raw=self.supports_raw)
        else:
            await send_variant(self.send, variant, name, is_head=self.is_head, raw=self.supports_raw)


def etag_matches(if_none_match: bytes, tag: bytes) -> bool:
    """Whether If-None-Match names `tag`: in any coding, weakened by a proxy or not, or as `*`."""
    if tag in if_none_match:
        return tag in TAG.findall(if_none_match)
    return if_none_match.strip() == b"*"


async def send_variant(send: Any, variant: Variant, name: bytes, *, is_head: bool, raw: bool) -> None:
    """Answer 200 with `variant` under the request id `name`; `whole`, in one piece, where the server takes that."""
    body = b"" if is_head else variant.body
    if raw:
        said = b"%bx-request-id: %b\r\n" % (variant.raw_headers, name)
        await send({"type": RAW_RESPONSE, "status": 200, "head": said, "body": body})
        return
    await send({"type": "http.response.start", "status": 200, "headers": [*variant.headers, (b"x-request-id", name)]})
    await send({"type": "http.response.body", "body": body})


async def send_not_modified(send: Any, variant: Variant, name: bytes, *, raw: bool) -> None:
    """Answer 304 for `variant`, the same way."""
    if raw:
        said = b"%bx-request-id: %b\r\n" % (variant.raw_not_modified_headers, name)
        await send({"type": RAW_RESPONSE, "status": 304, "head": said, "body": b""})
        return
    headers = [*variant.not_modified_headers, (b"x-request-id", name)]
    await send({"type": "http.response.start", "status": 304, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def send_uncached(send: Any, response: BufferedResponse, encoding: Encoding, *, is_head: bool) -> None:
    """Answer what is not public as the app said it, coded where that is worth it; errors are not to be stored."""
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
