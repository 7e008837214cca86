"""Those who send requests: nobody, each role by its password, keys of each role, and credentials that are no good."""

from datetime import timedelta
from typing import NamedTuple

import jwt
from django.utils import timezone

from core.accounts import tokens
from core.accounts.families import sign_in
from core.accounts.keys import create_key
from core.accounts.models import ApiKey, TokenFamily, User

PASSWORD = "a long enough one"
KEYS = (
    ("read",), ("write",), ("import",), ("admin",), ("read", "write"), ("write", "import", "admin"),
    ("read", "write", "import", "admin"),
)  # fmt: skip
"""The scopes of the keys that each account has."""


class Caller(NamedTuple):
    """Who sends a request: the role of the account, and the scopes of a key; None if it is no key.

    `role` is empty for nobody. `authorization` is the header that is sent; it is not `accepted` where it is no good.
    """

    name: str
    role: str
    scopes: tuple[str, ...] | None
    authorization: str | None
    accepted: bool = True

    @property
    def headers(self) -> dict[str, str]:
        """The header Authorization, if one is sent."""
        return {} if self.authorization is None else {"authorization": self.authorization}


def address(role: str) -> str:
    """The e-mail address of the account with this role."""
    return f"{role}@example.org"


def make_callers() -> list[Caller]:
    """All callers, and their accounts: one for each role, and an admin who was disabled."""
    callers = [Caller("nobody", "", None, None)]
    for role in User.Role.values:
        user = User.objects.create_user(address(role), PASSWORD, role=role)
        callers.append(Caller(role, role, None, _bearer(sign_in(user).access)))
        callers += [
            Caller(f"{role}'s key of {' '.join(scopes)}", role, scopes, _bearer(create_key(user, "k", scopes)[1]))
            for scopes in KEYS
        ]
    return callers + [Caller(name, "", None, header, accepted=False) for name, header in _refused().items()]


def _refused() -> dict[str, str]:
    """Credentials that are not accepted; each would be an admin's if it were."""
    admin = User.objects.get(role="admin")
    disabled = User.objects.create_superuser("disabled@example.org", PASSWORD)
    now, scopes = timezone.now(), KEYS[-1]
    revoked, expired, of_disabled = (create_key(user, "k", scopes) for user in (admin, admin, disabled))
    ApiKey.objects.filter(pk=revoked[0].pk).update(revoked_at=now)
    ApiKey.objects.filter(pk=expired[0].pk).update(expires_at=now - timedelta(seconds=1))
    signed_in_then_disabled, pair, ended = sign_in(disabled).access, sign_in(admin), sign_in(admin).access
    User.objects.filter(pk=disabled.pk).update(is_active=False)
    TokenFamily.objects.filter(pk=_claims(ended)["fam"]).update(ended_at=now)
    claims = _claims(pair.access)
    refused = {
        "a key that was revoked": revoked[1],
        "a key that has expired": expired[1],
        "a key of a disabled account": of_disabled[1],
        "a token of a disabled account": signed_in_then_disabled,
        "a token of a family that has ended": ended,
        "a token that has expired": tokens.sign("access", {name: claims[name] for name in ("sub", "fam")}, -1),
        "a refresh token": pair.refresh,
        "a token of another installation": jwt.encode(claims, "x" * 32, tokens.ALGORITHM),
        "a token without a signature": jwt.encode(claims, None, "none"),
        "a key that nobody has": f"oct_{'x' * 43}",
        "garbage": "garbage",
    }
    return {**{name: _bearer(secret) for name, secret in refused.items()}, "another scheme": "Basic YWRhOmFkYQ=="}


def _claims(token: str) -> dict[str, str]:
    return jwt.decode(token, options={"verify_signature": False})


def _bearer(secret: str) -> str:
    return f"Bearer {secret}"
