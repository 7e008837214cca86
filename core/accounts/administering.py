"""Changing other people's accounts."""

from typing import Any

from django.db import transaction

from core.accounts.families import sign_out_everywhere
from core.accounts.models import User


class LastAdminError(Exception):
    """Raised for a change that would leave no active admin."""


def change_user(pk: int, values: dict[str, Any]) -> User:
    """Set columns of an account, by name, and return it. Disabling it ends its token families.

    Raises LastAdminError and User.DoesNotExist.
    """
    with transaction.atomic():
        # All admins are locked, so that of two who disable each other one stays.
        admins = User.objects.select_for_update().filter(role=User.Role.ADMIN, is_active=True).order_by("pk")
        active_admins = {admin.pk for admin in admins}
        user = User.objects.select_for_update().get(pk=pk)
        for name, value in values.items():
            setattr(user, name, value)
        is_admin = user.role == User.Role.ADMIN
        if active_admins == {pk} and not (is_admin and user.is_active):
            raise LastAdminError
        # Django's own permissions go with the role.
        user.is_superuser = user.is_superuser and is_admin
        user.save(update_fields=[*values, "is_superuser"])
        if not user.is_active:
            sign_out_everywhere(user)
    return user
