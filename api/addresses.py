"""The addresses that answers name."""

from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import HttpRequest, QueryDict
from rest_framework.request import Request


def base_url(request: HttpRequest | Request) -> str:
    """Where clients reach Octavo: PUBLIC_URL, or else the request's scheme and (checked) Host."""
    return settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}"


def with_parameters(request: Request, **changes: str | None) -> str:
    """This request's own URL with some query parameters changed, or left out where None."""
    params: QueryDict = request.query_params
    kept = [(name, value) for name, values in params.lists() for value in values if name not in changes]
    kept += [(name, value) for name, value in changes.items() if value is not None]
    path = f"{base_url(request)}{quote(request.path_info)}"
    return f"{path}?{urlencode(kept)}" if kept else path
