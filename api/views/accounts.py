"""The views of accounts: signing in and out, one's own account and password, API keys, and an admin's users."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerAway
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.exceptions import ProblemError, field_error
from api.private.client import client_of
from api.private.permissions import Administers, People
from api.private.viewset import PrivateViewSet
from core.accounts import families, passwords
from core.accounts.administering import LastAdminError, change_user
from core.accounts.keys import create_key, good_keys
from core.accounts.models import ApiKey, User
from core.accounts.roles import scopes_beyond
from core.accounts.tasks import send_reset_mail
from core.limits.sign_ins import may_mail
from core.volatile.base import StoreAway
from serializers.accounts import NEW_KEY, TOKENS, AccountSerializer, KeySerializer, MeSerializer, me
from serializers.writing import accounts as bodies

MAIL_DELAY = 1
"""Seconds that a mail waits, so that a new account is saved before a worker looks for it."""


class SignInViewSet(PrivateViewSet):
    """Signing in with a password, exchanging a refresh token for the next, and signing out."""

    authentication_classes = []
    permission_classes = []
    bodies = {"token": bodies.TokenBody, "refresh": bodies.RefreshBody, "logout": bodies.RefreshBody}
    answers = {"logout": 204}
    shown = {"token": TOKENS, "refresh": TOKENS}

    def token(self, request: Request) -> Response:
        """The first tokens of a sign-in. Raises SignInLocked; ProblemError: 401 for a wrong address or password."""
        given = self.body(request)
        user = passwords.authenticate(given["email"], given["password"], client_of(request))
        try:
            pair = families.sign_in(user) if user else None
        except families.AccountChanged:
            pair = None
        if pair is None:
            raise ProblemError("unauthorized", "No active account has this e-mail address and password.")
        return _tokens(pair)

    def refresh(self, request: Request) -> Response:
        """The response with the next tokens. Raises ProblemError: 401 for a token that is not good, 503."""
        try:
            return _tokens(families.refresh(self.body(request)["refresh"]))
        except families.InvalidToken:
            raise _refused_token() from None
        except StoreAway:
            raise ProblemError("unavailable", "It cannot be told now whether this token was used before.") from None

    def logout(self, request: Request) -> Response:
        """The empty response after the sign-in has ended. Raises ProblemError: 401 for a token that is not good."""
        try:
            families.sign_out(self.body(request)["refresh"])
        except families.InvalidToken:
            raise _refused_token() from None
        return Response(status=204)


def _tokens(pair: families.TokenPair) -> Response:
    return Response({**pair._asdict(), "token_type": "Bearer"})


def _refused_token() -> ProblemError:
    return ProblemError("unauthorized", "The refresh token is not accepted: unknown, expired, used or signed out.")


class MeViewSet(PrivateViewSet):
    """The account of whoever asks."""

    full_serializer = MeSerializer
    bodies = {"partial_update": bodies.MeBody}

    def get_permissions(self) -> list[Any]:
        """Only people change their account, and not the keys that they gave to programs."""
        return [People()] if self.action == "partial_update" else super().get_permissions()

    def show(self, request: Request) -> Response:
        """The response with the caller's account, and the key of a program."""
        return Response(me(request.auth.user, request.auth.key))

    def partial_update(self, request: Request) -> Response:
        """The response with the caller's account after it was changed. Raises ValidationError."""
        given = self.body(request)
        if given:
            User.objects.filter(pk=request.auth.user.pk).update(**given)
            request.auth.user.refresh_from_db()
        return self.show(request)


class PasswordViewSet(PrivateViewSet):
    """Changing one's own password."""

    permission_classes = [People]
    bodies = {"password": bodies.PasswordBody}
    answers = {"password": 204}

    def password(self, request: Request) -> Response:
        """The empty response after the password was changed. Raises ValidationError and SignInLocked."""
        given = self.body(request)
        try:
            with _named("new_password"):
                passwords.change_password(
                    request.auth.user, given["current_password"], given["new_password"], client_of(request)
                )
        except passwords.WrongPassword:
            raise field_error("current_password", "wrong", "Is not the account's password.") from None
        return Response(status=204)


