"""KnownCallers: who sends which credential, in memory under the database's generation, so that revocation is strict."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from hashlib import sha256
from typing import Any, NamedTuple, Protocol, TypeVar

from core.accounts.credentials import Caller, InvalidCredential, identify
from core.accounts.keys import note_use, use_is_due
from core.database.connections import close_unusable
from core.database.retry import allow_retry
from core.limits.addresses import client_address
from core.limits.quotas import check_wrong_credentials, count_wrong_credential
from core.lru import LruCache

T = TypeVar("T")

KEPT = 4096
"""Credentials that a process keeps in memory, about 2 kB each."""


class RunOnThread(Protocol):
    """A function that calls another one on a thread, and returns its result to the event loop."""

    def __call__(self, function: Callable[[], T], /) -> Awaitable[T]:
        """The result of `function`. Raises what it raises."""


class Known(NamedTuple):
    """A Caller, and the generation of the database that was asked for before its rows were read."""

    generation: str
    caller: Caller


class KnownCallers:
    """The callers that a process has identified. Only the event loop's thread uses it.

    What is in memory counts only under a generation asked for after the request arrived: then nothing was committed
    since its rows were read, so no key was revoked and no account disabled. A credential that is not accepted is not
    kept. `run` calls a function on a thread that may use the database.
    """

    def __init__(self, run: RunOnThread) -> None:
        self._run = run
        self._known: LruCache[bytes, Known] = LruCache(KEPT)
        self._lookups: dict[tuple[bytes, str, str], asyncio.Task[Caller]] = {}
        self._uses: set[asyncio.Future[None]] = set()

    async def get(self, authorization: bytes, generation: str | None, scope: Any) -> Caller:
        """The caller with this Authorization header, of a request that arrived before `generation` was asked for.

        With None for a generation that cannot be had the database is asked. Wrong credentials count for the quota of
        the address in the request's ASGI `scope`. Raises InvalidCredential, QuotaExceeded, and what `run` and the
        database raise.
        """
        if generation is None:
            caller = await self._run(partial(_look_up, authorization, client_address(scope)))
        else:
            caller = await self._known_caller(authorization, generation, scope)
        if caller.key and use_is_due(caller.key):
            # The request does not wait for it.
            use = asyncio.ensure_future(self._run(partial(note_use, caller.key)))
            self._uses.add(use)
            use.add_done_callback(self._forget_use)
        return caller

    async def _known_caller(self, authorization: bytes, generation: str, scope: Any) -> Caller:
        scheme, _, credential = authorization.strip().partition(b" ")
        name = sha256(scheme.lower() + b" " + credential.strip()).digest()
        known = self._known.get(name)
        if known is None or known.generation != generation:
            return await self._joined(name, authorization, generation, client_address(scope))
        if known.caller.expires <= time.time():
            raise InvalidCredential
        return known.caller

    async def _joined(self, name: bytes, authorization: bytes, generation: str, address: str) -> Caller:
        """The caller by a lookup that began after `generation` was asked for.

        It is one for all requests from `address` that wait for it, and counts as the first of them.
        """
        key = (name, generation, address)
        lookup = self._lookups.get(key)
        if lookup is not None:
            try:
                return await asyncio.shield(lookup)
            except InvalidCredential:
                raise InvalidCredential from None
        lookup = self._lookups[key] = asyncio.ensure_future(self._keep(name, authorization, generation, address))
        lookup.add_done_callback(lambda _: self._lookups.pop(key))
        return await asyncio.shield(lookup)

    async def _keep(self, name: bytes, authorization: bytes, generation: str, address: str) -> Caller:
        caller = await self._run(partial(_look_up, authorization, address))
        self._known.put(name, Known(generation, caller))
        return caller

    def _forget_use(self, use: "asyncio.Future[None]") -> None:
        """Called when a use was stored, or could not be, as too much waits for a thread: then a later one is."""
        self._uses.discard(use)
        if not use.cancelled():
            use.exception()


def _look_up(authorization: bytes, address: str) -> Caller:
    """The caller with this Authorization header, on a thread of the server; a wrong one is counted for `address`.

    Raises InvalidCredential and QuotaExceeded.
    """
    check_wrong_credentials(address)
    close_unusable()
    allow_retry(True)
    try:
        caller = identify(authorization.decode("latin-1"))
    except InvalidCredential:
        usage = count_wrong_credential(address)
        raise InvalidCredential(usage.headers if usage else None) from None
    assert caller is not None
    return caller
