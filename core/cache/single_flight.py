"""At most one call of the application at a time for each cache key; requests that may share its response wait for it.

A request may take the response of a call that another request began: if it arrived before that call asked for the
database's generation, or if the generation that it asked for itself is equal to the call's.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol

from core.cache.entries import Entry
from core.freshness.base import GenerationSource

PATIENCE = 5.0
"""Seconds after which a request waits for no further call after one that failed: calls that time out add up."""


class PublishResult(Protocol):
    """A function that gives a call's cache entry to the requests that wait for it; only its first use counts."""

    def __call__(self, entry: Entry | None, *, failed: bool = False) -> None:
        """Hand over `entry`, which is None for a response that cannot be shared.

        After None the requests that wait call the application each for itself; if the call `failed`, they share another
        one.
        """


FetchCallback = Callable[[str, PublishResult], Awaitable[None]]
"""Calls the application for a response under a generation, answers its own request, and publishes the entry."""


class InFlight:
    """A call of the application in progress, whose result is the future `done`.

    `generation` is the database's generation from before the call; None until the database has given it. `successor` is
    the next call of the same key, which waits for the end of this one.
    """

    __slots__ = ("done", "failed", "generation", "successor")

    def __init__(self, generation: str | None) -> None:
        self.generation = generation
        self.done: asyncio.Future[Entry | None] = asyncio.get_running_loop().create_future()
        self.failed = False
        self.successor: InFlight | None = None


class SingleFlight:
    """The calls of the application in one process: for each cache key at most one in progress and one waiting."""

    def __init__(self, generations: GenerationSource) -> None:
        self._generations = generations
        self._under_way: dict[bytes, InFlight] = {}

    async def get_or_fetch(self, key: bytes, generation: str, fetch: FetchCallback) -> tuple[Entry | None, bool]:
        """Wait for another request's call for `key`, or call `fetch`.

        Returns the entry, and whether `fetch` was called. The entry is None if there is none to share. `generation` was
        asked for after the request arrived. Of the requests that wait for a call that fails, one makes the next call
        and the others wait for it. A response that cannot be shared (private, a problem, a stream) gives (None, False)
        to all that wait: each then calls the app at once.
        """
        clock = asyncio.get_running_loop().time
        until = clock() + PATIENCE
        while (in_flight := self._under_way.get(key)) is not None:
            if not self.may_take(in_flight, generation):
                if in_flight.successor is None:
                    return await self._wait_then_fetch(key, in_flight, fetch)
                # The successor asks for its generation later, so the rows it will read are newer than this request.
                in_flight = in_flight.successor
            while in_flight is not None:
                entry = await asyncio.shield(in_flight.done)
                if not in_flight.failed or clock() > until:
                    return entry, False
                # The generation of the awaited call is new enough for this request, and that of its successor is newer.
                generation = in_flight.generation or generation
                in_flight = in_flight.successor
        return await self._fetch(key, InFlight(generation), fetch)

    def may_take(self, in_flight: InFlight, generation: str) -> bool:
        """Whether the call's response is fresh enough for a request that was given `generation` after it arrived."""
        return in_flight.generation == generation

    async def _wait_then_fetch(
        self, key: bytes, in_flight: InFlight, fetch: FetchCallback
    ) -> tuple[Entry | None, bool]:
        """Wait for the end of the call `in_flight`, ask for the generation, then make the next call for `key`.

        Returns what `get_or_fetch` returns. Meanwhile other requests may wait for the new call, the successor of
        `in_flight`.
        """
        successor = in_flight.successor = InFlight(None)
        try:
            await asyncio.shield(in_flight.done)
            # From here on a request joins only with an equal generation: this one is about to be asked for.
            successor.generation = await self._generations.ask()
            if successor.generation is None:
                self._complete(key, successor, None)
                return None, False
            return await self._fetch(key, successor, fetch)
        finally:
            self._complete(key, successor, None, failed=True)

    async def _fetch(self, key: bytes, in_flight: InFlight, fetch: FetchCallback) -> tuple[None, bool]:
        assert in_flight.generation is not None
        self._under_way[key] = in_flight
        try:
            await fetch(in_flight.generation, partial(self._complete, key, in_flight))
        finally:
            self._complete(key, in_flight, None, failed=True)
        return None, True

    def _complete(self, key: bytes, in_flight: InFlight, entry: Entry | None, *, failed: bool = False) -> None:
        """End the call `in_flight`: give `entry` to the requests that wait for it, and let its successor go on.

        Only the first end of a call has an effect.
        """
        if in_flight.done.done():
            return
        in_flight.failed = failed
        in_flight.done.set_result(entry)
        successor = in_flight.successor
        if successor is not None and not successor.done.done():
            self._under_way[key] = successor
        elif self._under_way.get(key) is in_flight:
            del self._under_way[key]
