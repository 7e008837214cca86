"""A request on its way through the edge: what the edge reads of it, and how it is answered."""

from typing import Any

from core.cache.entries import TAG, Entry, Variant, compressed, vary_names
from core.cache.keys import Route
from core.cache.store import Memory
from core.http.encodings import SMALLEST, Wish, is_compressible
from core.http.raw_response import EXTENSION
from core.http.responses import Answer, request_id
from core.http.types import Receive, Send

Found = dict[bytes, bytes]

_CREDENTIALS = frozenset((b"authorization", b"cookie"))
# With one of these a request is its sender's own.
_OWN = _CREDENTIALS | {b"content-length", b"transfer-encoding"}
_LONGEST = 8_192
"""Bytes of a header's values that are read, if there are several."""
_READ = _OWN | {b"host", b"accept", b"accept-encoding", b"if-none-match", b"origin"}


def headers_found(scope: Any) -> Found:
    """The headers that the edge looks at; several of a name as one."""
    found: Found = {}
    for name, value in scope["headers"]:
        if name in _READ:
            before = found.get(name)
            if before is None:
                found[name] = value
            elif len(before) < _LONGEST:
                # A long row of one header, joined over and over, would hold up everybody else.
                found[name] = before + b"," + value
    return found


class Request:
    """A GET or HEAD."""

    __slots__ = ("found", "head", "receive", "route", "scope", "send", "whole")

    def __init__(self, scope: Any, receive: Receive, send: Send, route: Route, found: Found) -> None:
        self.scope, self.receive, self.send, self.route, self.found = scope, receive, send, route, found
        self.head = scope["method"] == "HEAD"
        self.whole = EXTENSION in scope.get("extensions", ())

    @property
    def is_shareable(self) -> bool:
        """Whether its answer may be another's, or another's its own."""
        return _OWN.isdisjoint(self.found)

    @property
    def has_credentials(self) -> bool:
        """Whether the answer may depend on who asks."""
        return not _CREDENTIALS.isdisjoint(self.found)

    async def finish(self, answer: Answer, entry: Entry | None, memory: Memory) -> None:
        """Answer with what the app said, of which `entry` was made if it is public."""
        if entry is None:
            await send_other(self.send, answer, self.route.wish, head=self.head)
        else:
            await self.give(entry, memory, answer.get(b"x-request-id"))

    async def give(self, entry: Entry, memory: Memory, name: bytes = b"") -> None:
        """Answer with `entry`: 304 to who has it, else in the coding that was wished for."""
        wish = self.route.wish
        variant = entry.variant(wish)
        if variant is None:
            variant, grown = await entry.make(wish)
            if self.route.key is not None:
                memory.grow(self.route.key, entry, grown)
        name = name or request_id()
        known = self.found.get(b"if-none-match")
        if known is not None and (known == variant.etag or is_known(known, entry.tag)):
            memory.counts.validations += 1
            await send_unchanged(self.send, variant, name, whole=self.whole)
        else:
            await send_variant(self.send, variant, name, head=self.head, whole=self.whole)


def is_known(if_none_match: bytes, tag: bytes) -> bool:
    """Whether If-None-Match names `tag`: in any coding, weakened by a proxy or not, or as `*`."""
    if tag in if_none_match:
        return tag in TAG.findall(if_none_match)
    return if_none_match.strip() == b"*"


async def send_variant(send: Any, variant: Variant, name: bytes, *, head: bool, whole: bool) -> None:
    """Answer 200 with `variant` under the request id `name`; `whole`, in one piece, where the server takes that."""
    body = b"" if head else variant.body
    if whole:
        said = b"%bx-request-id: %b\r\n" % (variant.lines, name)
        await send({"type": EXTENSION, "status": 200, "head": said, "body": body})
        return
    await send({"type": "http.response.start", "status": 200, "headers": [*variant.headers, (b"x-request-id", name)]})
    await send({"type": "http.response.body", "body": body})


async def send_unchanged(send: Any, variant: Variant, name: bytes, *, whole: bool) -> None:
    """Answer 304 for `variant`, the same way."""
    if whole:
        said = b"%bx-request-id: %b\r\n" % (variant.unchanged_lines, name)
        await send({"type": EXTENSION, "status": 304, "head": said, "body": b""})
        return
    headers = [*variant.unchanged, (b"x-request-id", name)]
    await send({"type": "http.response.start", "status": 304, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def send_other(send: Any, answer: Answer, wish: Wish, *, head: bool) -> None:
    """Answer what is not public as the app said it, coded where that is worth it; errors are not to be stored."""
    headers, body = answer.headers, answer.body
    if answer.status >= 400 and not answer.get(b"cache-control"):
        headers = [*headers, (b"cache-control", b"no-store")]
    if len(body) >= SMALLEST and is_compressible(answer.get(b"content-type")) and not answer.get(b"content-encoding"):
        vary = b", ".join(sorted(vary_names(answer) | {b"accept-encoding"}))
        headers = [*(pair for pair in headers if pair[0] != b"vary"), (b"vary", vary)]
        if wish.coding:
            body = await compressed(wish.coding, body)
            headers = [pair for pair in headers if pair[0] != b"content-length"]
            headers += [(b"content-length", b"%d" % len(body)), (b"content-encoding", wish.coding)]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else body})
