"""What each role may do, as scopes of API keys name it."""

from core.accounts.models import ApiKey, User

SCOPES = {
    User.Role.READER: frozenset({ApiKey.Scope.READ}),
    User.Role.EDITOR: frozenset({ApiKey.Scope.READ, ApiKey.Scope.WRITE}),
    User.Role.ADMIN: frozenset(ApiKey.Scope),
}
"""The scopes of each role: a key has those of its own that its account's role has too."""
