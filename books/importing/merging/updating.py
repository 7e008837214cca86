"""What a record changes on a book that is there. An editor's word stands; a source changes what it set itself."""

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
    """A record for a book that is there. `fields` are those it may change; it names nobody and nothing for others."""

    book: int
    record: Record
    stored: StoredBook
    fields: frozenset[str]
    kept: bool
    """Whether a curated field keeps the record from its say."""

    @classmethod
    def of(cls, match: MatchedRecord, stored: StoredBook) -> Self:
        """What is empty is filled; what the source set it may also empty."""
        record = match.prepared.record
        told = frozenset(fields_of(record))
        fields = frozenset(name for name in told | stored.set_fields if stored.may_set(name))
        blank: dict[str, Any] = {attribute: [] for name, attribute in _NAMED.items() if name not in fields}
        return cls(match.book, replace(record, **blank), stored, fields, bool(told & stored.curated))

    def set_fields(self) -> tuple[str, ...]:
        """The fields that are the source's own from now on; a curated one is again once it is curated no more."""
        own = self.fields.intersection(fields_of(self.record)) | self.stored.curated & self.stored.set_fields
        return tuple(name for name in FIELDS if name in own)

    def owns(self, name: str) -> bool:
        """Whether all of a field that sources add to is this source's."""
        return self.stored.alone and name in self.stored.set_fields


def merge(writes: BatchWrites, revision: Revision, entities: ResolvedEntities) -> dict[str, Links]:
    """Write what differs: the fields that did, with the links that the book has now where they are links."""
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
    """The columns that the permitted fields and what is derived from them come to."""
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
    """The links to have: of identifiers and ISBNs none is taken away that another source may have given."""
    if name not in ADDED_TO or revision.owns(name):
        return new
    old = revision.stored.links[name]
    if name == "isbns":
        held, has_primary = {isbn for isbn, _ in old}, any(primary for _, primary in old)
        new = {(isbn, primary and not has_primary): rest for (isbn, primary), rest in new.items() if isbn not in held}
    return {**old, **new}


def _relink(writes: BatchWrites, book: int, name: str, old: Links, new: Links) -> bool:
    """Write the link rows that differ; whether any did."""
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
