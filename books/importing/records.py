"""Record: what every reader yields for a book, whatever the format of its file; and Rejection for a bad one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(slots=True)
class Credit:
    """One contributor of a book in one role. `heading` is the author's key within the source."""

    heading: str
    name: str
    sort_name: str
    kind: str = "person"
    role: str = "author"
    note: str = ""
    birth_year: int | None = None
    death_year: int | None = None
    alternate_names: tuple[str, ...] = ()


@dataclass(slots=True, frozen=True)
class Topic:
    """One subject of a book; `kind` is topic, genre, place, person, time, shelf or class."""

    name: str
    kind: str = "topic"


@dataclass(slots=True)
class Record:
    """One book as its source describes it, not yet matched to the catalogue.

    `position` is the number of the line or record in the file, from 1: it is shown in messages, and rises from one
    record to the next, so that an interrupted load goes on behind it. A year BCE is negative: -551 is 551 BCE; 0 never
    occurs. `categories` are paths of labels from the root; `isbns` are valid ISBN-13s without hyphens.
    """

    key: str
    position: int
    title: str
    subtitle: str = ""
    part: str = ""
    credits: list[Credit] = field(default_factory=list)
    categories: list[tuple[str, ...]] = field(default_factory=list)
    subjects: list[Topic] = field(default_factory=list)
    series: list[tuple[str, str]] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    original_languages: list[str] = field(default_factory=list)
    first_published_year: int | None = None
    published_year: int | None = None
    published: str = ""
    publisher: str = ""
    pages: int | None = None
    format: str = ""
    identifiers: list[tuple[str, str]] = field(default_factory=list)
    isbns: list[str] = field(default_factory=list)
    links: list[tuple[str, str, str]] = field(default_factory=list)
    description: str = ""
    cover: dict[str, str] | None = None
    rating_average: float | None = None
    ratings_count: int | None = None
    popularity: int | None = None
    work: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, frozen=True)
class Rejection:
    """A record that cannot be loaded: `reason` is a code that stays the same, `message` a sentence for people.

    `raw` is the beginning of its text; bytes that are not UTF-8 are lone surrogates in it (PEP 383). `key` is the
    record's key within its source, "" where it cannot be read: `readable_key` says.
    """

    position: int
    reason: str
    message: str
    raw: str
    key: str = ""


def readable_key(key: object) -> str:
    """`key` if it may be the key of a stored record: a text without characters that no key has; else ""."""
    return key if isinstance(key, str) and key.isprintable() else ""


def add_to_list(extra: dict[str, Any], name: str, value: str) -> None:
    """Add `value` to the list `name` of a record's `extra`, once; a value of the source's own that is none stays."""
    values = extra.setdefault(name, [])
    if isinstance(values, list) and value not in values:
        values.append(value)


RAW_LENGTH = 10_000
"""Characters of a rejected record's text that its rejection stores."""


@dataclass(slots=True, frozen=True)
class Unparsed:
    """A record as it stands in its file: `key` is its key within its source, `texts` are all that it says.

    `parse` returns its Record, or a Rejection. A record whose texts did not change since the last load is not parsed.
    """

    position: int
    key: str
    texts: tuple[str, ...]
    parse: Callable[[], Record | Rejection]

    @property
    def size(self) -> int:
        """The length of its texts in characters."""
        return sum(map(len, self.texts))


Item = Record | Unparsed | Rejection
Items = Iterator[Item]
"""What a reader yields."""

RECORD_LENGTH = 10_000_000
"""Longest record read, in characters (longest line: in bytes); a longer one is rejected."""


class Flawed(str):
    """A line that must be rejected, as text with the reason; bytes that are not UTF-8 are lone surrogates (PEP 383)."""

    __slots__ = ("message", "reason")
    reason: str
    message: str

    @classmethod
    def of(cls, line: bytes, reason: str, message: str) -> Self:
        """The bytes of a line decoded to a Flawed, with the reason and the message of its rejection."""
        flawed = cls(line.decode("utf-8", "surrogateescape"))
        flawed.reason, flawed.message = reason, message
        return flawed


class BrokenFile(Exception):
    """Raised where a file cannot be read to its end: its format is unknown, or it is damaged or cut off."""
