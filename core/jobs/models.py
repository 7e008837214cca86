"""Job: the row that records a long task, such as an import, and its state."""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone


class JobQuerySet(models.QuerySet["Job"]):
    """A queryset of jobs, with a method that selects them by their state."""

    def running(self) -> Self:
        """Jobs whose state is `running`.

        The process of such a job may have been killed: only the job's lock says so.
        """
        return self.filter(state=Job.State.RUNNING)


class Job(models.Model):
    """A long task, such as an import. This row decides whether it runs; a broker's message only wakes a worker."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        CANCELLED = "cancelled"

    UNFINISHED = (State.QUEUED, State.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    parameters = models.JSONField(default=dict)
    progress = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="jobs")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "created_at"], name="job_state")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    def start(self) -> None:
        """Set the state to `running`, with the time, and save the job."""
        self.state, self.started_at = self.State.RUNNING, timezone.now()
        self.save()

    def finish(self, state: str, error: str = "") -> None:
        """Set the state to `state`, one that a job ends in, with the time and the `error`, and save the job."""
        self.state, self.error, self.finished_at = state, error, timezone.now()
        self.save()
