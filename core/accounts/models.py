"""Accounts: who may sign in, the tokens of each sign-in, and the API keys by which programs act for an account."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class UserManager(BaseUserManager["User"]):
    """Creates accounts, and finds one by its e-mail address in any case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Save a new account and return it. Raises ValueError without an e-mail address."""
        if not email:
            raise ValueError("an account needs an e-mail address")
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Save a new account with the role `admin`, which may do everything, and return it.

        `manage.py createsuperuser` calls this. Raises ValueError without an e-mail address.
        """
        return self.create_user(email, password, **{**fields, "role": User.Role.ADMIN, "is_superuser": True})

    def get_by_natural_key(self, username: str | None) -> "User":
        """The account whose e-mail address is `username`, in upper or lower case. Raises User.DoesNotExist."""
        return self.with_email(username).get()

    def with_email(self, email: str | None) -> "models.QuerySet[User]":
        """The account whose e-mail address is `email`, in upper or lower case, as a queryset of at most one."""
        return self.filter(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """An account, which signs in by its e-mail address; its role says what it may do."""

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
        """Whether this account may enter Django's admin site."""
        return self.role == self.Role.ADMIN


class TokenFamily(models.Model):
    """The tokens of one sign-in: those that it gave, and those that each refresh gave since.

    A row is written at sign-in and when the family ends: which refresh tokens were used is in the volatile store, under
    the family's id, which is random so that a database that was restored never gives it again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="token_families")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="token_family_expires")]


class ApiKey(models.Model):
    """A key by which a program acts for an account. Only its hash is stored; a revoked one stays, to name who wrote."""

    class Scope(models.TextChoices):
        READ = "read"
        WRITE = "write"
        IMPORT = "import"
        ADMIN = "admin"

    user = models.ForeignKey(User, models.CASCADE, related_name="keys")
    name = models.CharField(max_length=200)
    prefix = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
