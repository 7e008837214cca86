"""Updates a stored book from a record. Fields that an editor has set stay; a source changes the fields that it set."""

from dataclasses import dataclass, replace
from typing import Any, Self

from books.importing.merging.matching import MatchedRecord
from books.importing.merging.rows import FIELDS, LINKS, Links, ResolvedEntities, fields_of, values_of
from books.importing.merging.stored_books import ADDED_TO, StoredBook, parsed
from books.importing.records import Record
from books.importing.writing.batch_writes import JSON, SAME, BatchWrites
from core.database.bulk import json_text
from core.text import title_keys

_NAMED = {"authors": "credits", "categories": "categories", "subjects": "subjects", "series": "series"}
_DERIVED = {"authors": "author_key", "categories": "category_id"}


@dataclass(slots=True)
class Revision:
    """A record of a stored book, and the `fields` of the book that it may change.

    Authors, categories, subjects and series that it may not change are removed from the record: none is created.
    """

    book: int
    record: Record
    stored: StoredBook
    fields: frozenset[str]
    skipped_curated: bool
    """Whether the record has a value for a curated field, which is not used."""

    @classmethod
    def of(cls, match: MatchedRecord, stored: StoredBook) -> Self:
        """A Revision of `stored` by the record in `match`.

        It may change the fields that the record has or the source has set before, where `may_set` allows it.
        """
        record = match.prepared.record
        given = frozenset(fields_of(record))
        fields = frozenset(name for name in given | stored.set_fields if stored.may_set(name))
        blank: dict[str, Any] = {attribute: [] for name, attribute in _NAMED.items() if name not in fields}
        return cls(match.book, replace(record, **blank), stored, fields, bool(given & stored.curated))

    def set_fields(self) -> tuple[str, ...]:
        """The names of the fields that the source has set after this revision, in the order of FIELDS.

        Fields that an editor has changed since the source set them count too.
        """
        own = self.fields.intersection(fields_of(self.record)) | self.stored.curated & self.stored.set_fields
        return tuple(name for name in FIELDS if name in own)

    def owns(self, name: str) -> bool:
        """Whether all values of the field `name`, one of ADDED_TO, are of this source: it set them, as the only one."""
        return self.stored.has_one_source and name in self.stored.set_fields


def merge(writes: BatchWrites, revision: Revision, entities: ResolvedEntities) -> dict[str, Links]:
    """Add to `writes` what differs between the revision's record and its book.

    Returns the names of the fields that changed, each with its new links, which are {} for a column.
    """
    record, stored = revision.record, revision.stored
    links = {
        name: _united(revision, name, link.links(entities, record))
        for name, link in LINKS.items()
        if name in revision.fields
    }
    columns = _columns(revision, parsed(values_of(record, entities)))
    if "isbns" in links:
        columns["isbn_13"] = next((isbn for isbn, primary in links["isbns"] if primary), None)
    columns = {name: value for name, value in columns.items() if value != stored.values[name]}
    changed = {name: links.get(name, {}) for name in revision.fields if name in columns}
    changed |= {
        name: new for name, new in links.items() if _relink(writes, revision.book, name, stored.links[name], new)
    }
    if changed:
        values = {
            name: json_text(value) if name in JSON and value is not None else value for name, value in columns.items()
        }
        writes.update("books_book", {"id": revision.book}, {**values, "updated_at": writes.now})
    return changed


def _columns(revision: Revision, values: dict[str, Any]) -> dict[str, Any]:
    """The new values, by name, of the columns that the revision may change, and of those derived from them."""
    fields, old = revision.fields, revision.stored.values
    columns = {name: values[name] for name in (*SAME, *JSON) if name in fields}
    columns.update({column: values[column] for name, column in _DERIVED.items() if name in fields})
    if "extra" in columns and not revision.owns("extra"):
        new = columns["extra"]
        columns["extra"] = {**old["extra"], **new} if "extra" in revision.stored.set_fields else {**new, **old["extra"]}
    if "title" in columns or "languages" in columns:
        title, languages = (columns.get(name, old[name]) for name in ("title", "languages"))
        columns["sort_title"], columns["title_key"] = title_keys(title, languages)
    return columns


def _united(revision: Revision, name: str, new: Links) -> Links:
    """The links of the field `name` that the book is to have: `new`, and for a field in ADDED_TO the old ones too."""
    if name not in ADDED_TO or revision.owns(name):
        return new
    old = revision.stored.links[name]
    if name == "isbns":
        held, has_primary = {isbn for isbn, _ in old}, any(primary for _, primary in old)
        new = {(isbn, primary and not has_primary): rest for (isbn, primary), rest in new.items() if isbn not in held}
    return {**old, **new}


def _relink(writes: BatchWrites, book: int, name: str, old: Links, new: Links) -> bool:
    """Add to `writes` the link rows to delete, insert and update so that `old` becomes `new`.

    Return whether any differ.
    """
    link = LINKS[name]
    columns, rest_columns = ("book_id", *link.columns[: link.width]), link.columns[link.width :]
    gone = [(book, *key) for key in old if key not in new]
    added = [(book, *key, *rest) for key, rest in new.items() if key not in old]
    moved = [((book, *key), rest) for key, rest in new.items() if key in old and old[key] != rest]
    writes.deleted[link.table, columns] += gone
    writes.added[link.table] += added
    for key, rest in moved:
        writes.update(link.table, dict(zip(columns, key, strict=True)), dict(zip(rest_columns, rest, strict=True)))
    return bool(gone or added or moved)
