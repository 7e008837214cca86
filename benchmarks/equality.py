"""Nobody is timed whose answer is not Octavo's: the same books, the same keys, the same values."""

import json
import re
from pathlib import Path
from typing import Any

import httpx

from benchmarks.load import Lane
from benchmarks.servers import LIST, Failed, Running

PLAY = "shakespeare+hamlet"
REPEATS = ("raw uvicorn", "gunicorn, same bytes")
# uvicorn writes these itself.
OWN_HEADERS = {"date", "server", "connection", "transfer-encoding"}


def document(server: Running, path: str) -> Any:
    """The JSON answered. Raises Failed for anything but a 200 with JSON."""
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
    """Raises Failed where a search finds nothing: that is quickly said. What it finds may differ."""
    if not document(server, path)["results"]:
        raise Failed(f"{server.server.name}: {path}: finds nothing")


def hold(lane: Lane, server: Running, documents: dict[str, Any], kept: Path) -> None:
    """Hold what `server` answers in this lane against Octavo's `documents`, or the bytes `kept`. Raises Failed."""
    if "?search=" in lane.path:
        finds(server, lane.path)
    if lane.server in REPEATS:
        repeats(kept, server, lane.path)
    if lane.headers or lane.path not in documents or not server.server.exact:
        return
    # The SQLite catalogue is a database of its own, with its own moments and ids: Octavo's answer comes first.
    path = f"sqlite {lane.path}" if server.server.sqlite else lane.path
    check(documents.setdefault(path, document(server, lane.path)), server, lane.path)


def keep_bytes(server: Running, paths: list[str], file: Path) -> None:
    """Write down what `server` answers, headers and all, for the servers that only repeat it. Raises Failed."""
    kept = {}
    for path in paths:
        answer = _found(server, path)
        headers = [
            (name.decode("latin-1").lower(), value.decode("latin-1"))
            for name, value in answer.headers.raw
            if name.decode("latin-1").lower() not in OWN_HEADERS
        ]
        kept[path] = {"headers": headers, "body": answer.text}
    file.write_text(json.dumps(kept), encoding="utf-8")


def repeats(kept: Path, server: Running, path: str) -> None:
    """Raises Failed unless `server` sends the very bytes that were kept."""
    if server.get(path).text != json.loads(kept.read_text(encoding="utf-8"))[path]["body"]:
        raise Failed(f"{server.server.name}: {path}: not the same bytes")


def two_words(server: Running, page: Any) -> str:
    """Two words to search for: of a known play where the catalogue has it, else of a title on the page."""
    if document(server, f"{LIST}?search={PLAY}")["results"]:
        return PLAY
    words = (re.findall("[a-z]{4,}", book["title"].lower()) for book in page["results"])
    return "+".join(next((found[:2] for found in words if len(found) > 1), [PLAY]))


def first_book(page: Any) -> str:
    """The path of the page's book with the most to show: its detail is what is measured. Raises Failed."""
    if not page["results"]:
        raise Failed("the catalogue is empty")
    most = max(page["results"], key=lambda book: len(json.dumps(book)))
    return f"{LIST}{most['id']}/"
