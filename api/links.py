"""The addresses that answers name."""

from collections.abc import Collection
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest, QueryDict
from rest_framework.request import Request


def base_url(request: HttpRequest | Request) -> str:
    """Where clients reach Octavo: PUBLIC_URL, or else the request's scheme and (checked) Host."""
    return settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}"


def address(request: Request, *, without: Collection[str]) -> str:
    """This request's own URL without some of its query parameters."""
    params: QueryDict = request.query_params
    kept = [(name, value) for name, values in params.lists() for value in values if name not in without]
    path = f"{base_url(request)}{quote(request.path_info)}"
    return f"{path}?{urlencode(kept)}" if kept else path


def surrogate_keys(model: type[Model], key: str | None) -> dict[str, str]:
    """The header by which a CDN, where there is one, can purge an answer: books, or with `key` books book-1342."""
    if not settings.CDN_TTL:
        return {}
    name = str(model._meta.model_name)
    many = "categories" if name == "category" else f"{name}s"
    return {"Surrogate-Key": f"{many} {name}-{quote(key)}" if key else many}
