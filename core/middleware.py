"""What happens to every request, whatever it asks for."""

import re
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]
_LAST_SEGMENT = re.compile(r"/[^/.]+$")


class RequestId:
    """Gives every request an id of its own: in the answer's X-Request-ID, in problems and in the log."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle `request` under a new id."""
        request_id = uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response


class HostCheck:
    """Refuses a Host that is not in ALLOWED_HOSTS, also where no view would look at it.

    Health checks are exempt: a load balancer asks by address.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle `request`. Raises DisallowedHost, which is answered as 400."""
        if not request.path_info.startswith("/health/"):
            request.get_host()
        return self.get_response(request)


class OptionalSlash:
    """Lets every path do without its trailing slash, for every method and with no redirect."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle `request` under the path with the slash; paths that name a file keep theirs."""
        if _LAST_SEGMENT.search(request.path_info):
            request.path_info += "/"
        return self.get_response(request)
