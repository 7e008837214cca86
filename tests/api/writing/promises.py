"""The promises of API.md on writing, people and programs: each line is a request, and what is expected of its answer.

`{jane}`, `{emma}` and so on are the ids of rows (test_writing_contract.py). An expected text is the code of a
problem, a tuple a wrong field with its code, a dict members of the answer's body by their paths.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

ISBN, WRONG_ISBN = "9780439023481", "0306406153"


class Line(NamedTuple):
    """Who asks for what with which body, the status of the answer, what is expected of its body, and headers."""

    who: str
    method: str
    path: str
    body: Any
    status: int
    expected: Any = None
    headers: Mapping[str, str] = MappingProxyType({})


def line(who: str, request: str, body: Any, status: int, expected: Any = None, **headers: str) -> Line:
    """A Line; `request` is the method and the path, underscores in the headers' names are hyphens."""
    method, path = request.split(" ", 1)
    return Line(who, method, path, body, status, expected, {name.lower(): value for name, value in headers.items()})


BOOK = {"title": "Persuasion"}


def book(**fields: Any) -> dict[str, Any]:
    """The body of a book with these fields."""
    return {**BOOK, **fields}


def batch(*items: dict[str, Any]) -> dict[str, Any]:
    """The body of a batch."""
    return {"items": [*items]}


