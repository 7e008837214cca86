"""Batch: writes the books of one batch, new and changed, in the open transaction."""

from collections.abc import Container, Iterator
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from books.importing.entities.authors import AuthorResolver
from books.importing.entities.categories import resolve_categories
from books.importing.entities.series import resolve_series
from books.importing.entities.subjects import resolve_subjects
from books.importing.merging.creating import create, names_text, source_row
from books.importing.merging.matching import MatchedRecord
from books.importing.merging.replaced_headings import note_replaced
from books.importing.merging.rows import ResolvedEntities, fields_of
from books.importing.merging.shared_books import link_headings
from books.importing.merging.stored_books import load_matched_books
from books.importing.merging.updating import SEARCHED, Revision, ancestors_of_revised, count_changes, merge
from books.importing.normalizing import PreparedRecord
from books.importing.records import Record
from books.importing.summary import Summary
from books.importing.writing.batch_writes import BatchWrites
from books.importing.writing.prefetch import Prefetcher
from books.search.indexing import books_of, index_authors, index_books
from books.search.words import LoadedWords
from core.database.bulk import Row, allocate_ids, execute_in


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
        stored = load_matched_books(self.writes, matched)
        revisions = [(match, Revision.of(match, stored[match.book])) for match in matched if match.book in stored]
        # Books deleted since they were matched: a source that knew the book keeps it deleted, another makes a new one.
        gone = [match for match in matched if match.book not in stored]
        self.summary.kept += sum(match.source_record is not None for match in gone)
        new = new + [match.prepared for match in gone if match.source_record is None]
        link_headings(self.resolver, revisions)
        entities = self._resolve([item.record for item in new] + [revision.record for _, revision in revisions])
        books = allocate_ids(self.writes.connection, "books_book", len(new))
        create(self.writes, [(pk, item.record) for pk, item in zip(books, new, strict=True)], entities)
        self.writes.add_lazily("books_sourcerecord", self._source_rows(books, new))
        self.summary.created += len(new)
        ancestors = ancestors_of_revised(self.writes, entities, (revision for _, revision in revisions))
        reattributed = [
            revision for match, revision in revisions if "authors" in self._revise(match, revision, entities, ancestors)
        ]
        note_replaced(self.resolver, reattributed, entities)
        self.writes.write(prefetcher)
        self._index()
        return self.summary

    def _source_rows(self, books: list[int], new: list[PreparedRecord]) -> Iterator[Row]:
        for pk, item in zip(books, new, strict=True):
            yield source_row(self.source, pk, item, fields_of(item.record))

    def _resolve(self, records: list[Record]) -> ResolvedEntities:
        records.sort(key=lambda record: record.position)
        return ResolvedEntities(
            self.resolver.resolve(credit for record in records for credit in record.credits),
            resolve_categories(self.writes, (path for record in records for path in record.categories)),
            resolve_subjects(self.writes, (topic for record in records for topic in record.subjects)),
            resolve_series(self.writes, (name for record in records for name, _ in record.series)),
        )

    def _revise(
        self, match: MatchedRecord, revision: Revision, entities: ResolvedEntities, ancestors: dict[int, set[int]]
    ) -> Container[str]:
        """Write what differs between a matched record and its book; return the names of the fields that changed."""
        changed = merge(self.writes, revision, entities)
        count_changes(self.writes, revision, changed, ancestors)
        if not SEARCHED.isdisjoint(changed):
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
