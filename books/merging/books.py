"""Merging two books by an editor, and undoing it.

The book that is kept is as if the sources of the other had given it their records as well: numbers and `extra` are
united, its other fields keep their values, and those that were empty are filled from the book that goes.
"""

from typing import Any, NamedTuple

from django.db import connection

from books.counts import counted_books
from books.editing.books import Writer
from books.importing.merging.creating import names_text
from books.importing.merging.rows import FIELDS, LINKS, Links
from books.importing.merging.stored_books import ADDED_TO, StoredBook, load_stored_books
from books.importing.writing.batch_writes import JSON, SAME, BatchWrites
from books.merging.recording import record_merge
from books.merging.rows import plain, rows_of
from books.models import Book, SourceRecord
from books.removing import PARTS, delete_with_parts
from books.search.indexing import index_books
from books.search.words import LoadedWords
from core.changes.former_keys import note_all_moved
from core.changes.models import RecordedMerge
from core.database.bulk import add_to, json_text, update_rows
from core.text import title_keys

RESOURCE = "books"
_DERIVED = {"authors": "author_key", "categories": "category_id"}


class Taken(NamedTuple):
    """What one book takes from another: new values of columns, and link rows that it has not had, by field."""

    fields: list[str]
    """The fields that were empty, and are filled."""
    columns: dict[str, Any]
    links: dict[str, Links]

    def changed(self) -> list[str]:
        """The fields whose values differ by it."""
        return [name for name in FIELDS if name in self.columns or name in self.links]


def merge(gone: Book, kept: Book, writer: Writer) -> RecordedMerge:
    """Merge the book `gone` into `kept`, which are locked, and return the record of it.

    The records of sources belong to the book that is kept; of the fields that they have set, they go on setting those
    that were taken from the book that goes. Fields that an editor has set there are taken as such.
    """
    writes = BatchWrites(connection, LoadedWords())
    stored = load_stored_books(writes, [gone.pk, kept.pk])
    old, other = stored[kept.pk], stored[gone.pk]
    taken = _taken(old, other)
    counted = counted_books(connection, [gone.pk, kept.pk])
    records = _records(gone.pk, [*taken.fields, "identifiers", "isbns", *(["extra"] if old.is_empty("extra") else [])])
    curated = {**old.curated, **{name: other.curated[name] for name in taken.changed() if name in other.curated}}
    record = record_merge(
        RESOURCE, (gone.pk, gone.title), (kept.pk, kept.title), writer,
        moved={
            "fields": len(taken.fields),
            "identifiers": len(taken.links.get("identifiers", ())),
            "isbns": len(taken.links.get("isbns", ())),
            "sources": len(records),
        },
        snapshot={
            "row": rows_of(Book.objects.filter(pk=gone.pk))[0],
            "parts": {model._meta.db_table: rows_of(_parts(model, column, gone.pk)) for model, column in PARTS.items()},
            "records": records,
            "columns": {name: [plain(old.values[name]), plain(value)] for name, value in taken.columns.items()},
            "links": {name: [_rows(old.links[name]), _rows(added)] for name, added in taken.links.items()},
            "curated": {name: [old.curated.get(name), curated.get(name)] for name in taken.changed()},
        },
    )  # fmt: skip
    _give(writes, kept.pk, taken, curated)
    _move_records(kept.pk, records)
    delete_with_parts(connection, [gone.pk])
    add_differences(counted, counted_books(connection, [kept.pk]))
    index_books(connection, [kept.pk])
    note_all_moved(RESOURCE, {str(gone.pk): str(kept.pk)})
    return record


def add_differences(before: dict[str, dict[int, int]], after: dict[str, dict[int, int]]) -> None:
    """Add to the stored counts of books by how much two results of `counted_books` differ.

    Rows that have no book left stay, since an undo needs them.
    """
    for table, counts in after.items():
        were = before[table]
        deltas = {pk: counts.get(pk, 0) - were.get(pk, 0) for pk in sorted({*counts, *were})}
        add_to(connection, table, "books_count", deltas)


def _taken(old: StoredBook, other: StoredBook) -> Taken:
    """What a book as it is stored, `old`, takes from the `other` one that is merged into it."""
    fields = [
        name
        for name in FIELDS
        if name not in ADDED_TO and name not in old.curated and old.is_empty(name) and not other.is_empty(name)
    ]
    columns = {name: other.values[name] for name in fields if name in SAME or name in JSON}
    columns |= {_DERIVED[name]: other.values[_DERIVED[name]] for name in fields if name in _DERIVED}
    if (extra := {**other.values["extra"], **old.values["extra"]}) != old.values["extra"]:
        columns["extra"] = extra
    if "languages" in columns:
        columns["sort_title"], columns["title_key"] = title_keys(old.values["title"], columns["languages"])
    links = {name: dict(other.links[name]) for name in fields if name in LINKS}
    links["identifiers"] = {key: () for key in other.links["identifiers"] if key not in old.links["identifiers"]}
    held = {isbn for isbn, _ in old.links["isbns"]}
    links["isbns"] = {(isbn, is_first and not held): () for isbn, is_first in other.links["isbns"] if isbn not in held}
    if first := next((isbn for isbn, is_first in links["isbns"] if is_first), None):
        columns["isbn_13"] = first
    return Taken(fields, columns, {name: rows for name, rows in links.items() if rows})


def _give(writes: BatchWrites, pk: int, taken: Taken, curated: dict[str, dict[str, Any]]) -> None:
    """Write what the book with the id `pk` takes."""
    for name, added in taken.links.items():
        writes.added[LINKS[name].table] += [(pk, *key, *rest) for key, rest in added.items()]
    values = {
        name: json_text(value) if name in JSON and value is not None else value for name, value in taken.columns.items()
    }
    values |= {"curated": json_text([*curated.values()]), "updated_at": writes.now}
    writes.update("books_book", {"id": pk}, values)
    writes.write()


def _records(gone: int, fields: list[str]) -> list[dict[str, Any]]:
    """The sources' records of the book that goes: `id`, `digest`, and the fields set, as they are and as they will be.

    Those of `fields` are set by it in the book that is kept too.
    """
    found = SourceRecord.objects.filter(book=gone).order_by("pk").values("id", "digest", "set_fields")
    return [{**each, "left": [name for name in each["set_fields"] if name in fields]} for each in found]


def _move_records(kept: int, records: list[dict[str, Any]]) -> None:
    rows = [(each["id"], kept, names_text(tuple(each["left"]))) for each in records]
    update_rows(connection, "books_sourcerecord", ["id"], ["book_id", "set_fields"], rows)


def _parts(model: Any, column: str, book: int) -> Any:
    return model.objects.filter(**{column: book}).order_by("pk")


def _rows(links: Links) -> list[list[Any]]:
    """Link rows as a snapshot has them."""
    return [[*key, *rest] for key, rest in links.items()]
