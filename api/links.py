"""URLs in responses, and the header with a response's surrogate keys."""

from collections.abc import Collection
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest, QueryDict
from rest_framework.request import Request


def base_url(request: HttpRequest | Request) -> str:
    """The scheme and host of URLs in responses: PUBLIC_URL, else the request's scheme and its checked Host."""
    return settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}"


def address(request: Request, *, without: Collection[str]) -> str:
    """The request's URL without the query parameters `without`."""
    params: QueryDict = request.query_params
    query = [(name, value) for name, values in params.lists() for value in values if name not in without]
    path = f"{base_url(request)}{quote(request.path_info)}"
    return f"{path}?{urlencode(query)}" if query else path


def surrogate_keys(model: type[Model], key: str | None) -> dict[str, str]:
    """The Surrogate-Key header that a CDN purges by: `books book-1342`, `books` without a key; none without CDN_TTL."""
    if not settings.CDN_TTL:
        return {}
    name = str(model._meta.model_name)
    many = "categories" if name == "category" else f"{name}s"
    return {"Surrogate-Key": f"{many} {name}-{quote(key)}" if key else many}
