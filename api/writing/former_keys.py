"""What is answered for an id or slug that no row has any more: where its row has moved, or that it was deleted."""

from urllib.parse import quote

from django.db.models import Model
from django.http import Http404, HttpRequest
from rest_framework.request import Request

from api.exceptions import MovedPermanently, ProblemError
from api.links import base_url, resource_of
from core.changes.former_keys import Deleted, successor

BY_ID = {"authors", "books"}
"""The resources whose keys are ids; those of others are slugs."""


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
