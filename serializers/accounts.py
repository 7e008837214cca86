"""How accounts and API keys are shown, to those whom they concern."""

from typing import Any

from core.accounts.keys import last_used
from core.accounts.models import ApiKey, User
from serializers.base import KEY, Field, Integer, Method, Schema, Serializer, Strings, Text, Timestamp

_USED = Timestamp(null=True, help="To the minute; null if it was not used or is not known")


class AccountSerializer(Serializer):
    """An account: a person who may sign in."""

    id = Integer(example=1, **KEY)
    email = Text(format="email", example="ada@example.org")
    name = Text(example="Ada")
    role = Text(enum=list(User.Role.values), example="editor")
    active = Field("is_active", type="boolean", help="A disabled account can do nothing, nor can its keys")
    created_at = Timestamp()


class KeySerializer(Serializer):
    """An API key, by which a program acts for its account."""

    id = Integer(example=1, **KEY)
    name = Text(example="nightly import")
    prefix = Text(help="How the key begins", example="oct_3fGh7kLm")
    scopes = Strings(items={"type": "string", "enum": list(ApiKey.Scope.values)}, example=["read", "write"])
    created_at = Timestamp()
    expires_at = Timestamp(null=True, help="Null is never")
    last_used_at = Method(_USED.schema)

    def get_last_used_at(self, key: ApiKey) -> str | None:
        """When the key was last used."""
        return _USED.to_value(last_used(key))


COMPONENTS: Schema = {
    "Tokens": {
        "type": "object",
        "description": "The tokens of a sign-in: one to send, and one to exchange for the next two.",
        "required": ["access", "refresh", "token_type", "expires_in"],
        "properties": {
            "access": {"type": "string", "description": "To be sent as `Authorization: Bearer …`"},
            "refresh": {"type": "string", "description": "Good once; the answer brings the next"},
            "token_type": {"type": "string", "enum": ["Bearer"]},
            "expires_in": {"type": "integer", "minimum": 1, "description": "Seconds for which `access` is good"},
        },
    },
    "NewKey": {
        "description": "A key that was just made: the only time that the key itself is shown.",
        "allOf": [
            {"$ref": "#/components/schemas/Key"},
            {
                "type": "object",
                "required": ["key"],
                "properties": {
                    "key": {"type": "string", "pattern": "^oct_[A-Za-z0-9_-]{43}$", "description": "To be kept safe"}
                },
            },
        ],
    },
}
"""OpenAPI components of documents that no serializer makes."""
TOKENS: Schema = {"$ref": "#/components/schemas/Tokens"}
NEW_KEY: Schema = {"$ref": "#/components/schemas/NewKey"}


class MeSerializer(AccountSerializer):
    """The account of whoever asks, and the key if a program asks."""

    key = Field(null=True, **{"$ref": "#/components/schemas/Key"})


def me(user: User, key: ApiKey | None) -> dict[str, Any]:
    """The document of an account for whoever asks with it, with the key's document if a program asks by one."""
    document: dict[str, Any] = AccountSerializer(user).data
    return {**document, "key": KeySerializer(key).data} if key else document
