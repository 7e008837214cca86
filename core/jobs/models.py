"""The record of a long task."""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone


class JobQuerySet(models.QuerySet["Job"]):
    """Selects jobs by their state."""

    def running(self) -> Self:
        """Jobs whose state is `running`; only their lock says whether their process is alive."""
        return self.filter(state=Job.State.RUNNING)


class Job(models.Model):
    """A long task. This row decides whether it runs; a broker's message only wakes a worker."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        CANCELLED = "cancelled"

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
        """Mark the job as running, saved."""
        self.state, self.started_at = self.State.RUNNING, timezone.now()
        self.save()

    def finish(self, state: str, error: str = "") -> None:
        """Mark the job as ended in `state`, saved."""
        self.state, self.error, self.finished_at = state, error, timezone.now()
        self.save()
