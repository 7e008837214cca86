"""Limits on the size of a record, the same on SQLite and PostgreSQL."""

from collections.abc import Iterator, Sequence

from books.importing.records import Record

LONGEST_LIST = 10_000
"""Most values in one list of a record: a position column has 15 bits, and a page of books shows all values."""

LONGEST_TEXT = 50_000
"""Most searchable characters of a record: a Chinese one takes 12 bytes, and PostgreSQL's index row has 1 MB."""

SMALL = 20_000
"""Bytes of JSON up to which a record cannot exceed any limit, so that none is checked."""

_LISTS = {
    "credits": "authors", "categories": "categories", "subjects": "subjects", "series": "series",
    "languages": "languages", "original_languages": "original_languages", "identifiers": "identifiers",
    "isbns": "isbns", "links": "links",
}  # fmt: skip
"""The list attributes of a record, with their names in the API."""


def excess_of(record: Record) -> str | None:
    """A sentence that names the first limit `record` exceeds; None where it exceeds none."""
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
