"""Undoing a merge of two books."""

from typing import Any

from django.db import connection

from authors.models import Author
from books.authority import renew_books
from books.counts import counted_books
from books.editing.books import Writer
from books.editing.editor import Conflict
from books.importing.merging.creating import names_text
from books.importing.merging.rows import FIELDS, LINKS
from books.importing.merging.stored_books import StoredBook, load_stored_books
from books.importing.writing.batch_writes import JSON, BatchWrites
from books.merging.books import RESOURCE, add_differences
from books.merging.recording import check_is_last, check_there, note_undone
from books.merging.rows import plain, put_back
from books.models import Book, Category, Series, SourceRecord, Subject
from books.removing import PARTS
from books.search.words import LoadedWords
from core.changes.former_keys import note_back
from core.changes.models import RecordedMerge
from core.database.bulk import delete_rows, json_text, update_rows
from core.database.row_counts import add_row_counts

_NAMED = (
    ("books_bookauthor", "author_id", "authors", Author),
    ("books_bookcategory", "category_id", "categories", Category),
    ("books_booksubject", "subject_id", "subjects", Subject),
    ("books_bookseries", "series_id", "series", Series),
)
"""The tables of links to other rows, with the column, the resource and the model of what they refer to."""


def undo(record: RecordedMerge, writer: Writer) -> None:
    """Undo a merge of books, whose record is locked: both are there again, each with its sources. Raises Conflict."""
    shot, gone, kept = record.snapshot, record.gone, record.kept
    writes = BatchWrites(connection, LoadedWords())
    stored = load_stored_books(writes, [kept]).get(kept)
    check_is_last(record)
    if stored is None:
        raise Conflict(f"Book {kept} is no longer there.")
    _check_named(shot)
    _check_unchanged(kept, stored, shot)
    records = _records(kept, shot["records"])
    counted = counted_books(connection, [kept])
    _take_back(writes, kept, stored, shot)
    put_back(Book, [shot["row"]])
    Book.objects.filter(pk=gone).update(created_at=shot["row"]["created_at"])
    for model in PARTS:
        put_back(model, shot["parts"][model._meta.db_table])
    rows = [(each["id"], gone, digest, names_text(tuple(each["set_fields"]))) for each, digest in records]
    update_rows(connection, "books_sourcerecord", ["id"], ["book_id", "digest", "set_fields"], rows)
    add_differences(counted, counted_books(connection, sorted((gone, kept))))
    add_row_counts(connection, {"book": 1})
    renew_books(sorted((gone, kept)))
    note_back(RESOURCE, str(gone), shot["led"])
    note_undone(record, writer)


def _check_named(shot: dict[str, Any]) -> None:
    """Raise Conflict if something that either book was linked to by the merge is no longer there."""
    for table, column, resource, model in _NAMED:
        given = shot["links"].get(resource, [[], []])[1]
        wanted = {row[column] for row in shot["parts"][table]} | {row[0] for row in given}
        check_there(resource, wanted, model._base_manager.filter(pk__in=wanted).values_list("pk", flat=True))


def _check_unchanged(kept: int, stored: StoredBook, shot: dict[str, Any]) -> None:
    """Raise Conflict if a field that the merge has changed does not have the value that it had then.

    What is derived from links, such as the sort key of the first author, follows from these.
    """
    changed = [name for name, (_, after) in shot["columns"].items() if plain(stored.values[name]) != after]
    changed = [name for name in changed if name in FIELDS]
    for name, (before, added) in shot["links"].items():
        now = [[*key, *rest] for key, rest in stored.links[name].items()]
        if sorted(plain(now)) != sorted([*before, *added]):
            changed.append(name)
    if changed:
        raise Conflict(f"Book {kept} was changed since: {', '.join(dict.fromkeys(changed))}.")


def _records(kept: int, wanted: list[dict[str, Any]]) -> list[tuple[dict[str, Any], str]]:
    """The sources' records that the merge moved, each with the digest that it is to have. Raises Conflict.

    One that was loaded since has none: its source's next load writes it again.
    """
    pks = [each["id"] for each in wanted]
    digests = dict(SourceRecord.objects.filter(pk__in=pks, book=kept).values_list("pk", "digest"))
    if len(digests) < len(pks):
        raise Conflict(f"The sources of book {kept} have changed since.")
    return [(each, each["digest"] if digests[each["id"]] == each["digest"] else "") for each in wanted]


def _take_back(writes: BatchWrites, kept: int, stored: StoredBook, shot: dict[str, Any]) -> None:
    """Give the book that was kept the values that it had before the merge."""
    for name, (_, added) in shot["links"].items():
        link = LINKS[name]
        columns = ("book_id", *link.columns[: link.width])
        delete_rows(connection, link.table, columns, [(kept, *row[: link.width]) for row in added])
    curated = {name: item for name, item in stored.curated.items() if name not in shot["curated"]}
    curated |= {name: before for name, (before, _) in shot["curated"].items() if before}
    values = {
        name: json_text(before) if name in JSON and before is not None else before
        for name, (before, _) in shot["columns"].items()
    }
    writes.update("books_book", {"id": kept}, {**values, "curated": json_text([*curated.values()])})
    writes.write()
