"""Adds new books to a batch's rows: the book, its links and its search index row; and makes rows of source records."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import chain

from books.importing.merging.rows import LINKS, Link, ResolvedEntities, values_of
from books.importing.normalizing import PreparedRecord
from books.importing.records import Record
from books.importing.writing.batch_writes import BatchWrites
from books.search.indexes import BOOK_INDEX
from books.search.indexing import book_fields
from core.database.bulk import Row, json_text
from core.database.fields import sample_key

names_text = lru_cache(maxsize=1024)(json_text)
"""JSON of a tuple of field names; cached, because a source sets the same fields on most of its books."""

Books = Sequence[tuple[int, Record]]


def create(
    writes: BatchWrites, books: Books, entities: ResolvedEntities, curated: Callable[[Record], str] = lambda _: "[]"
) -> None:
    """Add the rows of new books to `writes`; `books` has pairs of the id a book is to have and its record.

    `curated` makes the JSON of the fields that an editor has set. The rows are built only while they are written.
    """
    writes.add_lazily("books_book", _book_rows(writes, books, entities, curated))
    for link in LINKS.values():
        writes.add_lazily(link.table, _link_rows(link, books, entities))
    writes.add_lazily(BOOK_INDEX.table, _index_rows(writes, books, entities))
    writes.row_counts["book"] += len(books)
    _count(writes, books, entities)


def _count(writes: BatchWrites, books: Books, entities: ResolvedEntities) -> None:
    authors, subjects, paths = entities.authors_by_heading, entities.subjects_by_name, entities.categories_by_path
    series = entities.series_by_name
    counted = {
        "authors_author": ({authors[credit.heading].pk for credit in record.credits} for _, record in books),
        "books_subject": ({subjects[topic.kind, topic.name].pk for topic in record.subjects} for _, record in books),
        "books_series": ({series[name] for name, _ in record.series} for _, record in books),
        "books_category": ({pk for path in record.categories for pk in paths[path].ancestors} for _, record in books),
    }
    for table, sets in counted.items():
        writes.counts[table].update(Counter(chain.from_iterable(sets)))


def source_row(source: str, book: int, item: PreparedRecord, fields: Sequence[str]) -> Row:
    """The row of books_sourcerecord for a book: the source's key, the digest of its record, the fields that it set."""
    return (source, item.record.key, book, item.digest, names_text(tuple(fields)))


def _book_rows(
    writes: BatchWrites, books: Books, entities: ResolvedEntities, curated: Callable[[Record], str]
) -> Iterator[Row]:
    for pk, record in books:
        yield (pk, curated(record), sample_key(pk), writes.now, writes.now, *values_of(record, entities))


def _link_rows(link: Link, books: Books, entities: ResolvedEntities) -> Iterator[Row]:
    for pk, record in books:
        for row in link.rows(entities, record):
            yield (pk, *row)


def _index_rows(writes: BatchWrites, books: Books, entities: ResolvedEntities) -> Iterator[Row]:
    vendor = writes.connection.vendor
    for pk, record in books:
        authors = dict.fromkeys([entities.authors_by_heading[credit.heading] for credit in record.credits])
        fields = book_fields(
            title=record.title,
            part=record.part,
            subtitle=record.subtitle,
            publisher=record.publisher,
            names=[name for author in authors for name in author.names],
            subjects=entities.subject_terms(record),
            labels=dict.fromkeys([label for path in record.categories for label in path]),
            extra=record.extra,
        )
        writes.words.add(chain.from_iterable(fields.values()))
        yield BOOK_INDEX.token_row(vendor, pk, fields)
