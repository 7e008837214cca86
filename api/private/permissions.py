"""Who may do what: DRF permissions over the Caller of a request."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from core.accounts.credentials import Caller
from core.accounts.models import ApiKey


class SignedIn(BasePermission):
    """Lets through whoever has an account, people and programs."""

    message = "Sign in first."

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the request has a credential."""
        return isinstance(request.auth, Caller)


class People(SignedIn):
    """Lets through people only, who signed in with a password."""

    message = "An API key cannot do this: sign in with a password."

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the request has an access token."""
        return isinstance(request.auth, Caller) and request.auth.key is None


class Writes(SignedIn):
    """Lets through editors and admins, and their keys with the scope `write`."""

    message = "This needs the role editor, and of a key the scope write."

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the caller may write the catalogue."""
        return isinstance(request.auth, Caller) and ApiKey.Scope.WRITE in request.auth.scopes


class Administers(SignedIn):
    """Lets through admins, and their keys with the scope `admin`."""

    message = "This needs the role admin, and of a key the scope admin."

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the caller may administer."""
        return isinstance(request.auth, Caller) and ApiKey.Scope.ADMIN in request.auth.scopes
