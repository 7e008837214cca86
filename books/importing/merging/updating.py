"""Updates a stored book from a record. Fields that an editor has set stay; a source changes the fields that it set."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any, NamedTuple, Self

from books.importing.merging.matching import MatchedRecord
from books.importing.merging.rows import FIELDS, LINKS, Links, ResolvedEntities, fields_of, values_of
from books.importing.merging.stored_books import ADDED_TO, StoredBook, ancestors_of, parsed
from books.importing.records import Record
from books.importing.writing.batch_writes import COUNTED, JSON, SAME, BatchWrites
from core.database.bulk import json_text
from core.text import title_keys

SEARCHED = frozenset({"title", "part", "subtitle", "publisher", "authors", "categories", "subjects", "extra"})
"""The fields whose words a book's search index row has."""

_NAMED = {"authors": "credits", "categories": "categories", "subjects": "subjects", "series": "series"}
_DERIVED = {"authors": "author_key", "categories": "category_id"}


class Edit(NamedTuple):
    """Who changes books over the API, as `{"type", "id", "name"}`, and when, as RFC 3339 has it."""

    by: dict[str, Any]
    at: str

    def curated(self, names: Iterable[str]) -> dict[str, dict[str, Any]]:
        """The items of `Book.curated` for the fields `names`, by name, in the order of FIELDS."""
        given = set(names)
        return {name: {"field": name, "by": self.by, "at": self.at} for name in FIELDS if name in given}


@dataclass(slots=True)
class Revision:
    """A record of a stored book, and the `fields` of the book that it may change.

    Authors, categories, subjects and series that it may not change are removed from the record: none is created. An
    editor's revision has an `edit`: it may change all fields, replaces lists as a whole, and curates what it changes.
    """

    book: int
    record: Record
    stored: StoredBook
    fields: frozenset[str]
    skipped_curated: bool
    """Whether the record has a value for a curated field, which is not used."""
    edit: Edit | None = None

    @classmethod
    def of(cls, match: MatchedRecord, stored: StoredBook) -> Self:
        """A Revision of `stored` by the record in `match`.

        It may change the fields that the record has or the source has set before, where `may_set` allows it.
        """
        record = match.prepared.record
        given = frozenset(fields_of(record))
        fields = frozenset(name for name in given | stored.set_fields if stored.may_set(name))
        blank: dict[str, Any] = {attribute: [] for name, attribute in _NAMED.items() if name not in fields}
        return cls(match.book, replace(record, **blank), stored, fields, bool(given & stored.curated.keys()))

    def set_fields(self) -> tuple[str, ...]:
        """The names of the fields that the source has set after this revision, in the order of FIELDS.

        Fields that an editor has changed since the source set them count too.
        """
        own = self.fields.intersection(fields_of(self.record)) | self.stored.curated.keys() & self.stored.set_fields
        return tuple(name for name in FIELDS if name in own)

    def owns(self, name: str) -> bool:
        """Whether this revision replaces all values of the field `name`, one of ADDED_TO.

        An editor's does, and that of a source that set them as the only one.
        """
        return self.edit is not None or (self.stored.has_one_source and name in self.stored.set_fields)


def merge(writes: BatchWrites, revision: Revision, entities: ResolvedEntities) -> dict[str, Links]:
    """Add to `writes` what differs between the revision's record and its book.

    Returns the names of the fields that changed, each with its new links, which are {} for a column.
    """
    record, stored = revision.record, revision.stored
    links = {
        name: _kept(revision, name, _united(revision, name, link.links(entities, record)))
        for name, link in LINKS.items()
        if name in revision.fields
    }
    columns = _columns(revision, parsed(values_of(record, entities)))
    if "isbns" in links:
        columns["isbn_13"] = next((isbn for isbn, primary in links["isbns"] if primary), None)
    columns = {name: value for name, value in columns.items() if value != stored.values[name]}
    changed = {name: links.get(name, {}) for name in revision.fields if name in columns}
    changed |= {name: new for name, new in links.items() if _relink(writes, revision, name, new)}
    if changed:
        values = _texts(columns)
        if revision.edit:
            # All columns, so that one statement updates all books of a batch, whichever fields they have changed.
            items = stored.curated | revision.edit.curated(changed)
            values = {**_texts(stored.values), **values, "curated": json_text([*items.values()])}
        writes.update("books_book", {"id": revision.book}, {**values, "updated_at": writes.now})
    return changed


