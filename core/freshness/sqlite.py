"""The generation of a SQLite database, asked for from the event loop."""

import asyncio
import sqlite3
from collections.abc import Callable

from core.freshness.base import GenerationFuture
from core.freshness.generation import Watcher
from core.metrics import Counts


class SQLiteSource:
    """Asks on the event loop's thread, once for all requests that were read in one iteration of the loop."""

    def __init__(self, path: Callable[[], str], counts: Counts) -> None:
        self._path, self._watcher, self._counts = path, Watcher(), counts
        self._waiting: list[GenerationFuture] = []

    async def ask(self) -> str | None:
        """The generation at a moment after this call; None if the file is missing or locked."""
        loop = asyncio.get_running_loop()
        future: GenerationFuture = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._answer)
        self._waiting.append(future)
        return await future

    async def close(self) -> None:
        """Close the watching connection."""
        self._watcher.close()

    def _answer(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._counts.questions += 1
        try:
            text = self._watcher.version(self._path())
        except (OSError, sqlite3.Error):
            text = None
        for future in waiting:
            if not future.done():
                future.set_result(text)
