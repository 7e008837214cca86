"""Who sends a write, as the catalogue notes it."""

from rest_framework.request import Request

from books.editing.books import Writer
from core.accounts.credentials import Caller


def writer_of(request: Request) -> Writer:
    """The Writer that the caller of `request` is: its API key, or else its account."""
    caller = request.auth
    assert isinstance(caller, Caller)
    if caller.key:
        return Writer("key", caller.key.pk, caller.key.name)
    return Writer("account", caller.user.pk, caller.user.name or caller.user.email)
