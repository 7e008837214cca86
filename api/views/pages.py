"""The views outside the API: the index, the API's documentation with its assets, and the pages of the problems."""

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
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from api.decorators import negotiated, parameterless, read_only
from api.links import base_url
from api.problems import PROBLEMS
from core.http.responses import PUBLIC

OPENAPI = Path(settings.BASE_DIR) / "openapi.yaml"
API_LINKS = {
    "books": "/api/v1/books/",
    "facets": "/api/v1/books/facets/",
    "authors": "/api/v1/authors/",
    "categories": "/api/v1/categories/",
    "category_tree": "/api/v1/categories/tree/",
    "series": "/api/v1/series/",
    "subjects": "/api/v1/subjects/",
    "suggest": "/api/v1/suggest/?q=pride",
    "match": "/api/v1/match/?title=pride+and+prejudice&author=austen",
    "openapi": "/api/v1/openapi.json",
}
LINKS = {
    "api": "/api/v1/",
    **API_LINKS,
    "docs": "/docs/",
    "redoc": "/redoc/",
    "problems": "/problems/",
}
HEALTH = {"health": "/health/ready"}
# Without this policy the bundles of Swagger UI and ReDoc load a logo and fonts from other hosts.
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
@negotiated("json", "html")
def index(request: HttpRequest, form: str) -> HttpResponse:
    """The response with links to everything on this server, as JSON or HTML (`form`)."""
    # With OPS_PORT, the health checks are served on that port instead.
    return _index(request, form, LINKS if settings.OPS_PORT else {**LINKS, **HEALTH})


@read_only
@negotiated("json", "html")
def api_index(request: HttpRequest, form: str) -> HttpResponse:
    """The response with links to the API's resources, as JSON or HTML (`form`)."""
    return _index(request, form, API_LINKS)


def _index(request: HttpRequest, form: str, links: dict[str, str]) -> HttpResponse:
    base = base_url(request)
    if form == "html":
        return _page(request, "index.html", links=links, base=base)
    document = {name: f"{base}{path}" for name, path in links.items()}
    return JsonResponse(document, headers={"Cache-Control": PUBLIC.decode()})


@read_only
@parameterless
def docs(request: HttpRequest) -> HttpResponse:
    """The response with the HTML page in which Swagger UI shows openapi.yaml."""
    return _page(request, "docs.html")


@read_only
@parameterless
def redoc(request: HttpRequest) -> HttpResponse:
    """The response with the HTML page in which ReDoc shows openapi.yaml."""
    return _page(request, "redoc.html")


@lru_cache(maxsize=2)
def _openapi(form: str) -> bytes:
    text = OPENAPI.read_bytes()
    return text if form == "yaml" else orjson.dumps(yaml.safe_load(text))


@read_only
@parameterless
def openapi(request: HttpRequest, form: str) -> HttpResponse:
    """The response with the repository's openapi.yaml, as JSON or YAML (`form`)."""
    kind = "application/yaml" if form == "yaml" else "application/json"
    return HttpResponse(_openapi(form), content_type=kind, headers={"Cache-Control": "public, no-cache"})


@read_only
@parameterless
def asset(request: HttpRequest, path: str) -> HttpResponse:
    """The response with a static file that an installed package has for the documentation's pages. Raises Http404."""
    try:
        found = finders.find(path)
    except SuspiciousFileOperation:
        found = None
    if not found or not Path(found).is_file():
        raise Http404
    kind = guess_type(found)[0] or "application/octet-stream"
    return HttpResponse(Path(found).read_bytes(), content_type=kind, headers={"Cache-Control": "public, max-age=86400"})


@read_only
@negotiated("json", "html")
def problems(request: HttpRequest, form: str) -> HttpResponse:
    """The response with the list of all problems, as JSON or HTML (`form`)."""
    if form == "html":
        return _page(request, "problems.html", problems=PROBLEMS.values())
    base = base_url(request)
    listed = [
        {"code": each.code, "status": each.status, "title": each.title, "url": f"{base}{each.type}/"}
        for each in PROBLEMS.values()
    ]
    return JsonResponse({"results": listed})


@read_only
@negotiated("json", "html")
def problem(request: HttpRequest, form: str, slug: str) -> HttpResponse:
    """The response that explains the problem named `slug`, as JSON or HTML (`form`). Raises Http404."""
    found = _BY_SLUG.get(slug)
    if found is None:
        raise Http404
    if form == "html":
        return _page(request, "problem.html", problem=found, explanation=_marked_up(found.explanation))
    shown = {"type": found.type, "title": found.title, "status": found.status, "code": found.code}
    return JsonResponse({**shown, "explanation": found.explanation})


def _marked_up(text: str) -> SafeString:
    """`text` as HTML: parts between backticks become code elements."""
    parts = enumerate(text.split("`"))
    return format_html_join("", "{}", ((format_html("<code>{}</code>", p) if n % 2 else p,) for n, p in parts))
