"""What is answered for an id or slug that no row has any more: where its row has moved, or that it was deleted."""

from typing import Any
from urllib.parse import quote

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from rest_framework.request import Request

from api.exceptions import MovedPermanently, ProblemError
from api.links import base_url, resource_of
from core.changes.former_keys import Deleted, successor

BY_ID = {"authors", "books"}
"""The resources whose keys are ids; those of others are slugs."""


def owner_of_list(request: Request, rows: QuerySet[Any], field: str, key: str) -> Any:
    """The one of `rows` whose books `request` lists, by the `key` in its path. Raises what `former_key_error` gives."""
    owner = rows.filter(**{field: key}).first()
    if owner is None:
        raise former_key_error(request, rows.model, key)
    return owner


def former_key_error(request: Request | HttpRequest, model: type[Model], key: str) -> Exception:
    """The exception for `request`, whose path names a row of `model` by `key`, which no row has.

    MovedPermanently for a read where the row has another key now, ProblemError (`merged`) for a write; ProblemError
    (`gone`) if it was deleted; else Http404.
    """
    resource = resource_of(model)
    try:
        into = successor(resource, key)
    except Deleted:
        return ProblemError("gone", "It was here and was deleted.")
    if into is None:
        return Http404()
    if request.method not in ("GET", "HEAD"):
        return ProblemError("merged", f"It is {into} now.", into=int(into) if resource in BY_ID else into)
    before, after = request.path_info.split(f"/{resource}/{key}/", 1)
    query = request.META.get("QUERY_STRING", "")
    path = quote(f"{before}/{resource}/{into}/{after}")
    return MovedPermanently(f"{base_url(request)}{path}{'?' if query else ''}{query}")
