"""Summary: counts the records of a load by what became of them; and functions that make rejections."""

from base64 import b64encode
from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any

import orjson

from books.importing.records import RAW_LENGTH, Record, Rejection, readable_key

REJECTIONS_KEPT = 100
"""Most rejections a summary holds; a file may have more than fit into memory."""


@dataclass(slots=True)
class Summary:
    """How many records of a load had which outcome, the first rejections, and how many authors it joined.

    `kept` counts records that were not used because an editor had changed or deleted the book, `keyless` rejections
    without a readable key. Of the records, `isbn_shared` became new books although another book bears one of their
    numbers, and `made_keys` had no key. `deleted` counts books that the source no longer lists; of those that stay,
    `edited` counts the ones that an editor changed, `shared` the others, which another source knows. `continued` is the
    number of records that an interrupted load of the file had loaded before. `refusal` says why nothing was deleted,
    if it was refused. `joined` has the number of authors joined with those of other sources by each kind of evidence
    (books/importing/joining/kinds.py).
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: int = 0
    rejected: int = 0
    deleted: int = 0
    edited: int = 0
    shared: int = 0
    keyless: int = 0
    continued: int = 0
    rejections: list[Rejection] = field(default_factory=list)
    isbn_shared: int = 0
    made_keys: int = 0
    refusal: str = ""
    joined: Counter[str] = field(default_factory=Counter)

    @property
    def job_counts(self) -> dict[str, int]:
        """The counts that the load's job stores; authors joined are `merged`, and `joined_by_title` and so on."""
        joined = {f"joined_by_{kind}": number for kind, number in self.joined.items()}
        merged = sum(self.joined.values())
        return {**self.counts, "deleted": self.deleted, "merged": merged, "isbn_shared": self.isbn_shared, **joined}

    @property
    def counts(self) -> dict[str, int]:
        """The number of records for each of the five outcomes, by its name."""
        return {name: getattr(self, name) for name in ("created", "updated", "unchanged", "kept", "rejected")}

    @property
    def numbers(self) -> dict[str, int]:
        """All numbers but `continued`, by name."""
        return {name: getattr(self, name) for name in _NUMBERS}

    @property
    def records(self) -> int:
        """The number of records read, whatever their outcome."""
        return sum(self.counts.values())

    def plus(self, other: "Summary") -> "Summary":
        """A new Summary with the sums of this one and `other`, and the first REJECTIONS_KEPT rejections of both."""
        numbers = {name: number + getattr(other, name) for name, number in self.numbers.items()}
        rejections = (self.rejections + other.rejections)[:REJECTIONS_KEPT]
        joined = self.joined + other.joined
        return Summary(**numbers, continued=self.continued, rejections=rejections, joined=joined)

    def reject(self, rejection: Rejection) -> None:
        """Count `rejection`, and keep it if it is among the first."""
        self.rejected += 1
        self.keyless += not rejection.key
        self.rejections.append(rejection)


_NUMBERS = [each.name for each in fields(Summary) if each.type is int and each.name != "continued"]


def rejection(record: Record, reason: str, message: str) -> Rejection:
    """A Rejection of a record that was parsed but cannot be loaded; its raw text is the record as JSON."""
    try:
        raw = orjson.dumps(record, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:
        raw = repr(record)
    return Rejection(record.position, reason, message, raw[:RAW_LENGTH], readable_key(record.key))


def rejection_line(item: Rejection) -> dict[str, Any]:
    """The JSON object of the rejects file for the rejection `item`, as a dict.

    `raw_base64` takes the place of `raw` if its bytes are not UTF-8.
    """
    line = {"position": item.position, "reason": item.reason, "message": item.message}
    raw = item.raw.encode("utf-8", "surrogateescape")
    try:
        return {**line, "raw": raw.decode()}
    except UnicodeDecodeError:
        return {**line, "raw_base64": b64encode(raw).decode()}
