"""A request on its way through the edge: what the edge reads of it, and how it is answered."""

from typing import Any

from core.canonical import Route
from core.memory import Memory
from core.messages import Receive, Send
from core.responses import (
    Answer,
    Entry,
    is_known,
    request_id,
    send_other,
    send_unchanged,
    send_variant,
)
from core.wire import EXTENSION

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
