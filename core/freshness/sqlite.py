"""SQLiteSource: the generation of a SQLite database, asked for from the event loop."""

import asyncio
import sqlite3
from collections.abc import Callable

from core.freshness.base import GenerationFuture
from core.freshness.generation import Watcher
from core.metrics import Counts


class SQLiteSource:
    """Reads the generation on the event loop's thread, once for all requests of one iteration of the loop."""

    def __init__(self, path: Callable[[], str], counts: Counts) -> None:
        self._path, self._watcher, self._counts = path, Watcher(), counts
        self._waiting: list[GenerationFuture] = []

    async def ask(self) -> str | None:
        """The generation at some moment after this call began; None if the database file is missing or locked."""
        loop = asyncio.get_running_loop()
        future: GenerationFuture = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._answer)
        self._waiting.append(future)
        return await future

    async def close(self) -> None:
        """Close the connection on which the generation is read."""
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
