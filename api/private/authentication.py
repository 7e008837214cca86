"""BearerAuthentication: finds out who sends a request, for the views that need to know."""

from copy import copy

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from api.exceptions import CHALLENGE
from core.accounts.credentials import CALLER, Caller, InvalidCredential, identify
from core.accounts.models import User


class BearerAuthentication(BaseAuthentication):
    """DRF's authentication by `Authorization: Bearer …`, with an access token or an API key.

    `request.auth` is the Caller; a credential that is not accepted is answered 401.
    """

    def authenticate(self, request: Request) -> tuple[User, Caller] | None:
        """The account and the Caller; None without a credential. Raises AuthenticationFailed.

        The Caller is that of CredentialsMiddleware; only Django's test client sends requests without that.
        """
        scope = getattr(request._request, "scope", {})
        if CALLER in scope:
            known: Caller = scope[CALLER]
            # Other requests of this caller have the same rows in memory.
            caller = known._replace(user=copy(known.user), key=copy(known.key))
            return caller.user, caller
        try:
            found = identify(request.headers.get("Authorization"))
        except InvalidCredential:
            raise AuthenticationFailed("The credential is not accepted: unknown, expired or revoked.") from None
        return (found.user, found) if found else None

    def authenticate_header(self, request: Request) -> str:
        """The header WWW-Authenticate of a 401 (RFC 6750, section 3)."""
        return CHALLENGE
