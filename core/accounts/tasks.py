"""The Celery tasks of accounts: mailing a reset link, and forgetting what has expired."""

from django.conf import settings
from django.core.mail import send_mail

from core.accounts.families import forget_expired
from core.accounts.models import User
from core.accounts.passwords import reset_token
from core.celery import app

RETRIES = 5
"""How often a mail is tried again while the mail server is away, each time after twice as long."""


@app.task(autoretry_for=(OSError,), retry_backoff=30, max_retries=RETRIES)
def send_reset_mail(email: str) -> None:
    """Mail a link by which a new password can be set to `email`, if that is an active account's."""
    user = User.objects.with_email(email).filter(is_active=True).first()
    if user is None:
        return
    token = reset_token(user)
    link = settings.PASSWORD_RESET_URL.replace("{token}", token)
    text = (
        "Somebody asked to set a new password for your account at this book catalogue. If it was you, follow this link "
        f"within an hour:\n\n{link}\n\nThe token alone, for programs: {token}\n\nOtherwise there is nothing to do.\n"
    )
    send_mail("Set a new password", text, settings.EMAIL_FROM, [user.email])


@app.task
def forget_expired_families() -> int:
    """Delete the token families whose time is over; returns how many there were."""
    return forget_expired()
