"""What clients send to sign in, and to make and change accounts and API keys."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from core.accounts.models import ApiKey, User
from serializers.writing.base import Body, Choices, Flag, Line, Text

LONGEST_PASSWORD = 1_000
LONGEST_TOKEN = 2_000


class Secret(Text):
    """A password or a token: taken as it is, blanks at its ends too, and never shown."""

    def __init__(self, max_length: int = LONGEST_PASSWORD, **options: Any) -> None:
        super().__init__(min_length=1, max_length=max_length, trim_whitespace=False, write_only=True, **options)


class Address(serializers.EmailField):
    """An e-mail address that mail can be sent to: no quoted names, and a domain that the DNS can hold (RFC 5890)."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_length=6, max_length=254, **options)

    def to_internal_value(self, data: Any) -> str:
        """The address. Raises ValidationError."""
        address: str = super().to_internal_value(data)
        name, _, domain = address.rpartition("@")
        try:
            domain.encode("idna")
        except UnicodeError:
            self.fail("invalid")
        if name.startswith('"'):
            self.fail("invalid")
        return address


class TokenBody(Body):
    """An account's e-mail address and password."""

    email = Address(help_text="In upper or lower case")
    password = Secret()


class RefreshBody(Body):
    """A refresh token."""

    refresh = Secret(LONGEST_TOKEN, help_text="The newest refresh token of this sign-in")


class MeBody(Body):
    """What one may change of one's own account."""

    answered = frozenset({"id", "email", "role", "active", "created_at", "key"})
    name = Line(max_length=200, allow_blank=True, required=False)


class PasswordBody(Body):
    """The password that an account has, and the one that it is to have."""

    current_password = Secret()
    new_password = Secret()


class ResetBody(Body):
    """The e-mail address to which a reset token is mailed."""

    email = Address()


class ConfirmBody(Body):
    """A mailed reset token, and the password that its account is to have."""

    token = Secret(LONGEST_TOKEN)
    new_password = Secret()


class KeyBody(Body):
    """A new API key."""

    answered = frozenset({"id", "prefix", "created_at", "last_used_at", "key"})
    name = Line(max_length=200, help_text="What the key is for")
    scopes = Choices(
        child=serializers.ChoiceField(ApiKey.Scope.values),
        allow_empty=False,
        max_length=len(ApiKey.Scope),
        help_text="What the key may do, within what its account's role may",
    )
    expires_at = serializers.DateTimeField(
        allow_null=True, default=None, default_timezone=timezone.get_default_timezone(), help_text="Null is never"
    )

    def validate_expires_at(self, value: Any) -> Any:
        """`value`, a moment to come or None. Raises ValidationError for one that has passed."""
        if value is not None and value <= timezone.now():
            raise serializers.ValidationError("Must be in the future.", code="past")
        return value


class UserBody(Body):
    """A new account. Without a password, a mail is sent by which one is set."""

    answered = frozenset({"id", "created_at"})
    email = Address()
    name = Line(max_length=200, allow_blank=True, default="")
    role = serializers.ChoiceField(User.Role.values, default=User.Role.READER.value)
    active = Flag(source="is_active", default=True)
    password = Secret(required=False)


class UserPatchBody(Body):
    """What an admin may change of an account."""

    answered = frozenset({"id", "email", "created_at"})
    name = Line(max_length=200, allow_blank=True, required=False)
    role = serializers.ChoiceField(User.Role.values, required=False)
    active = Flag(source="is_active", required=False)