class ResetViewSet(PrivateViewSet):
    """Setting a new password by a token that is mailed."""

    authentication_classes = []
    permission_classes = []
    bodies = {"reset": bodies.ResetBody, "confirm": bodies.ConfirmBody}
    answers = {"reset": 202, "confirm": 204}

    def reset(self, request: Request) -> Response:
        """The empty response once a task is queued, which mails a token if the address is an account's.

        An address that got as many as it may gets none, which the answer does not say.
        """
        email = self.body(request)["email"]
        if may_mail(email):
            _mail_reset(email)
        return Response(status=202)

    def confirm(self, request: Request) -> Response:
        """The empty response after the password was set.

        Raises ProblemError: 401 for a token that is not good; ValidationError for a password that is easy to guess.
        """
        given = self.body(request)
        try:
            with _named("new_password"):
                passwords.reset_password(given["token"], given["new_password"])
        except passwords.InvalidResetToken:
            detail = "The token is not accepted: it was used, is older than an hour, or was not mailed."
            raise ProblemError("unauthorized", detail) from None
        return Response(status=204)


def _mail_reset(email: str) -> None:
    """Queue the mail of a reset token. Raises ProblemError (`unavailable`) if the broker is away."""
    try:
        send_reset_mail.apply_async((email,), countdown=MAIL_DELAY, retry=False)
    except (BrokerAway, OSError):
        raise ProblemError("unavailable", "No task can be queued now.") from None


@contextmanager
def _named(field: str) -> Iterator[None]:
    """A context manager in which a password that is easy to guess raises DRF's ValidationError, for `field`."""
    try:
        yield
    except DjangoValidationError as error:
        details = [serializers.ErrorDetail(text, code="too_weak") for text in error.messages]
        raise serializers.ValidationError({field: details}) from None


class KeyViewSet(PrivateViewSet):
    """One's own API keys: the list, one, making one, and revoking one."""

    permission_classes = [People]
    full_serializer = KeySerializer
    bodies = {"create": bodies.KeyBody}
    answers = {"create": 201, "destroy": 204}
    shown = {"create": NEW_KEY}

    def get_queryset(self) -> QuerySet[ApiKey]:
        """The caller's keys that are good."""
        return good_keys().filter(user=self.request.auth.user)

    def create(self, request: Request) -> Response:
        """The response with a new key, the only one that shows the key itself. Raises ValidationError."""
        given = self.body(request)
        user: User = request.auth.user
        if beyond := scopes_beyond(user, given["scopes"]):
            raise field_error("scopes", "not_allowed", f"The role {user.role} does not have: {beyond}.")
        key, secret = create_key(user, given["name"], given["scopes"], given["expires_at"])
        return self.created(request, {**KeySerializer(key).data, "key": secret})

    def destroy(self, request: Request, pk: str) -> Response:
        """The empty response after the key was revoked. Raises Http404."""
        key = self.row()
        ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now())
        return Response(status=204)


class UserViewSet(PrivateViewSet):
    """All accounts, for admins: the list, one, making one, and changing its name, role or state."""

    permission_classes = [Administers]
    full_serializer = AccountSerializer
    bodies = {"create": bodies.UserBody, "partial_update": bodies.UserPatchBody}
    answers = {"create": 201}

    def get_queryset(self) -> QuerySet[User]:
        """All accounts."""
        return User.objects.all()

    def create(self, request: Request) -> Response:
        """The response with a new account, to which a reset mail goes unless a password is given.

        Raises ValidationError, also if the e-mail address is another account's.
        """
        given = self.body(request)
        password = given.pop("password", None)
        user = User(**given)
        if password is None:
            user.set_unusable_password()
        else:
            with _named("password"):
                validate_password(password, user)
            user.set_password(password)
        try:
            # Without the mail nobody could sign in, so an account is made with it or not at all.
            with transaction.atomic():
                user.save()
                if password is None and user.is_active:
                    _mail_reset(user.email)
        except IntegrityError:
            raise field_error("email", "taken", "Another account has this address.") from None
        return self.created(request, AccountSerializer(user).data)

    def partial_update(self, request: Request, pk: str) -> Response:
        """The response with the account after it was changed. Raises ValidationError, Http404, ProblemError (409)."""
        given = self.body(request)
        try:
            user = change_user(self.row().pk, given)
        except LastAdminError:
            raise ProblemError("conflict", "The last active admin stays one.") from None
        return Response(AccountSerializer(user).data)
