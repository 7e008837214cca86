"""Checks that a server's responses equal Octavo's (books, keys, values) before it is timed."""

import json
import re
from pathlib import Path
from typing import Any

import httpx

from benchmarks.load import Scenario
from benchmarks.servers import LIST, Failed, Running

PLAY = "shakespeare+hamlet"
REPEATS = ("raw uvicorn", "gunicorn, same bytes")
# Headers that uvicorn writes itself.
OWN_HEADERS = {"date", "server", "connection", "transfer-encoding"}


def document(server: Running, path: str) -> Any:
    """The JSON of a response. Raises Failed for anything but a 200 with JSON."""
    answer = _found(server, path)
    try:
        return answer.json()
    except ValueError as error:
        raise Failed(f"{server.server.name}: {path}: {error}") from None


def _found(server: Running, path: str) -> httpx.Response:
    answer = server.get(path)
    if answer.status_code != 200:
        raise Failed(f"{server.server.name}: {path}: status {answer.status_code}")
    return answer


def difference(ours: Any, theirs: Any, where: str = "") -> str:
    """The first place where two documents differ, in words; empty where they are equal. 4 and 4.0 are equal."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        if ours.keys() != theirs.keys():
            return f"{where or '.'} has the keys {sorted(theirs)} instead of {sorted(ours)}"
        parts = [(f"{where}.{key}", value, theirs[key]) for key, value in ours.items()]
    elif isinstance(ours, list) and isinstance(theirs, list):
        if len(ours) != len(theirs):
            return f"{where} has {len(theirs)} items instead of {len(ours)}"
        parts = [(f"{where}[{place}]", *pair) for place, pair in enumerate(zip(ours, theirs, strict=True))]
    else:
        return "" if ours == theirs else f"{where} is {theirs!r:.80} instead of {ours!r:.80}"
    return next((found for part in parts if (found := difference(part[1], part[2], part[0]))), "")


def check(ours: Any, server: Running, path: str) -> None:
    """Raises Failed unless `server` answers what Octavo did: lists by their `results`, which may stand among others."""
    theirs = document(server, path)
    if "results" in ours:
        ours, theirs = ours["results"], theirs.get("results") if isinstance(theirs, dict) else theirs
    if found := difference(ours, theirs):
        raise Failed(f"{server.server.name}: {path}: not the same answer: {found}")


def finds(server: Running, path: str) -> None:
    """Raises Failed where a search has no results, which is quickly answered. Its results may differ from Octavo's."""
    if not document(server, path)["results"]:
        raise Failed(f"{server.server.name}: {path}: finds nothing")


def check_scenario(scenario: Scenario, server: Running, documents: dict[str, Any], stored: Path) -> None:
    """Compare the response of `server` with Octavo's `documents`, or with the bytes in `stored`. Raises Failed."""
    if "?search=" in scenario.path:
        finds(server, scenario.path)
    if scenario.server in REPEATS:
        repeats(stored, server, scenario.path)
    if scenario.headers or scenario.path not in documents or not server.server.exact:
        return
    # The SQLite catalogue is a database of its own, with its own moments and ids: Octavo's answer comes first.
    path = f"sqlite {scenario.path}" if server.server.sqlite else scenario.path
    check(documents.setdefault(path, document(server, scenario.path)), server, scenario.path)


def keep_bytes(server: Running, paths: list[str], file: Path) -> None:
    """Store the responses of `server` with their headers for the servers that only repeat them. Raises Failed."""
    stored = {}
    for path in paths:
        answer = _found(server, path)
        headers = [
            (name.decode("latin-1").lower(), value.decode("latin-1"))
            for name, value in answer.headers.raw
            if name.decode("latin-1").lower() not in OWN_HEADERS
        ]
        stored[path] = {"headers": headers, "body": answer.text}
    file.write_text(json.dumps(stored), encoding="utf-8")


def repeats(stored: Path, server: Running, path: str) -> None:
    """Raises Failed unless `server` sends the bytes in `stored`."""
    if server.get(path).text != json.loads(stored.read_text(encoding="utf-8"))[path]["body"]:
        raise Failed(f"{server.server.name}: {path}: not the same bytes")


def two_words(server: Running, page: Any) -> str:
    """Two words to search for: of a known play where the catalogue has it, else of a title on the page."""
    if document(server, f"{LIST}?search={PLAY}")["results"]:
        return PLAY
    words = (re.findall("[a-z]{4,}", book["title"].lower()) for book in page["results"])
    return "+".join(next((found[:2] for found in words if len(found) > 1), [PLAY]))


def first_book(page: Any) -> str:
    """The path of the page's book with the longest detail, which the detail scenarios request. Raises Failed."""
    if not page["results"]:
        raise Failed("the catalogue is empty")
    most = max(page["results"], key=lambda book: len(json.dumps(book)))
    return f"{LIST}{most['id']}/"
