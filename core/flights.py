"""One trip to the application for all who may share it.

Whoever takes another's answer must have come before the database was asked under which generation it is
filed, or have asked since it came and heard the same.
"""

import asyncio
from collections.abc import Awaitable, Callable

from core.freshness import Generations
from core.responses import Entry

Land = Callable[[Entry | None], None]
Trip = Callable[[str, Land], Awaitable[None]]
"""Fetches an answer to be filed under a generation, and gives it to its own request; tells what may be shared of it."""


class Flight:
    """A trip under way: `generation` is None until the database has said it."""

    __slots__ = ("done", "following", "generation")

    def __init__(self, generation: str | None) -> None:
        self.generation = generation
        self.done: asyncio.Future[Entry | None] = asyncio.get_running_loop().create_future()
        self.following: Flight | None = None


class Flights:
    """The trips of one process: of one key at most one under way, and one that waits for its end."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self._under_way: dict[bytes, Flight] = {}

    async def share(self, key: bytes, generation: str, trip: Trip) -> tuple[Entry | None, bool]:
        """What another's trip for `key` brought, if that can be shared; or, in its stead, that `trip` was made.

        `generation` was asked after the request came.
        """
        flight = self._under_way.get(key)
        if flight is None:
            return await self._fly(key, Flight(generation), trip)
        if self.may_take(flight, generation):
            return await asyncio.shield(flight.done), False
        if flight.following is not None:
            # It has not asked for its generation yet, so everything it will read is newer than this request.
            return await asyncio.shield(flight.following.done), False
        return await self._follow(key, flight, trip)

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
                return None, False
            return await self._fly(key, following, trip)
        finally:
            self._land(key, following, None)

    async def _fly(self, key: bytes, flight: Flight, trip: Trip) -> tuple[None, bool]:
        assert flight.generation is not None
        self._under_way[key] = flight
        try:
            await trip(flight.generation, lambda entry: self._land(key, flight, entry))
        finally:
            self._land(key, flight, None)
        return None, True

    def _land(self, key: bytes, flight: Flight, entry: Entry | None) -> None:
        """Tell everybody who waits, and let the flight that follows take the place at once; only the first time."""
        if flight.done.done():
            return
        flight.done.set_result(entry)
        following = flight.following
        if following is not None and not following.done.done():
            self._under_way[key] = following
        elif self._under_way.get(key) is flight:
            del self._under_way[key]
