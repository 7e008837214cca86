"""Passwords: checking one in constant time, changing one, and setting a new one by a token that was mailed."""

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.utils.encoding import force_bytes, force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from core.accounts.families import AccountChanged, sign_out_everywhere
from core.accounts.models import User
from core.limits.sign_ins import SignInLock

_generator = PasswordResetTokenGenerator()


class InvalidResetToken(Exception):
    """Raised for a reset token that was not mailed by this installation, was used, or is older than an hour."""


class WrongPassword(Exception):
    """Raised for a password that is not the account's."""


def authenticate(email: str, password: str, address: str) -> User | None:
    """The active account with this e-mail address and password; None if there is none.

    A password is hashed in either case, so that the time does not tell whether the e-mail address is known. Failures
    count for it and for the client's `address`. Raises SignInLocked, whether or not the password is right.
    """
    lock = SignInLock(email, address)
    lock.check()
    user = _with_password(email, password)
    _settle(lock, good=user is not None)
    return user


def _with_password(email: str, password: str) -> User | None:
    user = User.objects.with_email(email).first()
    if user is None or not user.has_usable_password():
        make_password(password)
        return None
    return user if _is_password(user, password) and user.is_active else None


def set_password(user: User, password: str) -> None:
    """Give `user` a new password and end all its token families; its API keys stay.

    Raises django.core.exceptions.ValidationError for a password that is easy to guess, and AccountChanged.
    """
    validate_password(password, user)
    # Hashed before the transaction, as SQLite has one writer at a time.
    coded = make_password(password)
    with transaction.atomic():
        if not _replace(user, coded):
            raise AccountChanged
        sign_out_everywhere(user)


def change_password(user: User, current: str, password: str, address: str) -> None:
    """Give `user` a new password if `current` is its password.

    A wrong one counts as a failed sign-in of a client at `address`: an access token must not serve to guess the
    password. Raises WrongPassword, SignInLocked, and django.core.exceptions.ValidationError as `set_password` does.
    """
    lock = SignInLock(user.email, address)
    lock.check()
    good = _is_password(user, current)
    _settle(lock, good=good)
    if not good:
        raise WrongPassword
    try:
        set_password(user, password)
    except AccountChanged:
        raise WrongPassword from None


def _settle(lock: SignInLock, *, good: bool) -> None:
    """Count a wrong password; a right one is refused if others were too many meanwhile. Raises SignInLocked."""
    if good:
        lock.check()
    else:
        lock.fail()


def _is_password(user: User, password: str) -> bool:
    """Whether `password` is that of `user`; if it is, and was hashed in an older way, it is hashed anew."""
    hashed_anew = True

    def hash_anew(raw: str) -> None:
        nonlocal hashed_anew
        hashed_anew = _replace(user, make_password(raw))

    good = check_password(password, user.password, hash_anew)
    if hashed_anew:
        return good
    # Another request was first, which may have set another password.
    user.refresh_from_db(fields=["password", "is_active"])
    return check_password(password, user.password)


def _replace(user: User, coded: str) -> bool:
    """Store the hash of a password, if the account is active and has the one that it was read with; say whether so."""
    same = User.objects.filter(pk=user.pk, password=user.password, is_active=True)
    if not same.update(password=coded):
        return False
    user.password = coded
    return True


def reset_token(user: User) -> str:
    """A token by which `user` may set a new password once, within PASSWORD_RESET_TIMEOUT seconds."""
    return f"{urlsafe_base64_encode(force_bytes(user.pk))}.{_generator.make_token(user)}"


def reset_password(token: str, password: str) -> None:
    """Set the password of the account that `token` was mailed to.

    Raises InvalidResetToken, and django.core.exceptions.ValidationError as `set_password` does.
    """
    number, _, rest = token.partition(".")
    try:
        pk = int(force_str(urlsafe_base64_decode(number)))
    except ValueError:
        raise InvalidResetToken from None
    user = User.objects.filter(pk=pk, is_active=True).first() if 0 < pk < 2**63 else None
    if user is None or not _generator.check_token(user, rest):
        raise InvalidResetToken
    try:
        set_password(user, password)
    except AccountChanged:
        # Another request with this token was first, or a new password made it void.
        raise InvalidResetToken from None
