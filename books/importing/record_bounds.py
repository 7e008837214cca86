"""Limits on the size of a record, the same on SQLite and PostgreSQL."""

from collections.abc import Iterator, Sequence
from typing import Any

from authors.models import Author, AuthorHeading
from books.importing.records import Record
from books.models import (
    Book,
    BookAuthor,
    BookIdentifier,
    BookLanguage,
    BookSeries,
    Category,
    Series,
    SourceRecord,
    Subject,
)

LONGEST_LIST = 10_000
"""Most values in one list of a record: a position column has 15 bits, and a page of books shows all values."""

LONGEST_TEXT = 50_000
"""Most searchable characters of a record: a Chinese one takes 12 bytes, and PostgreSQL's index row has 1 MB."""


def _longest(model: Any, name: str) -> int:
    return int(model._meta.get_field(name).max_length)


TEXTS = {name: _longest(Book, name) for name in ("title", "part", "publisher", "format", "published", "work")}
KEY, HEADING, NAME = _longest(SourceRecord, "key"), _longest(AuthorHeading, "heading"), _longest(Author, "name")
ROLE, NOTE = _longest(BookAuthor, "role"), _longest(BookAuthor, "note")
SCHEME, VALUE = _longest(BookIdentifier, "scheme"), _longest(BookIdentifier, "value")
SERIES, VOLUME = _longest(Series, "name"), _longest(BookSeries, "position")
LANGUAGE, LABEL, TERM = _longest(BookLanguage, "code"), _longest(Category, "name"), _longest(Subject, "name")
AUTHOR_KINDS, SUBJECT_KINDS = frozenset(Author.Kind.values), frozenset(Subject.Kind.values)
"""The longest texts, in characters, and the kinds that the columns of the tables take."""

SMALL = 20_000
"""Bytes of JSON up to which a record cannot exceed any limit, so that none is checked."""

_LISTS = {
    "credits": "authors", "categories": "categories", "subjects": "subjects", "series": "series",
    "languages": "languages", "original_languages": "original_languages", "identifiers": "identifiers",
    "isbns": "isbns", "links": "links",
}  # fmt: skip
"""The list attributes of a record, with their names in the API."""


def exceeded_limit(record: Record) -> str | None:
    """A sentence that names the first limit on records that `record` exceeds; None if it exceeds none."""
    for name, values in _lists(record):
        if len(values) > LONGEST_LIST:
            return f"{name} has {len(values):,} values, more than {LONGEST_LIST:,}."
    length = sum(map(len, _searched(record)))
    if length > LONGEST_TEXT:
        return (
            "Its title, part, subtitle, publisher, and the names of its authors, subjects and categories are"
            f" {length:,} characters together, more than {LONGEST_TEXT:,}."
        )
    return None


def _lists(record: Record) -> Iterator[tuple[str, Sequence[object]]]:
    for attribute, name in _LISTS.items():
        yield name, getattr(record, attribute)
    for credit in record.credits:
        yield "authors.alternate_names", credit.alternate_names


def _searched(record: Record) -> Iterator[str]:
    yield from (record.title, record.part, record.subtitle, record.publisher)
    for credit in record.credits:
        yield credit.name
        yield from credit.alternate_names
    yield from (topic.name for topic in record.subjects)
    for path in record.categories:
        yield from path
