"""What each role may do, as scopes of API keys name it."""

from collections.abc import Collection

from core.accounts.models import ApiKey, User

SCOPES: dict[str, frozenset[str]] = {
    User.Role.READER: frozenset({ApiKey.Scope.READ}),
    User.Role.EDITOR: frozenset({ApiKey.Scope.READ, ApiKey.Scope.WRITE}),
    User.Role.ADMIN: frozenset(ApiKey.Scope),
}
"""The scopes of each role: a key has those of its own that its account's role has too."""


def scopes_of(user: User) -> frozenset[str]:
    """The scopes of the role of `user`."""
    return SCOPES.get(user.role, frozenset())


def scopes_beyond(user: User, scopes: Collection[str]) -> str:
    """Those of `scopes` that the role of `user` does not have, as a list to be read; empty if it has all."""
    return ", ".join(sorted(set(scopes) - scopes_of(user)))
