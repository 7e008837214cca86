"""Signs and reads the tokens that people sign in with: JSON Web Tokens (RFC 7519), signed by HMAC with SHA-256."""

import hashlib
import hmac
from typing import Any, Literal

import jwt
from django.conf import settings
from django.utils import timezone

ALGORITHM = "HS256"
Kind = Literal["access", "refresh"]


def sign(kind: Kind, claims: dict[str, Any], seconds: int) -> str:
    """A token of `kind` with the `claims`, good for `seconds` from now."""
    now = int(timezone.now().timestamp())
    return jwt.encode({**claims, "typ": kind, "iat": now, "exp": now + seconds}, _key(settings.SECRET_KEY), ALGORITHM)


def read(kind: Kind, token: str) -> dict[str, Any] | None:
    """The claims of a token of `kind` that this installation has signed; None for any other, and for an expired one."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            claims: dict[str, Any] = jwt.decode(
                token, _key(secret), [ALGORITHM], options={"require": ["exp", "iat"], "verify_exp": False}
            )
        except jwt.InvalidTokenError:
            continue
        # Compared with Django's clock, not PyJWT's: one clock decides when a token is made and when it ends.
        good = claims.get("typ") == kind and claims["exp"] > timezone.now().timestamp()
        return claims if good else None
    return None


def _key(secret: str) -> bytes:
    """The key for tokens, derived from the installation's secret, which signs other things too."""
    return hmac.digest(secret.encode(), b"octavo.accounts.tokens", hashlib.sha256)
