"""What can say the database's generation, and a throttled source of it."""

import asyncio
import time
from typing import Protocol


class GenerationSource(Protocol):
    """Whoever can say the generation."""

    async def ask(self) -> str | None:
        """The generation at a moment after this call; None where it cannot be had."""

    async def close(self) -> None:
        """Let the database go."""


class ThrottledSource:
    """Asks less often than it is asked, for deployments that set RESPONSE_CACHE_MAX_STALENESS."""

    def __init__(self, generations: GenerationSource, seconds: float) -> None:
        self._generations, self._seconds = generations, seconds
        self._text: str | None = None
        self._asked = 0.0

    async def ask(self) -> str | None:
        """The generation now or at most so many seconds ago."""
        now = time.monotonic()
        if self._text is None or now - self._asked > self._seconds:
            self._text, self._asked = await self._generations.ask(), now
        return self._text

    async def close(self) -> None:
        """Let the database go."""
        await self._generations.close()


GenerationFuture = asyncio.Future[str | None]
