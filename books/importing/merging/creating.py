"""Records that become new books."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain

from books.importing.merging.rows import LINKS, Link, Vocabulary, fields_of, values_of
from books.importing.normalizing import PreparedRecord
from books.importing.records import Record
from books.importing.writing.batch_writes import Writes
from books.search.indexes import BOOK_INDEX
from books.search.indexing import book_fields
from core.database.bulk import Row, json_text
from core.database.fields import sample_key

names_text = lru_cache(maxsize=1024)(json_text)
"""JSON of a tuple of field names: a source sets the same ones on most of its books."""

Books = Sequence[tuple[int, Record]]


def create(writes: Writes, source: str, new: Sequence[tuple[int, PreparedRecord]], vocabulary: Vocabulary) -> None:
    """Add a book for each of `new`. Rows are made while the database takes those before them."""
    books = [(pk, item.record) for pk, item in new]
    writes.later("books_book", _book_rows(writes, books, vocabulary))
    for link in LINKS.values():
        writes.later(link.table, _link_rows(link, books, vocabulary))
    writes.later("books_sourcerecord", (source_row(source, pk, item, fields_of(item.record)) for pk, item in new))
    writes.later(BOOK_INDEX.table, _index_rows(writes, books, vocabulary))
    writes.row_counts["book"] += len(books)
    _count(writes, books, vocabulary)


def _count(writes: Writes, books: Books, vocabulary: Vocabulary) -> None:
    people, terms, shelves = vocabulary.people, vocabulary.terms, vocabulary.shelves
    counted = {
        "authors_author": ({people[credit.heading].pk for credit in record.credits} for _, record in books),
        "books_subject": ({terms[topic.kind, topic.name] for topic in record.subjects} for _, record in books),
        "books_category": ({pk for path in record.categories for pk in shelves[path].above} for _, record in books),
    }
    for table, sets in counted.items():
        writes.counts[table].update(Counter(chain.from_iterable(sets)))


def source_row(source: str, book: int, item: PreparedRecord, fields: Sequence[str]) -> Row:
    """What the source said of a book, and which fields it set."""
    return (source, item.record.key, book, item.digest, names_text(tuple(fields)))


def _book_rows(writes: Writes, books: Books, vocabulary: Vocabulary) -> Iterator[Row]:
    for pk, record in books:
        yield (pk, "[]", sample_key(), writes.now, writes.now, *values_of(record, vocabulary))


def _link_rows(link: Link, books: Books, vocabulary: Vocabulary) -> Iterator[Row]:
    for pk, record in books:
        for row in link.rows(vocabulary, record):
            yield (pk, *row)


def _index_rows(writes: Writes, books: Books, vocabulary: Vocabulary) -> Iterator[Row]:
    vendor = writes.connection.vendor
    for pk, record in books:
        people = dict.fromkeys([vocabulary.people[credit.heading] for credit in record.credits])
        fields = book_fields(
            title=record.title,
            part=record.part,
            subtitle=record.subtitle,
            publisher=record.publisher,
            names=[name for person in people for name in person.names],
            subjects=dict.fromkeys([(topic.kind, topic.name) for topic in record.subjects]),
            labels=dict.fromkeys([label for path in record.categories for label in path]),
            extra=record.extra,
        )
        writes.words.add("titles", pk, fields["title"])
        yield BOOK_INDEX.token_row(vendor, pk, fields)
