"""Django middleware for every request: ids, the operations port, the Host header and trailing slashes."""

from collections.abc import Callable

import structlog
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse

from core.http.responses import request_id as new_request_id
from core.http.urls import OPERATIONS, canonical_path, has_port, is_for_operations

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Gives every request an id (X-Request-ID, in problems, in the log) and every response a Content-Length."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle `request` under a new id."""
        request_id = new_request_id().decode()
        request.request_id = request_id  # type: ignore[attr-defined]
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        if not response.streaming and response.status_code not in (204, 304):
            response.headers.setdefault("Content-Length", str(len(response.content)))
        return response


class OperationsPort:
    """If OPS_PORT is set, answers health and metrics on that port only, and everything else on the other."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle `request`. Raises Http404 on the wrong port."""
        scope = getattr(request, "scope", {})
        refused = hasattr(request, "refused")
        if settings.OPS_PORT and not refused and request.path_info.startswith(OPERATIONS) != is_for_operations(scope):
            raise Http404
        return self.get_response(request)


class HostMiddleware:
    """Refuses a Host that is not in ALLOWED_HOSTS, also if no view reads it, and HTTP/1.1 without a Host.

    Exempt are health checks and metrics, as load balancers send an address, and requests refused already.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle `request`. Raises DisallowedHost, which is answered as 400."""
        if not request.path_info.startswith(OPERATIONS) and not hasattr(request, "refused"):
            _check(request)
        return self.get_response(request)


def _check(request: HttpRequest) -> None:
    # Without a Host Django uses the address that the server listens on: right for HTTP/1.0 only (RFC 9112, section
    # 3.2). Requests of Django's test client have no Host either.
    if "HTTP_HOST" not in request.META and isinstance(request, ASGIRequest) and request.scope["http_version"] == "1.1":
        raise DisallowedHost("HTTP/1.1 without a Host")
    if not has_port(request.get_host()):
        raise DisallowedHost("no such port")


class TrailingSlashMiddleware:
    """Adds a missing trailing slash to every path, for every method and without a redirect.

    Behind the response cache paths have it already.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle `request` under the path with the slash; paths that name a file keep theirs."""
        request.path_info = canonical_path(request.path_info)
        return self.get_response(request)
