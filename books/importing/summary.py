"""What became of the records of a load."""

from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any

import orjson

from books.importing.records import RAW_LENGTH, Record, Rejection

REJECTIONS_KEPT = 100
"""Rejections a summary holds; a file may have more of them than fit into memory."""


@dataclass(slots=True)
class Summary:
    """How many records were loaded as what, and the first of those that were not."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: int = 0
    rejected: int = 0
    rejections: list[Rejection] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """The numbers by name."""
        return {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "kept": self.kept,
            "rejected": self.rejected,
        }

    @property
    def records(self) -> int:
        """How many records were seen."""
        return sum(self.counts.values())

    def plus(self, other: "Summary") -> "Summary":
        """Both together; of the rejections the first REJECTIONS_KEPT."""
        numbers = {name: number + other.counts[name] for name, number in self.counts.items()}
        return Summary(**numbers, rejections=(self.rejections + other.rejections)[:REJECTIONS_KEPT])

    def reject(self, rejection: Rejection) -> None:
        """Count a rejection."""
        self.rejected += 1
        self.rejections.append(rejection)


def rejection(record: Record, reason: str, message: str) -> Rejection:
    """The rejection of a record that was read but cannot be loaded."""
    try:
        raw = orjson.dumps(record, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:
        raw = repr(record)
    return Rejection(record.position, reason, message, raw[:RAW_LENGTH])


def rejection_line(item: Rejection) -> dict[str, Any]:
    """A rejection as a line of the file of rejected records; `raw_base64` where the record's bytes are no text."""
    line = {"position": item.position, "reason": item.reason, "message": item.message}
    raw = item.raw.encode("utf-8", "surrogateescape")
    try:
        return {**line, "raw": raw.decode()}
    except UnicodeDecodeError:
        return {**line, "raw_base64": b64encode(raw).decode()}
