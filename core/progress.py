"""ProgressDisplay: shows how far a long command is, by a bar on a terminal, elsewhere by a line every few seconds."""

import time
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

EVERY_LINE = 5.0
"""Seconds between two lines of progress, which are written where there is no terminal."""


class ProgressDisplay:
    """A context manager that shows the progress of a command; one bar at a time."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        console = Console(stderr=True)
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self.task: TaskID | None = None

    def begin(self, label: str, total: int, unit: str) -> None:
        """Show a new bar, named `label`, in place of the last one.

        It ends at `total`; `unit` is the plural noun for what `show` counts, such as "books".
        """
        if self.task is not None:
            self.bar.remove_task(self.task)
        self.total, self.unit = total, unit
        self.began = self.said = time.monotonic()
        self.task = self.bar.add_task(label, total=total, rate="…")

    def show(self, done: int, count: int | None = None) -> None:
        """Move the bar to `done` of its total, and show how many units are done: `count`, or by default `done`."""
        assert self.task is not None
        now, count = time.monotonic(), done if count is None else count
        rate = count / max(now - self.began, 1e-9)
        self.bar.update(self.task, completed=done, rate=f"{rate:,.0f} {self.unit}/s")
        if self.bar.disable and now - self.said >= EVERY_LINE:
            share = done / max(1, self.total)
            left = (now - self.began) * (1 - share) / share if share else 0
            self.stream.write(f"{count:,} {self.unit}, {share:.0%}, {rate:,.0f}/s, about {left:.0f} s to go")
            self.said = now

    def stop(self) -> None:
        """End the display and remove the bar."""
        self.bar.stop()

    def __enter__(self) -> Self:
        self.bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
