"""Counts the records of a load by outcome, and formats rejections."""

from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any

import orjson

from books.importing.records import RAW_LENGTH, Record, Rejection

REJECTIONS_KEPT = 100
"""Most rejections a summary holds; a file may have more than fit into memory."""


@dataclass(slots=True)
class Summary:
    """Numbers of records by outcome, and the first rejections. `kept`: an editor's change or deletion was respected."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: int = 0
    rejected: int = 0
    rejections: list[Rejection] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """The five numbers by name."""
        return {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "kept": self.kept,
            "rejected": self.rejected,
        }

    @property
    def records(self) -> int:
        """The number of records read, whatever their outcome."""
        return sum(self.counts.values())

    def plus(self, other: "Summary") -> "Summary":
        """A new summary with the sums of both, and the first REJECTIONS_KEPT rejections."""
        numbers = {name: number + other.counts[name] for name, number in self.counts.items()}
        return Summary(**numbers, rejections=(self.rejections + other.rejections)[:REJECTIONS_KEPT])

    def reject(self, rejection: Rejection) -> None:
        """Count `rejection` and add it to the list."""
        self.rejected += 1
        self.rejections.append(rejection)


def rejection(record: Record, reason: str, message: str) -> Rejection:
    """A rejection of a record that was parsed but cannot be loaded; its raw text is the record as JSON."""
    try:
        raw = orjson.dumps(record, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:
        raw = repr(record)
    return Rejection(record.position, reason, message, raw[:RAW_LENGTH])


def rejection_line(item: Rejection) -> dict[str, Any]:
    """A rejection as an object of the rejects file; `raw_base64` replaces `raw` where the bytes are not UTF-8."""
    line = {"position": item.position, "reason": item.reason, "message": item.message}
    raw = item.raw.encode("utf-8", "surrogateescape")
    try:
        return {**line, "raw": raw.decode()}
    except UnicodeDecodeError:
        return {**line, "raw_base64": b64encode(raw).decode()}
