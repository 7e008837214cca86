"""BearerAuthentication: finds out who sends a request, for the views that need to know."""

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from core.accounts.credentials import Caller, InvalidCredential, identify
from core.accounts.models import User


class BearerAuthentication(BaseAuthentication):
    """DRF's authentication by `Authorization: Bearer …`, with an access token or an API key.

    `request.auth` is the Caller; a credential that is not accepted is answered 401.
    """

    def authenticate(self, request: Request) -> tuple[User, Caller] | None:
        """The account and the Caller; None without a credential. Raises AuthenticationFailed."""
        try:
            caller = identify(request.headers.get("Authorization"))
        except InvalidCredential:
            raise AuthenticationFailed("The credential is not accepted: unknown, expired or revoked.") from None
        return (caller.user, caller) if caller else None

    def authenticate_header(self, request: Request) -> str:
        """The header WWW-Authenticate of a 401 (RFC 6750, section 3)."""
        return 'Bearer realm="octavo"'
