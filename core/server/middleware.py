"""What happens to every request, whatever it asks for."""

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
    """Gives every request an id of its own (X-Request-ID, in problems, in the log) and every answer its length."""

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
    """Where OPS_PORT is set: answers health and metrics there and nowhere else, and nothing else there."""

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
    """Refuses a Host that is not in ALLOWED_HOSTS, also where no view would look at it, and HTTP/1.1 without one.

    Health checks and metrics are exempt: a load balancer asks by address. So is what was refused already.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle `request`. Raises DisallowedHost, which is answered as 400."""
        if not request.path_info.startswith(OPERATIONS) and not hasattr(request, "refused"):
            _check(request)
        return self.get_response(request)


def _check(request: HttpRequest) -> None:
    # In place of a missing Host Django takes the address that the server listens on: fine for HTTP/1.0 only (RFC 9112,
    # section 3.2). Requests that came over no wire have none either.
    if "HTTP_HOST" not in request.META and isinstance(request, ASGIRequest) and request.scope["http_version"] == "1.1":
        raise DisallowedHost("HTTP/1.1 without a Host")
    if not has_port(request.get_host()):
        raise DisallowedHost("no such port")


class TrailingSlashMiddleware:
    """Lets every path do without its trailing slash, for every method and with no redirect.

    Behind the edge paths come with it already.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle `request` under the path with the slash; paths that name a file keep theirs."""
        request.path_info = canonical_path(request.path_info)
        return self.get_response(request)
