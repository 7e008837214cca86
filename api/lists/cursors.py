"""Cursors: signed texts that say where a page begins; each is valid only for the list it was made for."""

import base64
import binascii
import hashlib
import hmac
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from django.conf import settings
from django.db.models import Model
from django.utils.crypto import constant_time_compare

from api.exceptions import ProblemError
from core.database.keyset import Ordering

_SALT = "octavo.cursor"
LONGEST = 4000
PATTERN = "^[0-9A-Za-z_-]{2,}[.][0-9A-Za-z_-]{43}$"
"""Pattern of a cursor: its payload and its signature, both in URL-safe base64."""


class Cursor(NamedTuple):
    """Where a page begins: after the row with the values `key` in the ordering, or, if `backwards`, before it.

    No key (None) means the end of the list, before which its last page is.
    """

    key: list[Any] | None
    backwards: bool = False


def _signature(text: str, secret: str) -> str:
    """The signature of `text` with the key `secret`, as Django's Signer computes it; a Signer takes longer to make."""
    signature = hmac.digest(_key(secret), text.encode(), "sha256")
    return base64.urlsafe_b64encode(signature).decode().rstrip("=")


@lru_cache(maxsize=16)
def _key(secret: str) -> bytes:
    return hashlib.sha256(f"{_SALT}signer{secret}".encode()).digest()


def encode(cursor: Cursor, signed_context: str) -> str:
    """The cursor as text, signed together with `signed_context`, a text of the list's path, filters and order."""
    payload = base64.urlsafe_b64encode(orjson.dumps([cursor.backwards, *(cursor.key or ())])).decode().rstrip("=")
    return f"{payload}.{_signature(f'{payload} {signed_context}', settings.SECRET_KEY)}"


def decode(text: str, signed_context: str, model: type[Model], ordering: Ordering) -> Cursor:
    """The Cursor that `text` says. Raises ProblemError (`invalid_cursor`) if it was not signed with `signed_context`.

    The values of its key become Python values of the columns in `ordering`.
    """
    payload, _, signature = text.partition(".")
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    signed = f"{payload} {signed_context}"
    if len(text) > LONGEST or not any(constant_time_compare(signature, _signature(signed, key)) for key in secrets):
        raise ProblemError("invalid_cursor", "The cursor is not one of this list's, with these filters and this order.")
    try:
        backwards, *values = orjson.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (binascii.Error, ValueError) as error:
        raise ProblemError("invalid_cursor", "The cursor cannot be read.") from error
    if not values:
        return Cursor(None, backwards)
    columns = {field.name: field for field in model._meta.concrete_fields}
    read = [
        columns[term.column].to_python(value) if term.column in columns else value
        for term, value in zip(ordering, values, strict=True)
    ]
    return Cursor(read, backwards)
