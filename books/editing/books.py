"""BookEditor: an editor's changes of books; and the functions that write many of them by few statements."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from books.editing.book_records import EditedBook, edited_book, errors_of
from books.editing.editor import FieldErrors
from books.editing.references import Body, References
from books.importing.merging.creating import create
from books.importing.merging.rows import fields_of
from books.importing.merging.stored_books import StoredBook, load_stored_books
from books.importing.merging.updating import SEARCHED, Edit, Revision, ancestors_of_revised, count_changes, merge
from books.importing.records import Record
from books.importing.writing.batch_writes import BatchWrites
from books.models import Book, SourceRecord
from books.removing import delete_books
from books.search.indexing import index_books
from books.search.words import LoadedWords
from core.database.bulk import allocate_ids, json_text


class Writer(NamedTuple):
    """Who changes the catalogue: an account or a key, by its id and its name."""

    type: str
    id: int
    name: str


class BookChange(NamedTuple):
    """What is to become of a book: the one with the id `pk`, or a new one for None, gets the values of `body`.

    If it `adds_numbers`, the ISBNs and identifiers join those that the book has, else they replace them.
    """

    pk: int | None
    body: Body
    adds_numbers: bool = False


class BookEditor:
    """The Editor of books; `writer` is who makes the changes, which a book's curated fields name."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer

    def create(self, values: Mapping[str, Any]) -> Book:
        """Save a new book with the `values` of a body, and return it. Raises FieldErrors."""
        (pk,) = self._write(BookChange(None, values))
        return Book(pk=pk)

    def change(self, row: Book, values: Mapping[str, Any]) -> None:
        """Set the `values` of a body in a book that is locked. Raises FieldErrors."""
        self._write(BookChange(row.pk, values))

    def delete(self, row: Book) -> None:
        """Delete a book that is locked. Its sources' records remain, so that no load adds it again."""
        delete_books(connection, [row.pk])

    def _write(self, change: BookChange) -> list[int]:
        writes = BatchWrites(connection, LoadedWords())
        references = References(writes, [change.body])
        if errors := [*errors_of(change.body, references)]:
            raise FieldErrors(errors)
        return write_books(writes, [change], references, self.writer)


def write_books(
    writes: BatchWrites, changes: Sequence[BookChange], references: References, writer: Writer
) -> list[int]:
    """Make the `changes`, whose bodies have no errors, and return the ids of the books, in their order.

    No two may be of one book, and the stored ones must be there. How many statements it takes does not depend on their
    number. What a body changes is curated: `writer` and the time are noted.
    """
    edit = Edit(writer._asdict(), timezone.now().isoformat(timespec="microseconds").replace("+00:00", "Z"))
    given = {name for change in changes if change.pk for name in change.body}
    # ISBNs with a wrong check digit join the identifiers.
    fields = {*given, "identifiers"} if "isbns" in given else given
    stored = load_stored_books(writes, [change.pk for change in changes if change.pk], fields)
    references.make_missing([change.body for change in changes])
    edited = [edited_book(body, references, stored.get(pk or 0), adds_numbers=adds) for pk, body, adds in changes]
    new = iter(allocate_ids(writes.connection, "books_book", sum(change.pk is None for change in changes)))
    pks = [change.pk or next(new) for change in changes]
    created = [(pk, book.record) for pk, book, change in zip(pks, edited, changes, strict=True) if change.pk is None]
    create(writes, created, references.entities, lambda record: _curated(edit, record))
    searched = _revise(writes, zip(pks, edited, strict=True), stored, references, edit)
    writes.write()
    if searched:
        index_books(writes.connection, searched)
    return pks


def _curated(edit: Edit, record: Record) -> str:
    return json_text([*edit.curated(fields_of(record)).values()])


def _revise(
    writes: BatchWrites,
    books: Iterable[tuple[int, EditedBook]],
    stored: dict[int, StoredBook],
    references: References,
    edit: Edit,
) -> list[int]:
    """Add to `writes` what changes in the `stored` ones of `books`; return the ids of those that are searched anew."""
    revisions = [
        Revision(pk, book.record, stored[pk], book.fields, skipped_curated=False, edit=edit)
        for pk, book in books
        if pk in stored
    ]
    ancestors = ancestors_of_revised(writes, references.entities, revisions)
    searched = []
    for revision in revisions:
        changed = merge(writes, revision, references.entities)
        count_changes(writes, revision, changed, ancestors)
        if not SEARCHED.isdisjoint(changed):
            searched.append(revision.book)
    return searched


def give_back(book: Book, field: str, writer: Writer) -> bool:
    """Let sources set a curated `field` of a book that is locked again; return False for one that is not curated.

    The next load of a source of the book writes the field, also from a record that has not changed. A field that none
    of its sources has set is emptied, so that whichever has a value sets it; a title becomes the oldest source's.
    """
    if field not in {item["field"] for item in book.curated}:
        return False
    records = [*SourceRecord.objects.filter(book=book).order_by("pk")]
    if records and not any(field in record.set_fields for record in records):
        if field == "title":
            records[0].set_fields = [field, *records[0].set_fields]
        else:
            BookEditor(writer).change(book, {field: _EMPTY.get(field)})
    for record in records:
        record.digest = ""
    SourceRecord.objects.bulk_update(records, ["digest", "set_fields"])
    curated = Book.objects.values_list("curated", flat=True).get(pk=book.pk)
    Book.objects.filter(pk=book.pk).update(curated=[item for item in curated if item["field"] != field])
    return True


_EMPTY: dict[str, Any] = {
    **dict.fromkeys(("subtitle", "part", "published", "publisher", "format", "work", "description"), ""),
    **dict.fromkeys(("languages", "original_languages", "links", "authors", "categories", "subjects"), ()),
    **dict.fromkeys(("series", "isbns"), ()),
    "extra": {},
    "identifiers": {},
}
"""The empty values of fields, in bodies, where they are not null."""
