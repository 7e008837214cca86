"""CorsMiddleware: which pages of other origins may read the answers (CORS)."""

from typing import Any

from corsheaders.middleware import CorsMiddleware as AnyOriginMiddleware
from django.conf import settings
from django.http import HttpRequest
from django.utils.cache import patch_vary_headers

from core.http.urls import canonical_path, is_read_by_post

_READS = ("GET", "HEAD", "OPTIONS")


class CorsMiddleware(AnyOriginMiddleware):
    """Lets pages of any origin read, and those of CORS_WRITE_ORIGINS also write and sign in.

    A preflight is answered here: it asks neither database nor quota.
    """

    def add_response_headers(self, request: HttpRequest, response: Any) -> Any:
        """Add to `response` the headers that let a page of the request's origin read it, if it may."""
        origin = request.headers.get("Origin")
        if origin and _is_write(request) and origin.lower() not in settings.CORS_WRITE_ORIGINS:
            patch_vary_headers(response, ("origin",))
            return response
        return super().add_response_headers(request, response)


def _is_write(request: HttpRequest) -> bool:
    """Whether the request, or the one that a preflight asks for, writes or is about accounts."""
    method = request.method or ""
    if method == "OPTIONS":
        method = request.headers.get("Access-Control-Request-Method", method)
    reads = method in _READS or is_read_by_post(method, canonical_path(request.path_info))
    return not reads or request.path_info.startswith(("/api/v1/auth/", "/api/v1/users/"))
