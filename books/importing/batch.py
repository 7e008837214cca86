"""Batch: writes the books of one batch, new and changed, in the open transaction."""

from collections import Counter
from collections.abc import Container, Iterable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from books.importing.entities.authors import AuthorResolver
from books.importing.entities.categories import resolve_categories
from books.importing.entities.series import resolve_series
from books.importing.entities.subjects import resolve_subjects
from books.importing.merging.creating import create, names_text, source_row
from books.importing.merging.matching import MatchedRecord
from books.importing.merging.replaced_headings import note_replaced
from books.importing.merging.rows import Links, ResolvedEntities
from books.importing.merging.shared_books import link_headings
from books.importing.merging.stored_books import ancestors_of, load_stored_books
from books.importing.merging.updating import Revision, merge
from books.importing.normalizing import PreparedRecord
from books.importing.records import Record
from books.importing.summary import Summary
from books.importing.writing.batch_writes import COUNTED, BatchWrites
from books.importing.writing.prefetch import Prefetcher
from books.search.indexing import books_of, index_authors, index_books
from books.search.words import LoadedWords
from core.database.bulk import allocate_ids, execute_in

_SEARCHED = frozenset({"title", "part", "subtitle", "publisher", "authors", "categories", "subjects", "extra"})


class Batch:
    """Writes records of one source: some become new books, the others were matched to stored books, which they update.

    Of the matched records no two may be of one book.
    """

    def __init__(self, connection: BaseDatabaseWrapper, source: str, words: LoadedWords) -> None:
        self.source, self.writes = source, BatchWrites(connection, words)
        self.resolver = AuthorResolver(source, self.writes)
        self.summary = Summary()
        self.searched: set[int] = set()

    def write(
        self, new: list[PreparedRecord], matched: list[MatchedRecord], prefetcher: Prefetcher[Any, Any]
    ) -> Summary:
        """Write the records `new` and `matched` to the database, and return a Summary with their counts.

        The thread of `prefetcher` builds the rows while they are written, then reads the next batch.
        """
        stored = load_stored_books(self.writes, matched)
        revisions = [(match, Revision.of(match, stored[match.book])) for match in matched if match.book in stored]
        # Books deleted since they were matched: a source that knew the book keeps it deleted, another makes a new one.
        gone = [match for match in matched if match.book not in stored]
        self.summary.kept += sum(match.source_record is not None for match in gone)
        new = new + [match.prepared for match in gone if match.source_record is None]
        link_headings(self.resolver, revisions)
        entities = self._resolve([item.record for item in new] + [revision.record for _, revision in revisions])
        books = allocate_ids(self.writes.connection, "books_book", len(new))
        create(self.writes, self.source, [*zip(books, new, strict=True)], entities)
        self.summary.created += len(new)
        ancestors = self._ancestors(entities, revisions)
        reattributed = [
            revision for match, revision in revisions if "authors" in self._revise(match, revision, entities, ancestors)
        ]
        note_replaced(self.resolver, reattributed, entities)
        self.writes.write(prefetcher)
        self._index()
        return self.summary

    def _resolve(self, records: list[Record]) -> ResolvedEntities:
        records.sort(key=lambda record: record.position)
        return ResolvedEntities(
            self.resolver.resolve(credit for record in records for credit in record.credits),
            resolve_categories(self.writes, (path for record in records for path in record.categories)),
            resolve_subjects(self.writes, (topic for record in records for topic in record.subjects)),
            resolve_series(self.writes, (name for record in records for name, _ in record.series)),
        )

    def _ancestors(
        self, entities: ResolvedEntities, revisions: Iterable[tuple[MatchedRecord, Revision]]
    ) -> dict[int, set[int]]:
        """For each category that a book may gain or lose in this batch: the ids of those above it, and its own."""
        ancestors = {category.pk: set(category.ancestors) for category in entities.categories_by_path.values()}
        held = {pk for _, revision in revisions for (pk,) in revision.stored.links["categories"]}
        return ancestors | ancestors_of(self.writes, held - ancestors.keys())

    def _revise(
        self, match: MatchedRecord, revision: Revision, entities: ResolvedEntities, ancestors: dict[int, set[int]]
    ) -> Container[str]:
        """Write what differs between a matched record and its book; return the names of the fields that changed."""
        changed = merge(self.writes, revision, entities)
        _count(self.writes, revision, changed, ancestors)
        if not _SEARCHED.isdisjoint(changed):
            self.searched.add(revision.book)
        if match.source_record is None:
            row = source_row(self.source, revision.book, match.prepared, revision.set_fields())
            self.writes.added["books_sourcerecord"].append(row)
        else:
            values = {"digest": match.prepared.digest, "set_fields": names_text(revision.set_fields())}
            self.writes.update("books_sourcerecord", {"id": match.source_record}, values)
        self.summary.updated += bool(changed)
        self.summary.kept += not changed and revision.skipped_curated
        self.summary.unchanged += not changed and not revision.skipped_curated
        return changed

    def _index(self) -> None:
        """Rewrite the search index rows of books whose text changed, of renamed authors, and of all their books.

        The document of a renamed author's book shows the author, so the book changes too.
        """
        connection, renamed = self.writes.connection, self.resolver.renamed
        if renamed:
            index_authors(connection, renamed)
            books = books_of(connection, renamed)
            execute_in(
                connection, "UPDATE books_book SET updated_at = %s WHERE id IN %s", self.writes.now, sorted(books)
            )
            self.searched.update(books)
        if self.searched:
            index_books(connection, self.searched)


def _count(writes: BatchWrites, revision: Revision, changed: dict[str, Links], ancestors: dict[int, set[int]]) -> None:
    """Adjust `books_count` of the authors, subjects, series and categories that one book gained or lost."""
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
