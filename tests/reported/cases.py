"""Reads the files of reported cases; `README.md` beside this file describes their form."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.json"))
HEADER = {"_format": "octavo", "version": 1}


@dataclass(frozen=True)
class Refusal:
    """A record that its import must refuse: its line in the catalogue, and the reason's code."""

    line: int
    reason: str


@dataclass(frozen=True)
class Catalogue:
    """A catalogue to import: books in Octavo's own format, or the lines of a file of any format."""

    source: str = "reported"
    records: list[dict[str, Any]] = field(default_factory=list)
    lines: list[str | dict[str, str]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)

    def content(self) -> bytes:
        """The bytes of the file to import. Records are numbered, so that their keys need not be written."""
        if self.lines:
            return b"".join(encoded(line) + b"\n" for line in self.lines)
        books = [{"key": str(number), **record} for number, record in enumerate(self.records, 1)]
        return b"".join(json.dumps(line).encode() + b"\n" for line in ({**HEADER, "source": self.source}, *books))

    def refusals(self) -> list[Refusal]:
        """The records that the import must refuse, in the order of their lines."""
        return [Refusal(**refusal) for refusal in self.refused]


@dataclass(frozen=True)
class Request:
    """One request of a case: a path below `/api/v1/` and its parameters, or a target sent as the bytes that it is."""

    path: str
    query: dict[str, str] = field(default_factory=dict)
    target: bytes = b""

    def __str__(self) -> str:
        return f"{self.target[:80]!r}" if self.target else f"{self.path} {self.query or ''}".strip()


@dataclass(frozen=True)
class Case:
    """What somebody reported: a sentence, requests, and what must come back for each of them."""

    says: str
    reported: list[str] = field(default_factory=list)
    get: str | list[str] = "books/"
    query: dict[str, str | list[str]] = field(default_factory=dict)
    target: str | dict[str, str] = ""
    filled_to: int = 0
    status: int = 200
    in_order: list[str] | None = None
    in_any_order: list[str] | None = None
    among: list[str] = field(default_factory=list)
    not_among: list[str] = field(default_factory=list)
    answer: dict[str, Any] = field(default_factory=dict)

    def requests(self) -> Iterator[Request]:
        """Each request of the case: one for each path and each combination of the parameters' values."""
        if self.target:
            yield Request("", target=encoded(self.target).ljust(self.filled_to, b"a"))
            return
        values = [value if isinstance(value, list) else [value] for value in self.query.values()]
        for path in [self.get] if isinstance(self.get, str) else self.get:
            for chosen in product(*values):
                yield Request(path, dict(zip(self.query, chosen, strict=True)))

    def expects_something(self) -> bool:
        """Whether there is an answer that the case would not accept."""
        return bool(
            self.status != 200
            or self.in_order is not None
            or self.in_any_order is not None
            or self.among
            or self.not_among
            or self.answer
        )


@dataclass(frozen=True)
class CaseFile:
    """Cases of one kind, and the catalogues that they are asked of."""

    kind: str
    catalogues: list[Catalogue]
    cases: list[Case]


def read(path: Path) -> CaseFile:
    """The cases of a file. TypeError for a name that is not known, ValueError for a case that nothing can fail."""
    given = json.loads(path.read_text(encoding="utf-8"))
    catalogues = [Catalogue(**catalogue) for catalogue in given.pop("catalogues")]
    cases = [Case(**case) for case in given.pop("cases")]
    if idle := [case.says for case in cases if not case.expects_something()]:
        raise ValueError(f"{path.name}: nothing is expected where it is said: {idle}")
    return CaseFile(catalogues=catalogues, cases=cases, **given)


def encoded(text: str | dict[str, str]) -> bytes:
    """The bytes of a text: UTF-8, unless it is an object that names another encoding."""
    return text.encode() if isinstance(text, str) else text["text"].encode(text["encoding"])
