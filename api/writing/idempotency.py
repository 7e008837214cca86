"""Idempotency-Key: the header by which a client names a request, so that sending it again makes nothing twice."""

from hashlib import sha256

from rest_framework.request import Request

from api.exceptions import ProblemError
from core.accounts.credentials import Caller
from core.changes.kept_answers import RequestName

HEADER = "Idempotency-Key"
LONGEST = 255
"""Characters of the longest key."""


def request_name(request: Request) -> RequestName | None:
    """The RequestName of a request with the header; None without it. To be called before the body is parsed.

    Raises ProblemError (`bad_request`) for a key that is empty, longer than LONGEST or not of visible characters.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not 0 < len(key) <= LONGEST or not key.isascii() or not key.isprintable():
        raise ProblemError("bad_request", f"{HEADER} must have 1 to {LONGEST} visible ASCII characters.")
    caller = request.auth
    assert isinstance(caller, Caller)
    name = f"key:{caller.key.pk}" if caller.key else f"account:{caller.user.pk}"
    query = request.META.get("QUERY_STRING", "").encode("utf-8", "surrogateescape")
    return RequestName(name, request.path_info, key, sha256(query + b"\n" + request._request.body).hexdigest())


def refuse_key(request: Request) -> None:
    """Raise ProblemError (`bad_request`) if the request has the header: here nothing would come of it."""
    if HEADER in request.headers:
        raise ProblemError("bad_request", f"{HEADER} goes with requests that make something in the catalogue.")
