"""Reads the stored books that records were matched to, to be compared with the records."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from books.counts import lock_categories
from books.importing.merging.matching import MatchedRecord
from books.importing.merging.rows import LINKS, Links
from books.importing.writing.batch_writes import JSON, VALUES, BatchWrites
from core.database.bulk import select_in

ADDED_TO = frozenset({"identifiers", "isbns", "extra"})
"""Fields to which every source adds values; the other fields belong to the source that set them."""


@dataclass(slots=True)
class StoredBook:
    """A book as it is in the database: its columns, its links, and who set which of its fields.

    `curated` has an item for each field that an editor has set, by the field's name: `field`, `by` and `at`;
    `set_fields` are the fields that the load's source has set.
    """

    values: dict[str, Any]
    curated: dict[str, dict[str, Any]]
    set_fields: frozenset[str] = frozenset()
    has_one_source: bool = False
    links: dict[str, Links] = field(default_factory=lambda: {name: {} for name in LINKS})

    def is_empty(self, name: str) -> bool:
        """Whether the book has no value in the field `name`; 0 is a value."""
        value = self.values.get(name, self.links.get(name))
        return not value and value != 0

    def may_set(self, name: str) -> bool:
        """Whether the load's source may change the field `name`.

        It may if no editor has set the field, and the field is the source's own, empty, or in ADDED_TO.
        """
        return name not in self.curated and (name in self.set_fields or name in ADDED_TO or self.is_empty(name))


def load_matched_books(writes: BatchWrites, matched: Iterable[MatchedRecord]) -> dict[int, StoredBook]:
    """The books of the records `matched`, as `load_stored_books` gives them, with what the records' source has set."""
    connection = writes.connection
    records = {match.source_record: match.book for match in matched if match.source_record}
    stored_books = load_stored_books(writes, {match.book for match in matched})
    sql = "SELECT id, set_fields FROM books_sourcerecord WHERE id IN %s"
    for pk, names in select_in(connection, sql, sorted(records)):
        if stored_book := stored_books.get(records[pk]):
            stored_book.set_fields = frozenset(json.loads(names))
    sql = "SELECT book_id FROM books_sourcerecord WHERE book_id IN %s GROUP BY book_id HAVING count(*) = 1"
    for (pk,) in select_in(connection, sql, sorted(stored_books.keys() & records.values())):
        stored_books[pk].has_one_source = True
    return stored_books


def load_stored_books(
    writes: BatchWrites, books: Iterable[int], fields: Collection[str] = LINKS
) -> dict[int, StoredBook]:
    """The books with the ids `books`, by id, locked until the transaction ends; deleted ones are left out.

    They have the links of those `fields` only that have tables of their own.
    """
    connection = writes.connection
    lock = " ORDER BY id FOR NO KEY UPDATE" if connection.vendor == "postgresql" else ""
    sql = f"SELECT id, curated, {', '.join(VALUES)} FROM books_book WHERE id IN %s{lock}"  # noqa: S608
    stored_books = {}
    for pk, curated, *values in select_in(connection, sql, sorted(books)):
        stored_books[pk] = StoredBook(parsed(values), {each["field"]: each for each in json.loads(curated)})
    _load_links(writes, stored_books, fields)
    return stored_books


def parsed(values: Iterable[Any]) -> dict[str, Any]:
    """The columns VALUES by name, from their `values` in that order; JSON is parsed.

    PostgreSQL returns JSON in a format of its own, so the texts cannot be compared.
    """
    columns = dict(zip(VALUES, values, strict=True))
    return columns | {name: json.loads(columns[name]) for name in JSON if columns[name] is not None}


def _load_links(writes: BatchWrites, stored_books: dict[int, StoredBook], fields: Collection[str]) -> None:
    """Add to `stored_books` the links of the `fields`, read from all their tables by one statement."""
    quote, makes = writes.connection.ops.quote_name, _ARRAY[writes.connection.vendor]
    selects = []
    for name, link in LINKS.items():
        if name in fields:
            values = makes.format(", ".join(map(quote, link.columns)))
            place = "id" if link.in_order_of_ids else "0"
            of_table = f"{values} FROM {link.table} WHERE book_id IN %s"
            selects.append(f"SELECT '{name}', book_id, {place} AS place, {of_table}")
    books = sorted(stored_books)
    if not selects:
        return
    for name, book, _, array in select_in(
        writes.connection, f"{' UNION ALL '.join(selects)} ORDER BY place", *[books] * len(selects)
    ):
        values, width = json.loads(array), LINKS[name].width
        stored_books[book].links[name][tuple(values[:width])] = tuple(values[width:])


_ARRAY = {"postgresql": "json_build_array({})::text", "sqlite": "json_array({})"}
"""SQL for the JSON array of some columns."""


def ancestors_of(writes: BatchWrites, categories: Collection[int]) -> dict[int, set[int]]:
    """The ids of the categories above each of `categories`, and its own, by its id.

    On PostgreSQL the categories are locked until the commit, so that none is moved before its books are counted.
    """
    lock_categories(writes.connection, categories)
    ancestors: defaultdict[int, set[int]] = defaultdict(set)
    sql = "SELECT category_id, ancestor_id FROM books_categoryancestor WHERE category_id IN %s"
    for category, ancestor in select_in(writes.connection, sql, sorted(set(categories))):
        ancestors[category].add(ancestor)
    return ancestors
