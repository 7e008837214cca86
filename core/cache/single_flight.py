"""One trip to the application for all who may share it.

Whoever takes another's answer must have come before the database was asked under which generation it is
filed, or have asked since it came and heard the same.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol

from core.cache.entries import Entry
from core.freshness.base import Generations

PATIENCE = 5.0
"""Seconds after which a request waits for nobody else's next trip: those that end by running out of time add up."""


class Land(Protocol):
    """Tells those who wait what a trip brought; only its first word counts."""

    def __call__(self, entry: Entry | None, *, failed: bool = False) -> None:
        """None where nothing can be shared: for the next trip neither, unless this one has but `failed`."""


Trip = Callable[[str, Land], Awaitable[None]]
"""Fetches an answer to be filed under a generation, and gives it to its own request; tells what may be shared of it."""


class Flight:
    """A trip under way: `generation` is None until the database has said it."""

    __slots__ = ("done", "failed", "following", "generation")

    def __init__(self, generation: str | None) -> None:
        self.generation = generation
        self.done: asyncio.Future[Entry | None] = asyncio.get_running_loop().create_future()
        self.failed = False
        self.following: Flight | None = None


class Flights:
    """The trips of one process: of one key at most one under way, and one that waits for its end."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self._under_way: dict[bytes, Flight] = {}

    async def share(self, key: bytes, generation: str, trip: Trip) -> tuple[Entry | None, bool]:
        """What another's trip for `key` brought, if that can be shared; or, in its stead, that `trip` was made.

        `generation` was asked after the request came. Of those who wait for a trip that fails, one makes the next
        and the others wait for that. Where an answer is nobody else's (private, a problem, a stream) the next would
        be too, so each asks for its own at once: to take turns would only be slower, and the handler's line is bounded.
        """
        clock = asyncio.get_running_loop().time
        until = clock() + PATIENCE
        while (flight := self._under_way.get(key)) is not None:
            if not self.may_take(flight, generation):
                if flight.following is None:
                    return await self._follow(key, flight, trip)
                # It has not asked for its generation yet, so everything it will read is newer than this request.
                flight = flight.following
            while flight is not None:
                entry = await asyncio.shield(flight.done)
                if not flight.failed or clock() > until:
                    return entry, False
                # What was new enough to be waited for was asked late enough; whoever follows it will ask later still.
                generation = flight.generation or generation
                flight = flight.following
        return await self._fly(key, Flight(generation), trip)

    def may_take(self, flight: Flight, generation: str) -> bool:
        """Whether what `flight` brings is fresh for a request that asked `generation` after it came."""
        return flight.generation == generation

    async def _follow(self, key: bytes, flight: Flight, trip: Trip) -> tuple[Entry | None, bool]:
        """Wait for the end of `flight`, then make the next trip under a generation asked then."""
        following = flight.following = Flight(None)
        try:
            await asyncio.shield(flight.done)
            # From here on nobody joins without having heard the same generation: the question is about to be sent.
            following.generation = await self._generations.ask()
            if following.generation is None:
                self._land(key, following, None)
                return None, False
            return await self._fly(key, following, trip)
        finally:
            self._land(key, following, None, failed=True)

    async def _fly(self, key: bytes, flight: Flight, trip: Trip) -> tuple[None, bool]:
        assert flight.generation is not None
        self._under_way[key] = flight
        try:
            await trip(flight.generation, partial(self._land, key, flight))
        finally:
            self._land(key, flight, None, failed=True)
        return None, True

    def _land(self, key: bytes, flight: Flight, entry: Entry | None, *, failed: bool = False) -> None:
        """Tell everybody who waits, and let the flight that follows take the place at once; only the first time."""
        if flight.done.done():
            return
        flight.failed = failed
        flight.done.set_result(entry)
        following = flight.following
        if following is not None and not following.done.done():
            self._under_way[key] = following
        elif self._under_way.get(key) is flight:
            del self._under_way[key]
