"""Updates a stored book from a matched record. Curated fields stay; a source changes the fields that it set."""

from dataclasses import dataclass, replace
from typing import Any, Self

from books.importing.merging.matching import MatchedRecord
from books.importing.merging.rows import FIELDS, LINKS, Links, ResolvedEntities, fields_of, values_of
from books.importing.merging.stored_books import ADDED_TO, StoredBook, parsed
from books.importing.records import Record
from books.importing.writing.batch_writes import JSON, SAME, BatchWrites
from core.database.bulk import json_text
from core.text import title_keys

_NAMED = {"authors": "credits", "categories": "categories", "subjects": "subjects"}
_DERIVED = {"authors": "author_key", "categories": "category_id"}


@dataclass(slots=True)
class Revision:
    """A record of a stored book and the fields it may change; lists of entities it may not change are emptied."""

    book: int
    record: Record
    stored: StoredBook
    fields: frozenset[str]
    skipped_curated: bool
    """Whether the record has a value for a curated field, which is not used."""

    @classmethod
    def of(cls, match: MatchedRecord, stored: StoredBook) -> Self:
        """Compute the permitted fields: those the record has or the source set before, where `may_set` allows them."""
        record = match.prepared.record
        given = frozenset(fields_of(record))
        fields = frozenset(name for name in given | stored.set_fields if stored.may_set(name))
        blank: dict[str, Any] = {attribute: [] for name, attribute in _NAMED.items() if name not in fields}
        return cls(match.book, replace(record, **blank), stored, fields, bool(given & stored.curated))

    def set_fields(self) -> tuple[str, ...]:
        """Names of the fields that the source has set, in order, with curated ones that it had set before."""
        own = self.fields.intersection(fields_of(self.record)) | self.stored.curated & self.stored.set_fields
        return tuple(name for name in FIELDS if name in own)

    def owns(self, name: str) -> bool:
        """Whether this source set all values of a field in ADDED_TO: it is the only source and set the field."""
        return self.stored.has_one_source and name in self.stored.set_fields


def merge(writes: BatchWrites, revision: Revision, entities: ResolvedEntities) -> dict[str, Links]:
    """Update the columns and links that differ; return the changed fields, with the new links of link fields."""
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
    """The new values of the permitted columns and of the columns derived from them."""
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
    """The links a book shall have: `new`, and for ADDED_TO the old ones as well, perhaps of other sources."""
    if name not in ADDED_TO or revision.owns(name):
        return new
    old = revision.stored.links[name]
    if name == "isbns":
        held, has_primary = {isbn for isbn, _ in old}, any(primary for _, primary in old)
        new = {(isbn, primary and not has_primary): rest for (isbn, primary), rest in new.items() if isbn not in held}
    return {**old, **new}


def _relink(writes: BatchWrites, book: int, name: str, old: Links, new: Links) -> bool:
    """Delete, add and update the link rows that differ; return whether any did."""
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
