"""The routes of the URLconf, in the words of its table, and rows for their keys."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.contrib.admindocs.views import simplify_regex
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver

from books.editing.books import Writer
from books.merging import authors
from core.accounts.keys import create_key
from core.accounts.models import User
from tests.support.factories import make_author, make_book

V1 = "/api/v1/"
ISBN = "9780141439518"
QUERIES = {"duplicates/": "?resource=authors", "suggest/": "?q=em", "match/": "?title=emma"}
"""The parameters without which a route answers nothing."""
_KEY = re.compile(r"([\w-]+)([/.])\{\w+\}")
"""A key in a route, and what it is a key of."""


def routes() -> dict[str, Callable[..., Any]]:
    """The view of each route, by its name in the table: `books/{id}/` below /api/v1/, `/docs/` elsewhere."""
    return {_name(pattern): view for pattern, view in _views(get_resolver().url_patterns)}


def _views(patterns: Iterable[URLPattern | URLResolver], above: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    for each in patterns:
        below = above + str(each.pattern)
        if isinstance(each, URLPattern):
            yield below, each.callback
        else:
            yield from _views(each.url_patterns, below)


def _name(pattern: str) -> str:
    words = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", simplify_regex(pattern)).replace("\\", "").replace("{pk}", "{id}")
    words = words.removesuffix("/") if words.endswith(".{form}/") else words
    return words.removeprefix(V1) or words


class Rows:
    """A catalogue with one row of everything, whose keys go into routes."""

    def __init__(self) -> None:
        book = make_book(
            title="Emma", authors=["Austen, Jane"], categories=[["Fiction"]], subjects=["Love"],
            series=[("Novels", "4")], isbns=[ISBN], identifiers=[("gutenberg", "158")],
        )  # fmt: skip
        self._keys: dict[str, Any] = {
            "books": book.pk,
            "authors": book.authors.get().pk,
            "categories": "fiction",
            "series": "novels",
            "subjects": "love",
            "isbn": ISBN,
            "users": User.objects.get(role="reader").pk,
            "openapi": "json",
            "curated": "title",
            "merges": self._merge(),
            "problems": "not-found",
            "static": "drf_spectacular_sidecar/swagger-ui-dist/favicon-32x32.png",
        }
        self._own = {
            user.role: create_key(user, "its own", ["read"])[0].pk for user in User.objects.filter(is_active=True)
        }
        make_author("Nobody's")

    @staticmethod
    def _merge() -> int:
        """The id of a merge of two authors."""
        with transaction.atomic():
            return authors.merge(make_author("Gone"), make_author("Kept"), Writer("account", 1, "Ada")).pk

    def has(self, route: str) -> bool:
        """Whether there is a row for each key in the route."""
        return all(name in {*self._keys, "keys"} for name, _ in _KEY.findall(route))

    def path(self, route: str, role: str = "admin") -> str:
        """The path of a row of the route, one's own where an account has its own."""
        keys = {**self._keys, "keys": self._own.get(role, self._own["admin"])}
        return _filled(route, lambda name: keys.get(name, 999_999)) + QUERIES.get(route, "")

    @staticmethod
    def missing_path(route: str) -> str:
        """A path of the route that no row has."""
        return _filled(route, lambda name: "nothing" if name == "curated" else 999_999)


def _filled(route: str, key: Callable[[str], Any]) -> str:
    path = _KEY.sub(lambda found: f"{found[1]}{found[2]}{key(found[1])}", route)
    return path if path.startswith("/") else V1 + path
