"""The index, the documents about the API, and the assets they need."""

from functools import lru_cache
from mimetypes import guess_type
from pathlib import Path

import orjson
import yaml
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from api.addresses import base_url
from api.methods import parameterless, read_only
from api.problems import PROBLEMS

OPENAPI = Path(settings.BASE_DIR) / "openapi.yaml"
LINKS = {
    "books": "/api/v1/books/",
    "authors": "/api/v1/authors/",
    "categories": "/api/v1/categories/",
    "category_tree": "/api/v1/categories/tree/",
    "subjects": "/api/v1/subjects/",
    "suggest": "/api/v1/suggest/?q=pride",
    "openapi": "/api/v1/openapi.json",
    "docs": "/docs/",
    "redoc": "/redoc/",
    "health": "/health/ready",
}
# The docs' bundles would fetch a logo and fonts from elsewhere if they were let.
POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "script-src 'self' 'unsafe-inline'; worker-src 'self' blob:"
)
_BY_SLUG = {problem.slug: problem for problem in PROBLEMS.values()}


def _page(request: HttpRequest, template: str, **context: object) -> HttpResponse:
    headers = {"Cache-Control": "public, no-cache", "Content-Security-Policy": POLICY}
    response = render(request, template, context)
    for name, value in headers.items():
        response[name] = value
    return response


@read_only
@parameterless
def index(request: HttpRequest) -> HttpResponse:
    """What is here: a small page for browsers, JSON for everything else."""
    base = base_url(request)
    if "text/html" in request.headers.get("Accept", ""):
        response = _page(request, "index.html", links=LINKS, base=base)
    else:
        response = JsonResponse({name: f"{base}{path}" for name, path in LINKS.items()})
    response["Vary"] = "Accept"
    return response


@read_only
@parameterless
def docs(request: HttpRequest) -> HttpResponse:
    """Swagger UI over the committed document."""
    return _page(request, "docs.html")


@read_only
@parameterless
def redoc(request: HttpRequest) -> HttpResponse:
    """ReDoc over the same."""
    return _page(request, "redoc.html")


@lru_cache(maxsize=2)
def _openapi(form: str) -> bytes:
    text = OPENAPI.read_bytes()
    return text if form == "yaml" else orjson.dumps(yaml.safe_load(text))


@read_only
@parameterless
def openapi(request: HttpRequest, form: str) -> HttpResponse:
    """The committed OpenAPI document, as `json` or `yaml`."""
    kind = "application/yaml" if form == "yaml" else "application/json"
    return HttpResponse(_openapi(form), content_type=kind, headers={"Cache-Control": "public, no-cache"})


@read_only
@parameterless
def asset(request: HttpRequest, path: str) -> HttpResponse:
    """A static file of an installed package: everything the docs need comes from here."""
    try:
        found = finders.find(path)
    except SuspiciousFileOperation:
        found = None
    if not found or not Path(found).is_file():
        raise Http404
    kind = guess_type(found)[0] or "application/octet-stream"
    return HttpResponse(Path(found).read_bytes(), content_type=kind, headers={"Cache-Control": "public, max-age=86400"})


@read_only
@parameterless
def problem(request: HttpRequest, slug: str) -> HttpResponse:
    """The page that explains a problem's type."""
    if slug not in _BY_SLUG:
        raise Http404
    return _page(request, "problem.html", problem=_BY_SLUG[slug])
