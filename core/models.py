"""What every catalogue needs and no book knows of: accounts, kept row counts, the job record."""

import uuid
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class UserManager(BaseUserManager["User"]):
    """Makes accounts by e-mail."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new account, saved. Raises ValueError without an e-mail address."""
        if not email:
            raise ValueError("an account needs an e-mail address")
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """The first administrator (`manage.py createsuperuser`)."""
        return self.create_user(email, password, **{**fields, "role": User.Role.ADMIN, "is_superuser": True})

    def get_by_natural_key(self, username: str | None) -> "User":
        """E-mail addresses are one account whatever their case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """An account: signs in by e-mail, and may do what its role says."""

    class Role(models.TextChoices):
        READER = "reader"
        EDITOR = "editor"
        ADMIN = "admin"

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.READER)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    @property
    def is_staff(self) -> bool:
        """Whether the admin site lets this account in."""
        return self.role == self.Role.ADMIN


class RowCount(models.Model):
    """How many rows a list has, kept by every write so that no list counts them: `book`, `author:person`…"""

    name = models.CharField(max_length=80, primary_key=True)
    value = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(value__gte=0), name="row_count_not_negative")
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs by what is to be done about them."""

    def running(self) -> Self:
        """Jobs that say they run; whether a process still does is for their lease to tell."""
        return self.filter(state=Job.State.RUNNING)


class Job(models.Model):
    """A long task. This row is the truth; a broker's message is only a wake-up."""

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
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="jobs")
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
