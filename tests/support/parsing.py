"""Parses what a reader yields."""

from collections.abc import Iterable

from books.importing.records import Item, Record, Rejection, Unparsed


def parsed(items: Iterable[Item]) -> list[Record | Rejection]:
    """The records and rejections of `items`, each record parsed."""
    return [item.parse() if isinstance(item, Unparsed) else item for item in items]
