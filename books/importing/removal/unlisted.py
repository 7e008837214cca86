"""Removes what a source no longer lists: its records, and the books that nobody else knows."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

from books.importing.load_state import LoadState
from books.importing.merging.creating import names_text
from books.importing.merging.rows import FIELDS
from books.importing.removal.guards import Removal
from books.importing.summary import Summary
from books.removing import delete_books
from core.database.bulk import delete_in, select_in, update_rows

CHUNK = 2_000
"""Source records removed in one transaction, so that other writers do not wait long."""


def planned_removal(state: LoadState, summary: Summary) -> Removal:
    """What the load of `state`, whose records the `summary` counts, is about to remove, in numbers."""
    unlisted = sum(map(len, state.unlisted()))
    return Removal(
        unlisted, state.older_records(), summary.records, state.row.records, summary.rejected, summary.keyless
    )


def chunks(state: LoadState) -> Iterator[list[int]]:
    """Yield the ids of the source records to remove, in lists of CHUNK."""
    for unlisted in state.unlisted():
        for start in range(0, len(unlisted), CHUNK):
            yield unlisted[start : start + CHUNK]


def remove(connection: BaseDatabaseWrapper, records: list[int]) -> Summary:
    """Remove the source records with the ids `records`, and return a Summary with what became of their books.

    A book that no other source knows and no editor has changed is deleted. One that stays keeps all its values; the
    oldest of its other sources inherits the fields that the removed record had set, and sets them anew when it is
    loaded next. All in the current transaction.
    """
    removed = dict(select_in(connection, "SELECT id, book_id FROM books_sourcerecord WHERE id IN %s", records))
    lock = " ORDER BY id FOR UPDATE" if connection.vendor == "postgresql" else ""
    sql = f"SELECT id, curated FROM books_book WHERE id IN %s{lock}"  # noqa: S608
    curated = {pk: bool(json.loads(items)) for pk, items in select_in(connection, sql, sorted({*removed.values()}))}
    shared = _bequeath(connection, sorted(curated), removed.keys())
    edited = {pk for pk, is_curated in curated.items() if is_curated}
    gone = sorted(curated.keys() - shared - edited)
    delete_in(connection, "books_sourcerecord", "id", records)
    delete_books(connection, gone)
    return Summary(deleted=len(gone), edited=len(edited), shared=len(shared - edited))


def _bequeath(connection: BaseDatabaseWrapper, books: list[int], removed: Collection[int]) -> set[int]:
    """Add the fields that the source records `removed` had set to those of the oldest other record of their books.

    Its digest is forgotten, so that its source's next load writes the fields. Returns the ids of the books that have
    another record.
    """
    heirs: dict[int, tuple[int, set[str]]] = {}
    fields: defaultdict[int, set[str]] = defaultdict(set)
    sql = "SELECT book_id, id, set_fields FROM books_sourcerecord WHERE book_id IN %s ORDER BY id"
    for book, pk, names in select_in(connection, sql, books):
        if pk in removed:
            fields[book].update(json.loads(names))
        else:
            heirs.setdefault(book, (pk, set(json.loads(names))))
    rows = []
    for book, (pk, own) in sorted(heirs.items()):
        names = own | fields[book]
        rows.append((pk, "", names_text(tuple(name for name in FIELDS if name in names))))
    update_rows(connection, "books_sourcerecord", ["id"], ["digest", "set_fields"], rows)
    return set(heirs)
