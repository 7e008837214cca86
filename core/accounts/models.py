"""User: the accounts that may sign in; the role of each says what it may do."""

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
        return self.get(email__iexact=username)


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
