"""`manage.py create_key EMAIL NAME`: makes an API key for an account."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management import CommandError
from django.utils import timezone

from core.accounts.keys import create_key
from core.accounts.models import ApiKey, User
from core.accounts.roles import scopes_beyond
from core.management.catalogue import CatalogueCommand


class Command(CatalogueCommand):
    """Makes an API key and prints it, once: only its hash is stored."""

    help = "Make an API key for an account, and print it. It cannot be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments: whose key, its name, its scopes, and how long it is good."""
        parser.add_argument("email", help="whose key it is")
        parser.add_argument("name", help="what it is for, at most 200 characters")
        parser.add_argument("--scope", action="append", choices=ApiKey.Scope.values, help="what it may do; read alone")
        parser.add_argument("--days", type=int, help="after how many days it expires; never unless told")

    def handle(self, *args: Any, email: str, name: str, scope: list[str] | None, **options: Any) -> None:
        """Make the key. Raises CommandError for an unknown account, a wrong name, or a scope its role does not have."""
        user = User.objects.with_email(email).filter(is_active=True).first()
        days: int | None = options["days"]
        if user is None:
            raise CommandError(f"no active account has the e-mail address {email}")
        if not 0 < len(name.strip()) <= 200:
            raise CommandError("a name has from 1 to 200 characters")
        if days is not None and not 1 <= days <= 36_500:
            raise CommandError("--days must be from 1 to 36,500")
        scopes = scope or [ApiKey.Scope.READ]
        if beyond := scopes_beyond(user, scopes):
            raise CommandError(f"the role {user.role} does not have the scope {beyond}")
        expires_at = timezone.now() + timedelta(days=days) if days is not None else None
        self.stdout.write(create_key(user, name.strip(), scopes, expires_at)[1])