def _texts(columns: dict[str, Any]) -> dict[str, Any]:
    """Values of columns by name, with JSON as text."""
    return {name: json_text(value) if name in JSON and value is not None else value for name, value in columns.items()}


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


def _kept(revision: Revision, name: str, new: Links) -> Links:
    """The links `new`, and for an editor's revision with what bodies do not show: a credit's note, a spelling."""
    old = revision.stored.links[name]
    if not revision.edit or name not in ("authors", "subjects"):
        return new
    if name == "authors":
        return {key: (old[key][0] if key in old else note, place) for key, (note, place) in new.items()}
    return {key: (place, old[key][1] if key in old else spelling) for key, (place, spelling) in new.items()}


def _order(name: str, links: Links) -> list[tuple[Any, ...]]:
    """The keys of `links` in the order that is shown: that of identifiers is their order within each scheme."""
    return sorted(links, key=itemgetter(0)) if name == "identifiers" else [*links]


def _relink(writes: BatchWrites, revision: Revision, name: str, new: Links) -> bool:
    """Add to `writes` the rows to delete, insert and update so that the book's links of the field `name` become `new`.

    Return whether any differ.
    """
    link, book, old = LINKS[name], revision.book, revision.stored.links[name]
    columns, rest_columns = ("book_id", *link.columns[: link.width]), link.columns[link.width :]
    if link.in_order_of_ids and old.keys() & new.keys() and _order(name, old) != _order(name, new):
        gone, added = [(book, *key) for key in old], [(book, *key, *rest) for key, rest in new.items()]
    else:
        gone = [(book, *key) for key in old if key not in new]
        added = [(book, *key, *rest) for key, rest in new.items() if key not in old]
    moved = [((book, *key), rest) for key, rest in new.items() if key in old and old[key] != rest]
    if revision.edit:
        # With the others, so that a batch needs no statement more.
        gone, added = gone + [key for key, _ in moved], added + [(*key, *rest) for key, rest in moved]
        moved = []
    writes.deleted[link.table, columns] += gone
    writes.added[link.table] += added
    for key, rest in moved:
        writes.update(link.table, dict(zip(columns, key, strict=True)), dict(zip(rest_columns, rest, strict=True)))
    return bool(gone or added or moved)


def ancestors_of_revised(
    writes: BatchWrites, entities: ResolvedEntities, revisions: Iterable[Revision]
) -> dict[int, set[int]]:
    """For each category that a book may gain or lose by `revisions`: the ids of those above it, and its own."""
    ancestors = {category.pk: set(category.ancestors) for category in entities.categories_by_path.values()}
    held = {pk for revision in revisions for (pk,) in revision.stored.links["categories"]}
    return ancestors | ancestors_of(writes, held - ancestors.keys())


def count_changes(
    writes: BatchWrites, revision: Revision, changed: dict[str, Links], ancestors: dict[int, set[int]]
) -> None:
    """Adjust `books_count` of the authors, subjects, series and categories that one book gained or lost.

    `changed` is what `merge` returned for the `revision`.
    """
    for name, table in COUNTED.items():
        if name in changed:
            old, new = ({key[0] for key in links} for links in (revision.stored.links[name], changed[name]))
            _add(writes.counts[table], new - old, old - new)
    if "categories" in changed:
        both = (revision.stored.links["categories"], changed["categories"])
        old, new = ({pk for (category,) in links for pk in ancestors[category]} for links in both)
        _add(writes.counts["books_category"], new - old, old - new)


def _add(counts: Counter[int], gained: set[int], lost: set[int]) -> None:
    counts.update(gained)
    counts.subtract(lost)
