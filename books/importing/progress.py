"""How far a load has come: a bar on a terminal, lines elsewhere, and the job's row."""

import time
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from books.importing.formats import Catalogue
from books.importing.outcome import Summary
from core.models import Job

EVERY_LINE = 5.0
"""Seconds between two lines where there is no terminal."""

EVERY_SAVE = 1.0
"""Seconds between two writes of the job's row."""


class Progress:
    """Called after every batch with the summary so far."""

    def __init__(self, catalogue: Catalogue, job: Job, stream: Any) -> None:
        self.catalogue, self.job, self.stream = catalogue, job, stream
        self.summary = Summary()
        self.began = self.said = self.saved = time.monotonic()
        console = Console(stderr=True)
        self.bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[rate]} works/s"),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self.task = self.bar.add_task(f"Loading {catalogue.format}", total=catalogue.size, rate="…")

    def __call__(self, summary: Summary) -> None:
        """Show `summary`."""
        self.summary = summary
        now = time.monotonic()
        rate = summary.records / max(now - self.began, 1e-9)
        position = self.catalogue.position()
        self.bar.update(self.task, completed=position, rate=f"{rate:,.0f}")
        if self.bar.disable and now - self.said >= EVERY_LINE:
            share = position / max(1, self.catalogue.size)
            left = (now - self.began) * (1 - share) / share if share else 0
            self.stream.write(f"{summary.records:,} records, {share:.0%}, {rate:,.0f}/s, about {left:.0f} s to go")
            self.said = now
        if now - self.saved >= EVERY_SAVE:
            self.job.progress = {"done": position, "total": self.catalogue.size, "unit": "bytes"}
            self.job.counts = summary.counts
            self.job.save(update_fields=["progress", "counts"])
            self.saved = now

    def stop(self) -> None:
        """Take the bar away."""
        self.bar.stop()

    def __enter__(self) -> Self:
        self.bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