PROMISES = {
    "Books": [
        line("editor", "POST books/", BOOK, 201, {"title": "Persuasion", "authors": [], "category": None}),
        line("editor", "POST books/", {"subtitle": "x"}, 422, ("title", "required")),
        line("editor", "POST books/", book(authors=[{"name": "Jane Austen"}]), 201, {"authors.0.id": "{jane}"}),
        line(
            "editor",
            "POST books/",
            book(authors=[{"id": "{jane}", "role": "trl"}]),
            201,
            {"authors.0.role": "translator"},
        ),
        line(
            "editor",
            "POST books/",
            book(authors=[{"name": "John Smith"}]),
            422,
            ("authors[0].name", "ambiguous", ["{smith}", "{smyth}"]),
        ),
        line(
            "editor", "POST books/", book(authors=[{"name": "Somebody New"}]), 201, {"authors.0.name": "Somebody New"}
        ),
        line("editor", "POST books/", book(authors=[{"id": "{gone}"}]), 201, {"authors.0.id": "{jane}"}),
        line("editor", "POST books/", book(categories=["poetry", "fiction"]), 201, {"category.slug": "poetry"}),
        line("editor", "POST books/", book(categories=["nowhere"]), 422, ("categories[0]", "unknown")),
        line(
            "editor",
            "POST books/",
            book(subjects=[{"name": "Navy", "kind": "genre"}]),
            201,
            {"subjects.0.slug": "genre-navy"},
        ),
        line(
            "editor", "POST books/", book(series=[{"slug": "works", "position": "6"}]), 201, {"series.0.position": "6"}
        ),
        line(
            "editor",
            "POST books/",
            book(isbns=[WRONG_ISBN, ISBN]),
            201,
            {"isbn_13": ISBN, "identifiers.isbn_invalid.0": WRONG_ISBN},
        ),
        line("editor", "POST books/", book(title="AT&amp;T"), 201, {"title": "AT&amp;T"}),
        line("editor", "POST books/", book(title="Cafe\u0301"), 201, {"title": "Caf\u00e9"}),
        line("editor", "POST books/", book(id=7, cover={}, books_count=3), 201, {"title": "Persuasion", "cover": None}),
        line("editor", "POST books/", book(colour="red"), 422, ("colour", "unknown")),
        line("editor", "PATCH books/{emma}/", {"pages": 3}, 200, {"pages": 3, "publisher": "Egerton"}),
        line("editor", "PUT books/{emma}/", BOOK, 200, {"pages": None, "publisher": None, "authors": []}),
        line("editor", "DELETE books/{emma}/", None, 204),
        line("editor", "PATCH books/999999/", {}, 404, "not_found"),
        line("editor", "PATCH books/{merged_book}/", {}, 409, "merged"),
        line("", "GET books/{merged_book}/", None, 308),
        line("editor", "GET books/{emma}/sources/", None, 200, {"sources": [], "curated": []}),
        line("reader", "GET books/{emma}/sources/", None, 403, "forbidden"),
        line("editor", "DELETE books/{emma}/sources/curated/title/", None, 404, "not_found"),
    ],
    "Batches": [
        line(
            "editor",
            "POST books/batch/",
            batch({"id": "{emma}", "pages": 3}, book(isbns=[ISBN])),
            200,
            {"results.0.status": 200, "results.1.status": 201},
        ),
        line(
            "editor",
            "POST books/batch/",
            batch({"id": "{emma}", "pages": 0}, book(isbns=[ISBN])),
            422,
            ("items[0].pages", "min_value"),
        ),
        line(
            "editor",
            "POST books/batch/?atomic=false",
            batch({"id": "{emma}", "pages": 0}, book(isbns=[ISBN])),
            207,
            {"results.0.status": 422, "results.0.errors.0.field": "pages", "results.1.status": 201},
        ),
        line("editor", "POST books/batch/", batch(), 422, ("items", "number")),
        line("reader", "POST books/batch/", {"items": [{"id": "{emma}"}]}, 403, "forbidden"),
    ],
    "Authors, categories, series": [
        line(
            "editor",
            "POST authors/",
            {"name": "Ursula K. Le Guin"},
            201,
            {"sort_name": "Le Guin, Ursula K.", "kind": "person"},
        ),
        line("editor", "PATCH authors/{jane}/", {"name": "Jane A. Austen"}, 200, {"sort_name": "Austen, Jane A."}),
        line("editor", "DELETE authors/{jane}/", None, 409, "in_use"),
        line("editor", "PATCH authors/{gone}/", {"name": "X"}, 409, "merged"),
        line("", "GET authors/{gone}/", None, 308),
        line("", "GET authors/?ids={gone},999999", None, 200, {"results.0.id": "{jane}", "missing": [999999]}),
        line("editor", "POST categories/", {"name": "Odes", "parent": "poetry"}, 201, {"slug": "poetry-odes"}),
        line("editor", "DELETE categories/fiction/", None, 409, "in_use"),
        line("editor", "DELETE categories/poetry/", None, 204),
        line("editor", "POST series/", {"name": "WORKS"}, 422, ("name", "taken")),
        line(
            "editor",
            "PUT series/works/",
            {"name": "Collected Works", "slug": "works"},
            200,
            {"name": "Collected Works"},
        ),
        line("editor", "PATCH series/works/", {"slug": "tree house"}, 422, ("slug", "invalid")),
    ],
    "Preconditions and repeated requests": [
        line("editor", "PATCH books/{emma}/", {"pages": 3}, 412, "precondition_failed", If_Match='"other"'),
        line("editor", "PATCH books/{emma}/", {"pages": 3}, 200, {"pages": 3}, If_Match="*"),
        line("editor", "POST books/", BOOK, 201, {"title": "Persuasion"}, Idempotency_Key="a"),
        line("editor", "POST books/", BOOK, 400, "bad_request", Idempotency_Key="a" * 256),
        line("editor", "PATCH books/{emma}/", {"pages": 3}, 400, "bad_request", Idempotency_Key="a"),
        line("", "GET books/", None, 400, "bad_request", Idempotency_Key="a"),
    ],
    "Merges": [
        line("editor", "POST authors/{smyth}/merge/", {"into": "{smith}"}, 201, {"id": "{smith}"}),
        line("editor", "POST authors/{smyth}/merge/", {"into": "{smyth}"}, 422, ("into", None)),
        line("editor", "POST authors/{smyth}/merge/", {"into": 999999}, 422, ("into", "unknown")),
        line("editor", "POST authors/{gone}/merge/", {"into": "{smith}"}, 409, "merged"),
        line("reader", "POST authors/{smyth}/merge/", {"into": "{smith}"}, 403, "forbidden"),
        line("editor", "GET merges/", None, 200, {"results": []}),
        line("", "GET merges/", None, 401, "unauthorized"),
        line("editor", "POST merges/999999/undo/", None, 404, "not_found"),
        line("editor", "GET duplicates/?resource=authors", None, 200, {"results.0.reason": "same_name"}),
    ],
    "Who may do what": [
        line("", "POST books/", BOOK, 401, "unauthorized"),
        line("wrong", "POST books/", BOOK, 401, "unauthorized"),
        line("wrong", "GET books/", None, 401, "unauthorized"),
        line("reader", "POST books/", BOOK, 403, "forbidden"),
        line("reading key", "POST books/", BOOK, 403, "forbidden"),
        line("writing key", "POST books/", BOOK, 201, {"title": "Persuasion"}),
        line("writing key of a reader", "POST books/", BOOK, 403, "forbidden"),
        line("admin", "POST books/", BOOK, 201, {"title": "Persuasion"}),
        line("reader", "GET books/{emma}/", None, 200, {"title": "Emma"}),
        line("editor", "GET users/", None, 403, "forbidden"),
        line("admin", "GET users/", None, 200, {"results.0.email": "admin@example.org"}),
        line("reader", "GET auth/me/", None, 200, {"email": "reader@example.org", "role": "reader", "active": True}),
        line("writing key", "POST auth/keys/", {"name": "k", "scopes": ["read"]}, 403, "forbidden"),
        line(
            "reader",
            "POST auth/keys/",
            {"name": "k", "scopes": ["read"]},
            201,
            {"scopes": ["read"], "expires_at": None},
        ),
        line("reader", "POST auth/keys/", {"name": "k", "scopes": ["write"]}, 422, ("scopes", None)),
        line("", "POST auth/token/", {"email": "nobody@example.org", "password": "x"}, 401, "unauthorized"),
        line("", "POST auth/password/reset/", {"email": "nobody@example.org"}, 202),
        line("", "POST auth/refresh/", {"refresh": "x"}, 401, "unauthorized"),
    ],
    "Bodies": [
        line("editor", "POST books/", b"{", 400, "malformed"),
        line("editor", "POST books/", b"[]", 422, "invalid"),
        line("editor", "POST books/", b"[" * 500 + b"]" * 500, 400, "malformed"),
        line("editor", "POST books/", BOOK, 415, "unsupported_media_type", Content_Type="text/plain"),
        line("editor", "DELETE books/", None, 405, "method_not_allowed"),
    ],
}
