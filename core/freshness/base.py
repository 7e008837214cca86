"""The interface of a source of the database's generation, and a source that asks another less often."""

import asyncio
import time
from typing import Protocol


class GenerationSource(Protocol):
    """Gives the generation of one database."""

    async def ask(self) -> str | None:
        """The generation at a moment after this call; None if the database cannot be asked."""

    async def close(self) -> None:
        """Close the connection to the database."""


class ThrottledSource:
    """Asks less often than it is asked, for deployments that set RESPONSE_CACHE_MAX_STALENESS."""

    def __init__(self, generations: GenerationSource, seconds: float) -> None:
        self._generations, self._seconds = generations, seconds
        self._text: str | None = None
        self._asked = 0.0

    async def ask(self) -> str | None:
        """The generation now or at most `seconds` ago."""
        now = time.monotonic()
        if self._text is None or now - self._asked > self._seconds:
            self._text, self._asked = await self._generations.ask(), now
        return self._text

    async def close(self) -> None:
        """Close the inner source."""
        await self._generations.close()


GenerationFuture = asyncio.Future[str | None]
