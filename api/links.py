"""URLs in responses, and the Surrogate-Key header by which a CDN purges responses."""

from collections.abc import Collection
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest, QueryDict
from rest_framework.request import Request

_PLURALS = {"category": "categories", "series": "series"}


def resource_of(model: type[Model]) -> str:
    """The part of a path that the lists and rows of `model` stand under, such as `books`."""
    name = str(model._meta.model_name)
    return _PLURALS.get(name, f"{name}s")


def base_url(request: HttpRequest | Request) -> str:
    """The scheme and host that URLs in the response to `request` begin with: PUBLIC_URL, else those of the request."""
    return settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}"


def address(request: Request, *, without: Collection[str]) -> str:
    """The URL of `request`, without the query parameters named in `without`."""
    params: QueryDict = request.query_params
    query = [(name, value) for name, values in params.lists() for value in values if name not in without]
    path = f"{base_url(request)}{quote(request.path_info)}"
    return f"{path}?{urlencode(query)}" if query else path


def surrogate_keys(model: type[Model], key: str | None) -> dict[str, str]:
    """The header Surrogate-Key for a resource, as a dict: `books book-1342`, or `books` for a list (`key` None).

    It is empty where CDN_TTL is not set.
    """
    if not settings.CDN_TTL:
        return {}
    many = resource_of(model)
    return {"Surrogate-Key": f"{many} {model._meta.model_name}-{quote(key)}" if key else many}
