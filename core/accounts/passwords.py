"""Passwords: checking one in constant time, changing one, and setting a new one by a token that was mailed."""

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.utils.encoding import force_bytes, force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from core.accounts.families import sign_out_everywhere
from core.accounts.models import User

_generator = PasswordResetTokenGenerator()


class InvalidResetToken(Exception):
    """Raised for a reset token that was not mailed by this installation, was used, or is older than an hour."""


def authenticate(email: str, password: str) -> User | None:
    """The active account with this e-mail address and password; None if there is none.

    A password is hashed in either case, so that the time does not tell whether the address is known.
    """
    user = User.objects.with_email(email).first()
    if user is None or not user.has_usable_password():
        make_password(password)
        return None
    return user if user.check_password(password) and user.is_active else None


def set_password(user: User, password: str) -> None:
    """Give `user` a new password and end all its token families; its API keys stay.

    Raises django.core.exceptions.ValidationError for a password that is easy to guess.
    """
    validate_password(password, user)
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        sign_out_everywhere(user)


def reset_token(user: User) -> str:
    """A token by which `user` may set a new password once, within PASSWORD_RESET_TIMEOUT seconds."""
    return f"{urlsafe_base64_encode(force_bytes(user.pk))}.{_generator.make_token(user)}"


def reset_password(token: str, password: str) -> None:
    """Set the password of the account that `token` was mailed to.

    Raises InvalidResetToken, and django.core.exceptions.ValidationError as `set_password` does.
    """
    coded, _, rest = token.partition(".")
    try:
        pk = int(force_str(urlsafe_base64_decode(coded)))
    except ValueError:
        raise InvalidResetToken from None
    with transaction.atomic():
        # Locked, so that of two requests with one token the second finds it used.
        user = User.objects.select_for_update().filter(pk=pk, is_active=True).first() if 0 < pk < 2**63 else None
        if user is None or not _generator.check_token(user, rest):
            raise InvalidResetToken
        set_password(user, password)
