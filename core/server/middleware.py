"""Django middleware for every request: the request id, the operations port, the Host header, trailing slashes."""

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
    """Gives each request an id, which is in its response's X-Request-ID, in problems and in the log.

    It also gives each response a Content-Length.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle `request` under a new id, and return its response."""
        request_id = new_request_id().decode()
        request.request_id = request_id  # type: ignore[attr-defined]
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        if not response.streaming and response.status_code not in (204, 304):
            response.headers.setdefault("Content-Length", str(len(response.content)))
        return response


class OperationsPort:
    """If OPS_PORT is set, that port answers health checks and metrics only, and the other port everything else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle `request`. Raises Http404 if it came to the port that does not answer it."""
        scope = getattr(request, "scope", {})
        refused = hasattr(request, "refused")
        if settings.OPS_PORT and not refused and request.path_info.startswith(OPERATIONS) != is_for_operations(scope):
            raise Http404
        return self.get_response(request)


class HostMiddleware:
    """Refuses a request whose Host is not in ALLOWED_HOSTS, even if no view reads it, and HTTP/1.1 without a Host.

    Health checks and metrics are exempt, as load balancers send an address as Host, and so are requests already
    refused.
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
    """Adds the missing slash at the end of a path, for every method and without a redirect.

    Paths of requests that came through the response cache have it already.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle `request` under the path with a slash at its end; a path that names a file is unchanged."""
        request.path_info = canonical_path(request.path_info)
        return self.get_response(request)
