"""Hooks of schemathesis that make its requests valid: rules that JSON Schema cannot express.

A check digit, a language's code or name, a word in a text, a signed cursor, where a list ends, which parameters go
together, and how long a URL may be.
A request that is meant to be valid is mended where it breaks one of them; one meant to be invalid stays as it is.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote

import schemathesis

from books.standards.isbn import InvalidISBN, isbn13
from books.standards.languages import language_code
from core.search.query import TextQuery, TextQueryError

Query = dict[str, Any]
URL_BYTES = 6_000
"""Bytes of a query that certainly fit into a request's first line."""
LANGUAGES = ("fr", "ger", "deu", "akk", "pt-BR", "EN", "German", "español")
ISBNS = ("9780141439518", "978-0-14-143951-8", "0141439513", "080442957X", "ISBN 0-8044-2957-x", "٩٧٨٠١٤١٤٣٩٥١٨")


def right_isbn(text: str) -> str:
    """`text` if it is an ISBN; else an ISBN chosen by its length."""
    try:
        isbn13(text)
    except InvalidISBN:
        return ISBNS[len(text) % len(ISBNS)]
    return text


def right_isbns(text: str) -> str:
    """The list with each item that is no ISBN replaced by one."""
    return ",".join(map(right_isbn, text.split(",")))


def right_languages(text: str) -> str:
    """The list with each item that is no language replaced by one."""
    parts = text.split(",")
    return ",".join(p if language_code(p) else LANGUAGES[len(p) % len(LANGUAGES)] for p in parts)


def right_words(text: str) -> str:
    """The text; where it has no word to search for, its beginning is replaced by one."""
    try:
        TextQuery.parse(text, operators=True)
    except TextQueryError:
        return f"a {text[2:]}"
    return text


def right_ordering(text: str) -> str:
    """The list without repeated orderings."""
    first: dict[str, str] = {}
    for part in text.split(","):
        first.setdefault(part.strip().removeprefix("-"), part)
    return ",".join(first.values())


MENDED: dict[str, Callable[[str], str]] = {
    "isbn": right_isbns,
    "language": right_languages,
    "language_not": right_languages,
    "ordering": right_ordering,
    **dict.fromkeys(("search", "title", "author", "author_name", "publisher", "topic", "series", "q"), right_words),
}


def mend(query: Query) -> None:
    """Change a query that follows the schema into one that the API accepts."""
    for name, mended in MENDED.items():
        if isinstance(query.get(name), str):
            query[name] = mended(query[name])
    # Cursors are signed: only `next` has valid ones. The number of pages depends on all other parameters.
    query.pop("cursor", None)
    if query.get("format", "json") != "json":
        # A stream has every row.
        for name in ("page", "page_size", "count"):
            query.pop(name, None)
    if "page" in query:
        query["page"] = 1
    names = {part.strip().removeprefix("-") for part in str(query.get("ordering", "")).split(",")}
    if "relevance" in names and "search" not in query:
        query["search"] = "a"
    if "series" in names and "series" not in query:
        query["series"] = "a"
    if "seed" in query and "random" not in names:
        query["ordering"] = "random"
    if "subject_kind" in query and not {"subject", "subject_all"} & set(query):
        query["subject"] = "love"


def shorten(query: Query) -> None:
    """Leave the longest parameters out until the query fits into a URL."""
    sizes = {name: len(quote(f"{name}={value}")) for name, value in query.items()}
    for name in sorted(sizes, key=sizes.__getitem__, reverse=True):
        if sum(sizes[left] for left in query) > URL_BYTES:
            del query[name]


@schemathesis.hook
def before_call(ctx: schemathesis.HookContext, case: schemathesis.Case, kwargs: dict[str, Any]) -> None:
    """Shorten a request, and mend it if it is meant to be right."""
    if case.query:
        shorten(case.query)
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if case.path.endswith("/match/"):
        case.query = {"title": "a", **(case.query or {})}
    if case.query:
        mend(case.query)
    if isinstance(case.body, dict) and isinstance(case.body.get("email"), str):
        # What an address is, JSON Schema's format says otherwise than mail servers do.
        case.body["email"] = "nobody@example.org"
    if isinstance(isbn := (case.path_parameters or {}).get("isbn"), str):
        case.path_parameters["isbn"] = quote(right_isbn(unquote(isbn)))
