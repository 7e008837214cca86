"""DjangoStack: Django's middleware, URLconf and views as one function from a request to a whole response."""

import io
import logging
from typing import Any, NamedTuple, cast

from django.core import signals
from django.core.handlers.asgi import ASGIRequest, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.db import InterfaceError, OperationalError, connections
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import get_resolver, set_script_prefix

from core.database.connections import close_replaced
from core.database.retry import allow_retry
from core.http.refusals import Refused
from core.http.shape import FAILED, SCOPE, Shape
from core.limits.quotas import HEADERS, count_request
from core.server.prepared import PreparedRequests

Scope = dict[str, Any]
logger = logging.getLogger(__name__)

FILE_PART = 2**16
"""Bytes of each part in which a file is sent."""


class ThreadResponse(NamedTuple):
    """A response made on a thread, in ASGI's form. `stream` is set, and `body` empty, if its body comes in parts."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    stream: StreamingHttpResponse | None = None


class DjangoStack(BaseHandler):
    """Django's synchronous middleware, URLconf and views, with the cache of prepared requests before them."""

    def __init__(self) -> None:
        super().__init__()
        self.load_middleware(is_async=False)
        self._prepared = PreparedRequests()

    def run(self, scope: Scope, body: bytes) -> ThreadResponse:
        """Count one request for its quota, answer it on the calling thread, and return the response.

        One that counts carries the headers of its quota, which no cache keeps; one too many is answered 429.
        """
        usage = count_request(scope)
        if usage is None:
            return self._answer(scope, body)
        response = self.refusal(scope, 429) if usage.exceeded else self._answer(scope, body)
        return response._replace(headers=[*response.headers, *usage.headers])

    def _answer(self, scope: Scope, body: bytes) -> ThreadResponse:
        """The response to one request; one that cannot be read is refused."""
        shape: Shape | None = scope.get(SCOPE)
        allow_retry(scope["method"] in ("GET", "HEAD"))
        if shape and (prepared_response := self._try_prepared(shape, scope)):
            return prepared_response
        try:
            response = self._respond(scope, body)
        except Refused as refused:
            return self.refusal(scope, refused.status)
        if isinstance(response, StreamingHttpResponse):
            return ThreadResponse(response.status_code, _headers(response), b"", response)
        result = ThreadResponse(response.status_code, _headers(response), response.content)  # type: ignore[attr-defined]
        response.close()
        if shape and result.status == 200 and (prepared := getattr(response, "prepared", None)):
            self._prepared.keep(shape, prepared, result.headers)
        return result

    def _try_prepared(self, shape: Shape, scope: Scope) -> ThreadResponse | None:
        """The response of the prepared request of this shape.

        Returns None if there is none, or if the view has to make the response. An error of the database is put in the
        scope, from where the view raises it instead of running its statements.
        """
        if any(connection.errors_occurred for connection in connections.all(initialized_only=True)):
            return None
        close_replaced()
        try:
            answer = self._prepared.answer(shape)
        except Exception as error:
            if isinstance(error, OperationalError | InterfaceError):
                scope[FAILED] = error
            else:
                logger.debug("a prepared request failed", exc_info=True)
            return None
        return ThreadResponse(200, *answer) if answer else None

    def _respond(self, scope: Scope, body: bytes) -> HttpResponseBase:
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        try:
            request = ASGIRequest(scope, io.BytesIO(body))
        except ValueError:
            # A path or a Content-Type's parameter that cannot be decoded.
            signals.request_finished.send(sender=self.__class__)
            raise Refused(400) from None
        if body:
            # One that came in chunks has no length of its own, and without a length Django reads none.
            request.META["CONTENT_LENGTH"] = str(len(body))
        response: HttpResponseBase = self.get_response(request)
        response._handler_class = self.__class__  # type: ignore[attr-defined]
        if isinstance(response, FileResponse):
            response.block_size = FILE_PART
        return response

    def refusal(self, scope: Scope, status: int) -> ThreadResponse:
        """The error response, of status `status`, to a request refused before any view; made inside all middleware.

        It has the headers of the quota that the request counted for, if the scope says so.
        """
        try:
            request = ASGIRequest(scope, io.BytesIO())
        except ValueError:
            request = ASGIRequest({**scope, "query_string": b"", "headers": _plain(scope)}, io.BytesIO())
        request.refused = status  # type: ignore[attr-defined]
        response: HttpResponse = self._middleware_chain(request)  # type: ignore[attr-defined]
        return ThreadResponse(response.status_code, [*_headers(response), *scope.get(HEADERS, ())], response.content)

    def _get_response(self, request: HttpRequest) -> HttpResponseBase:
        """Called inside all middleware: the view's response; for a refused request the URLconf error handler's."""
        if status := getattr(request, "refused", 0):
            handler: Any = get_resolver().resolve_error_handler(status)
            return cast(HttpResponseBase, handler(request, None))
        return cast(HttpResponseBase, super()._get_response(request))  # type: ignore[misc]


def _plain(scope: Scope) -> list[tuple[bytes, bytes]]:
    """The headers of a request but Content-Type, whose parameters may be what cannot be read."""
    return [(name, value) for name, value in scope["headers"] if name != b"content-type"]


def _headers(response: HttpResponseBase) -> list[tuple[bytes, bytes]]:
    """The headers of `response` as ASGI's pairs of bytes, with a Set-Cookie for each cookie."""
    headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in response.items()]
    headers += [
        (b"Set-Cookie", morsel.output(header="").strip().encode("ascii")) for morsel in response.cookies.values()
    ]
    return headers
