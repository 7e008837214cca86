"""GenerationSource, the interface by which the response cache asks for the database's generation.

ThrottledSource asks another source less often.
"""

import asyncio
import time
from typing import Protocol

GENERATION = "octavo.generation"
"""The ASGI scope's key for a generation that was asked for after the request arrived, by whoever asked first."""


class GenerationSource(Protocol):
    """Gives the generation of one database: a text that changes with every commit (core.freshness.generation)."""

    async def ask(self) -> str | None:
        """The generation at some moment after this call began; None if the database cannot be asked."""

    async def close(self) -> None:
        """Close the connection to the database."""


class ThrottledSource:
    """A GenerationSource that asks another one, and reuses its answer for `seconds`; None is not reused.

    It is used where RESPONSE_CACHE_MAX_STALENESS is set.
    """

    def __init__(self, generations: GenerationSource, seconds: float) -> None:
        self._generations, self._seconds = generations, seconds
        self._text: str | None = None
        self._asked = 0.0

    async def ask(self) -> str | None:
        """The generation, as it was at most `seconds` ago; None if the database cannot be asked."""
        now = time.monotonic()
        if self._text is None or now - self._asked > self._seconds:
            self._text, self._asked = await self._generations.ask(), now
        return self._text

    async def close(self) -> None:
        """Close the GenerationSource that is asked."""
        await self._generations.close()


GenerationFuture = asyncio.Future[str | None]
