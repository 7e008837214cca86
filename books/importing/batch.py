"""Carrying out what was decided for one batch, in the transaction at hand."""

from collections import Counter
from collections.abc import Container, Iterable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from books.importing.entities.authors import People
from books.importing.entities.categories import resolve_categories
from books.importing.entities.subjects import resolve_subjects
from books.importing.merging.creating import create, names_text, source_row
from books.importing.merging.matching import Change
from books.importing.merging.replaced_headings import note_replaced
from books.importing.merging.rows import Links, Vocabulary
from books.importing.merging.stored_books import above_of, load_states
from books.importing.merging.updating import Revision, merge
from books.importing.normalizing import PreparedRecord
from books.importing.records import Record
from books.importing.summary import Summary
from books.importing.writing.batch_writes import COUNTED, Writes
from books.importing.writing.prefetch import Prefetcher
from books.search.indexing import books_of, index_authors, index_books
from books.search.vocabulary import LoadedWords
from core.database.bulk import allocate_ids

_SEARCHED = frozenset({"title", "part", "subtitle", "publisher", "authors", "categories", "subjects", "extra"})


class Batch:
    """New records and changes of one source, at most one change to a book."""

    def __init__(self, connection: BaseDatabaseWrapper, source: str, words: LoadedWords) -> None:
        self.source, self.writes = source, Writes(connection, words)
        self.people = People(source, self.writes)
        self.summary = Summary()
        self.searched: set[int] = set()

    def write(self, new: list[PreparedRecord], changes: list[Change], ahead: Prefetcher[Any, Any]) -> Summary:
        """Write everything; what became of the records. `ahead` makes the rows."""
        states = load_states(self.writes, changes)
        revisions = [(change, Revision.of(change, states[change.book])) for change in changes if change.book in states]
        # Books deleted since they were matched: their source's word on them is over, another's makes a new book.
        gone = [change for change in changes if change.book not in states]
        self.summary.kept += sum(change.source_record is not None for change in gone)
        new = new + [change.incoming for change in gone if change.source_record is None]
        vocabulary = self._vocabulary([item.record for item in new] + [revision.record for _, revision in revisions])
        books = allocate_ids(self.writes.connection, "books_book", len(new))
        create(self.writes, self.source, [*zip(books, new, strict=True)], vocabulary)
        self.summary.created += len(new)
        above = self._above(vocabulary, revisions)
        reattributed = [
            revision for change, revision in revisions if "authors" in self._revise(change, revision, vocabulary, above)
        ]
        note_replaced(self.people, reattributed, vocabulary)
        self.writes.write(ahead)
        self._index()
        return self.summary

    def _vocabulary(self, records: list[Record]) -> Vocabulary:
        records.sort(key=lambda record: record.position)
        return Vocabulary(
            self.people.resolve(credit for record in records for credit in record.credits),
            resolve_categories(self.writes, (path for record in records for path in record.categories)),
            resolve_subjects(self.writes, (topic for record in records for topic in record.subjects)),
        )

    def _above(self, vocabulary: Vocabulary, revisions: Iterable[tuple[Change, Revision]]) -> dict[int, set[int]]:
        """Every category that a book may gain or lose here, with those above it."""
        above = {shelf.pk: set(shelf.above) for shelf in vocabulary.shelves.values()}
        held = {pk for _, revision in revisions for (pk,) in revision.state.links["categories"]}
        return above | above_of(self.writes, held - above.keys())

    def _revise(
        self, change: Change, revision: Revision, vocabulary: Vocabulary, above: dict[int, set[int]]
    ) -> Container[str]:
        """Carry out one change; the fields that differ now."""
        changed = merge(self.writes, revision, vocabulary)
        _count(self.writes, revision, changed, above)
        if not _SEARCHED.isdisjoint(changed):
            self.searched.add(revision.book)
        if change.source_record is None:
            row = source_row(self.source, revision.book, change.incoming, revision.set_fields())
            self.writes.added["books_sourcerecord"].append(row)
        else:
            values = {"digest": change.incoming.digest, "set_fields": names_text(revision.set_fields())}
            self.writes.update("books_sourcerecord", {"id": change.source_record}, values)
        self.summary.updated += bool(changed)
        self.summary.kept += not changed and revision.kept
        self.summary.unchanged += not changed and not revision.kept
        return changed

    def _index(self) -> None:
        """Index anew the books that changed, and all those of authors with a new name."""
        connection, renamed = self.writes.connection, self.people.renamed
        if renamed:
            index_authors(connection, renamed)
            self.searched.update(books_of(connection, renamed))
        if self.searched:
            index_books(connection, self.searched)


def _count(writes: Writes, revision: Revision, changed: dict[str, Links], above: dict[int, set[int]]) -> None:
    """Count the book for what it gained, and no more for what it lost."""
    for name, table in COUNTED.items():
        if name in changed:
            old, new = ({key[0] for key in links} for links in (revision.state.links[name], changed[name]))
            _add(writes.counts[table], new - old, old - new)
    if "categories" in changed:
        both = (revision.state.links["categories"], changed["categories"])
        old, new = ({pk for (category,) in links for pk in above[category]} for links in both)
        _add(writes.counts["books_category"], new - old, old - new)


def _add(counts: Counter[int], gained: set[int], lost: set[int]) -> None:
    counts.update(gained)
    counts.subtract(lost)
