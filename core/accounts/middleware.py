"""CredentialsMiddleware: the ASGI application around all others, which finds out who sends a request before them."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError

from core.accounts.credentials import CALLER, InvalidCredential
from core.accounts.known_callers import KnownCallers, RunOnThread
from core.accounts.models import ApiKey
from core.database.errors import is_away
from core.freshness.base import GENERATION
from core.http.refusals import REFUSAL, Refused
from core.http.types import Receive, Send
from core.http.urls import canonical_path, is_for_operations, is_read_by_post
from core.limits.quotas import HEADERS, HOLDER, QuotaExceeded

logger = logging.getLogger("django.request")
"""Django's log of requests: of lines of status 503 it has one in some seconds."""

App = Callable[[Any, Receive, Send], Awaitable[None]]


class CredentialsMiddleware:
    """Checks the credential of each request, from memory if it can, and puts the Caller into the scope for `app`.

    A credential that is not accepted is answered 401, also where the answer does not depend on it, and 429 where its
    address has sent too many such; where it cannot be checked the answer is 503. Where CATALOGUE_ACCESS is `members`,
    the catalogue is 401 without a credential, and reading it 403 for a key without the scope `read`. At OPEN_PATHS, and
    for OPTIONS, no credential is looked at; at ACCOUNT_PATHS the views say who may do what.
    """

    def __init__(self, app: App, generation: Callable[[], Awaitable[str | None]], run: RunOnThread) -> None:
        self.app, self._generation = app, generation
        self._callers = KnownCallers(run)
        self._members = settings.CATALOGUE_ACCESS == "members"
        self._open, self._accounts = tuple(settings.OPEN_PATHS), tuple(settings.ACCOUNT_PATHS)

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one request by `app`, or refuse it."""
        if scope["type"] == "http" and scope["method"] != "OPTIONS":
            authorization = _authorization(scope)
            if authorization is not None or self._members:
                scope = await self._checked(scope, authorization)
        await self.app(scope, receive, send)

    async def _checked(self, scope: Any, authorization: bytes | None) -> Any:
        """The scope with the Caller and the generation that was asked for, if there is a credential; or a refusal's."""
        path = canonical_path(scope["path"])
        if path == "/" or path.startswith(self._open) or is_for_operations(scope):
            return scope
        members_only = self._members and not path.startswith(self._accounts)
        if authorization is None:
            return _refusal(scope, 401) if members_only else scope
        generation = await self._generation()
        try:
            caller = await self._callers.get(authorization, generation, scope)
        except InvalidCredential as invalid:
            return _refusal(scope, 401, invalid.headers)
        except QuotaExceeded as exceeded:
            return _refusal(scope, 429, exceeded.usage.headers)
        except Refused as refused:
            return _refusal(scope, refused.status)
        except Exception as error:
            # Without an answer of Octavo's own the server would send one that is no problem document.
            status = 503 if isinstance(error, DatabaseError | InterfaceError) and is_away(error) else 500
            logger.exception("a credential cannot be checked", extra={"status_code": status})
            return _refusal(scope, status)
        reads = scope["method"] in ("GET", "HEAD") or is_read_by_post(scope["method"], path)
        if members_only and reads and ApiKey.Scope.READ not in caller.scopes:
            return _refusal(scope, 403)
        return {**scope, CALLER: caller, HOLDER: caller.name, GENERATION: generation}


def _authorization(scope: Any) -> bytes | None:
    """The Authorization header; several are joined by a comma, which no credential has. None without one."""
    found = [value for name, value in scope["headers"] if name == b"authorization"]
    return b",".join(found) if found else None


def _refusal(scope: Any, status: int, headers: Sequence[tuple[bytes, bytes]] = ()) -> Any:
    return {**scope, "type": REFUSAL, "status": status, HEADERS: headers}
