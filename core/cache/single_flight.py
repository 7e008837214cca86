"""One trip to the application for all who may share it.

Whoever takes another's answer must have come before the database was asked under which generation it is
filed, or have asked since it came and heard the same.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol

from core.cache.entries import Entry
from core.freshness.base import GenerationSource

PATIENCE = 5.0
"""Seconds after which a request waits for nobody else's next trip: those that end by running out of time add up."""


class PublishResult(Protocol):
    """Tells those who wait what a trip brought; only its first word counts."""

    def __call__(self, entry: Entry | None, *, failed: bool = False) -> None:
        """None where nothing can be shared: for the next trip neither, unless this one has but `failed`."""


FetchCallback = Callable[[str, PublishResult], Awaitable[None]]
"""Fetches an answer to be filed under a generation, and gives it to its own request; tells what may be shared of it."""


class InFlight:
    """A trip under way: `generation` is None until the database has said it."""

    __slots__ = ("done", "failed", "generation", "successor")

    def __init__(self, generation: str | None) -> None:
        self.generation = generation
        self.done: asyncio.Future[Entry | None] = asyncio.get_running_loop().create_future()
        self.failed = False
        self.successor: InFlight | None = None


class SingleFlight:
    """The trips of one process: of one key at most one under way, and one that waits for its end."""

    def __init__(self, generations: GenerationSource) -> None:
        self._generations = generations
        self._under_way: dict[bytes, InFlight] = {}

    async def get_or_fetch(self, key: bytes, generation: str, fetch: FetchCallback) -> tuple[Entry | None, bool]:
        """What another's trip for `key` brought, if that can be shared; or, in its stead, that `trip` was made.

        `generation` was asked after the request came. Of those who wait for a trip that fails, one makes the next
        and the others wait for that. Where an answer is nobody else's (private, a problem, a stream) the next would
        be too, so each asks for its own at once: to take turns would only be slower, and the handler's line is bounded.
        """
        clock = asyncio.get_running_loop().time
        until = clock() + PATIENCE
        while (in_flight := self._under_way.get(key)) is not None:
            if not self.may_take(in_flight, generation):
                if in_flight.successor is None:
                    return await self._wait_then_fetch(key, in_flight, fetch)
                # It has not asked for its generation yet, so everything it will read is newer than this request.
                in_flight = in_flight.successor
            while in_flight is not None:
                entry = await asyncio.shield(in_flight.done)
                if not in_flight.failed or clock() > until:
                    return entry, False
                # What was new enough to be waited for was asked late enough; whoever follows it will ask later still.
                generation = in_flight.generation or generation
                in_flight = in_flight.successor
        return await self._fetch(key, InFlight(generation), fetch)

    def may_take(self, in_flight: InFlight, generation: str) -> bool:
        """Whether what `flight` brings is fresh for a request that asked `generation` after it came."""
        return in_flight.generation == generation

    async def _wait_then_fetch(
        self, key: bytes, in_flight: InFlight, fetch: FetchCallback
    ) -> tuple[Entry | None, bool]:
        """Wait for the end of `flight`, then make the next trip under a generation asked then."""
        successor = in_flight.successor = InFlight(None)
        try:
            await asyncio.shield(in_flight.done)
            # From here on nobody joins without having heard the same generation: the question is about to be sent.
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
        """Tell everybody who waits, and let the flight that follows take the place at once; only the first time."""
        if in_flight.done.done():
            return
        in_flight.failed = failed
        in_flight.done.set_result(entry)
        successor = in_flight.successor
        if successor is not None and not successor.done.done():
            self._under_way[key] = successor
        elif self._under_way.get(key) is in_flight:
            del self._under_way[key]
