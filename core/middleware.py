"""What happens to every request, whatever it asks for."""

import re
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import set_response_etag
from django.utils.http import parse_etags

GetResponse = Callable[[HttpRequest], HttpResponse]
_LAST_SEGMENT = re.compile(r"/[^/]+$")
# These name files; everything else is a collection or a thing in one.
_FILES = ("/static/", "/api/v1/openapi.")
_KEPT_WHEN_UNCHANGED = ("Cache-Control", "Content-Location", "Date", "ETag", "Expires", "Last-Modified", "Vary")


class Envelope:
    """Gives every request an id of its own (X-Request-ID, in problems, in the log) and every answer its length."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle `request` under a new id."""
        request_id = uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        if not response.streaming and response.status_code not in (204, 304):
            response.headers.setdefault("Content-Length", str(len(response.content)))
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
        if _LAST_SEGMENT.search(request.path_info) and not request.path_info.startswith(_FILES):
            request.path_info += "/"
        return self.get_response(request)


class ConditionalRead:
    """Names every cacheable answer by its bytes (ETag), and answers 304 to who has them. HEAD included."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Handle `request`; the answer is left alone if it is streamed or not to be stored."""
        response = self.get_response(request)
        readable = request.method in ("GET", "HEAD") and response.status_code == 200 and not response.streaming
        if not readable or "no-store" in response.get("Cache-Control", ""):
            return response
        set_response_etag(response)
        # If-Match and If-Unmodified-Since are for writes: a read has nothing to lose.
        known = {_bare(tag) for tag in parse_etags(request.headers.get("If-None-Match", ""))}
        if not known & {"*", _bare(response["ETag"])}:
            return response
        unchanged = HttpResponseNotModified()
        for name in _KEPT_WHEN_UNCHANGED:
            if name in response:
                unchanged[name] = response[name]
        return unchanged


def _bare(etag: str) -> str:
    """An ETag without what a proxy or a coding made of it: W/ and the suffix."""
    return etag.removeprefix("W/").strip('"').removesuffix("-gzip")
