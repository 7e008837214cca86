"""Kept answers: what a write was answered, so that a client that sends it again makes nothing twice.

An answer is kept in the transaction of its write, under the client's own key (the header Idempotency-Key).
"""

from datetime import timedelta
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from core.changes.models import KeptAnswer
from core.database.locks import key_of

KEPT_HOURS = 24
"""Hours for which an answer is kept."""


class OtherRequest(Exception):
    """Raised where a key was used for a request with another body."""


class InProgress(Exception):
    """Raised where another request with the same key is being answered."""


class RequestName(NamedTuple):
    """What names a request: who sends it, to which path, under which key, and the digest of its body."""

    caller: str
    path: str
    key: str
    digest: str


class Answer(NamedTuple):
    """An answer: its body, the URL of what was made, empty where several were, and its status."""

    body: bytes
    location: str
    status: int = 201


def kept_answer(name: RequestName) -> Answer | None:
    """The answer that was kept for this request; None if this is its first time. Called in a transaction.

    Until the transaction ends, other requests of this name wait, on SQLite, or are refused. Raises OtherRequest,
    InProgress.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [key_of(repr(name[:3]))])
            if not cursor.fetchone()[0]:
                raise InProgress
    found = KeptAnswer.objects.filter(caller=name.caller, path=name.path, key=name.key).first()
    if found is None:
        return None
    if found.kept_at <= timezone.now() - timedelta(hours=KEPT_HOURS):
        found.delete()
        return None
    if found.digest != name.digest:
        raise OtherRequest
    return Answer(bytes(found.body), found.location, found.status)


def keep_answer(name: RequestName, answer: Answer) -> None:
    """Keep the answer of the request `name`."""
    KeptAnswer.objects.create(**name._asdict(), **answer._asdict())


def forget_old_answers() -> int:
    """Delete the answers whose time is over, and return how many there were."""
    return KeptAnswer.objects.filter(kept_at__lte=timezone.now() - timedelta(hours=KEPT_HOURS)).delete()[0]
