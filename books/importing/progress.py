"""Progress: shows how far a load is on the terminal, and saves it in the load's job."""

import time
from typing import Any

from books.importing.readers.formats import Catalogue
from books.importing.summary import Summary
from core.jobs.models import Job
from core.progress import ProgressDisplay

EVERY_SAVE = 1.0
"""Least seconds between two updates of the job's row."""


class Progress(ProgressDisplay):
    """The `progress` callback of a load: called once a batch, with the summary so far."""

    def __init__(self, catalogue: Catalogue, job: Job, stream: Any) -> None:
        super().__init__(stream)
        self.catalogue, self.job = catalogue, job
        self.summary = Summary()
        self.begin(f"Loading {catalogue.format}", catalogue.size, "records")
        self.saved = self.began

    def __call__(self, summary: Summary) -> None:
        """Show the summary and the position in the file; save both in the job, at most once in EVERY_SAVE seconds."""
        self.summary = summary
        position = self.catalogue.position()
        self.show(position, summary.records)
        now = time.monotonic()
        if now - self.saved >= EVERY_SAVE:
            self.job.progress = {"done": position, "total": self.catalogue.size, "unit": "bytes"}
            self.job.counts = summary.job_counts
            self.job.save(update_fields=["progress", "counts"])
            self.saved = now
