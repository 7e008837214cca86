"""What one batch writes: gathered first, then written table by table, kept counts in the same transaction."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from authors.search import AUTHOR_INDEX
from books.counts import add_row_counts
from books.importing.entities.emptied import note_emptied
from books.importing.writing.prefetch import Prefetcher
from books.search.indexes import BOOK_INDEX, SUBJECT_INDEX
from books.search.vocabulary import KINDS, LoadedWords
from core.database.bulk import Piece, Row, add_to, delete_rows, insert_pieces, moment_text, pieces, update_rows
from core.search.index import token_text

SAME = (
    "title", "subtitle", "part", "first_published_year", "published_year", "published", "publisher", "pages", "format",
    "work", "description", "rating_average", "ratings_count", "popularity",
)  # fmt: skip
"""The columns of a book that hold a record's field of the same name, as it is."""

JSON = ("languages", "original_languages", "links", "cover", "extra")

VALUES = (*SAME, *JSON, "category_id", "author_key", "isbn_13", "sort_title", "title_key")
"""The columns of a book that a record decides."""

# In the order in which rows refer to each other, and first what takes the database longer than Python: meanwhile the
# rows of books are made, which take both as long. Where rows come with their counts, these are the last column.
TABLES: dict[str, tuple[str, ...]] = {
    "books_category": ("id", "name", "slug", "parent_id", "path", "sort_key", "sample_key", "imported", "books_count"),
    "books_categoryancestor": ("category_id", "ancestor_id"),
    "books_subject": ("id", "kind", "name", "slug", "sort_key", "sample_key", "imported", "books_count"),
    "authors_author": (
        "id", "kind", "name", "sort_name", "sort_key", "match_key", "alternate_names", "birth_year", "death_year",
        "bio", "identifiers", "sample_key", "created_at", "updated_at", "imported", "books_count",
    ),
    "authors_authorheading": ("source", "heading", "author_id"),
    "authors_replacedheading": ("source", "old_id", "new_id", "made"),
    "books_book": ("id", "curated", "sample_key", "created_at", "updated_at", *VALUES),
    "books_bookauthor": ("book_id", "author_id", "role", "note", "position"),
    "books_bookcategory": ("book_id", "category_id", "position"),
    "books_booksubject": ("book_id", "subject_id", "position"),
    "books_booklanguage": ("book_id", "code"),
    "books_bookseries": ("book_id", "name", "position", "name_key"),
    "books_bookidentifier": ("book_id", "scheme", "value"),
    "books_bookisbn": ("book_id", "isbn_13", "primary"),
    "books_sourcerecord": ("source", "key", "book_id", "digest", "set_fields"),
}  # fmt: skip
COUNTED = {"authors": "authors_author", "subjects": "books_subject"}
"""Links by which new rows come with their counts. Categories, few and needed before books are counted, begin at 0."""

PREFETCHED_PIECES = {"postgresql": 400, "sqlite": 32}
"""Pieces made ahead of the database at most: texts of some 100 kB, or rows that take a megabyte."""

Columns = tuple[str, ...]
_INDEXES = (AUTHOR_INDEX, SUBJECT_INDEX, BOOK_INDEX)


class BatchWrites:
    """The rows that a batch adds, changes and takes away. `now` is the moment of all of it, as the database has it."""

    def __init__(self, connection: BaseDatabaseWrapper, words: LoadedWords) -> None:
        self.connection, self.words = connection, words
        self.now = moment_text(connection, timezone.now())
        self.tables = TABLES | {index.table: tuple(index.row_columns(connection.vendor)) for index in _INDEXES}
        self.added: defaultdict[str, list[Row]] = defaultdict(list)
        self.lazily_added: defaultdict[str, list[Iterable[Row]]] = defaultdict(list)
        # By table, columns of the key and, where they are set, the other columns.
        self.updated: defaultdict[tuple[str, Columns, Columns], list[Row]] = defaultdict(list)
        self.deleted: defaultdict[tuple[str, Columns], list[Row]] = defaultdict(list)
        self.counts: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self.row_counts: Counter[str] = Counter()

    def add_lazily(self, table: str, rows: Iterable[Row]) -> None:
        """Add `rows`, to be made only while they are written."""
        self.lazily_added[table].append(rows)

    def index_names(self, kind: str, named: Iterable[tuple[int, Iterable[str]]]) -> None:
        """Index new rows by their names, and count their words as of `kind`."""
        self.add_lazily(KINDS[kind][0].table, self._named(kind, named))

    def _named(self, kind: str, named: Iterable[tuple[int, Iterable[str]]]) -> Iterator[Row]:
        index, column = KINDS[kind]
        for pk, names in named:
            texts = [token_text(name) for name in names]
            self.words.add(kind, pk, texts)
            yield index.token_row(self.connection.vendor, pk, {column: texts})

    def update(self, table: str, key: dict[str, Any], values: dict[str, Any]) -> None:
        """Set some columns of the row with a key."""
        self.updated[table, tuple(key), tuple(values)].append((*key.values(), *values.values()))

    def write(self, prefetcher: Prefetcher[Any, Any]) -> None:
        """Write it all; `ahead` makes the rows, and reads on once it has.

        What is taken away goes first, so that nothing meets a row it replaces.
        """
        for (table, key), keys in self.deleted.items():
            delete_rows(self.connection, table, key, sorted(keys, key=tuple))
        with prefetcher.produce(self._pieces(), PREFETCHED_PIECES[self.connection.vendor]) as pieces_made:
            prefetcher.start()
            for table, of_table in groupby(pieces_made, itemgetter(0)):
                insert_pieces(self.connection, table, self.tables[table], (piece for _, piece in of_table))
        # After what they may refer to: a book that moves to a category made just now.
        for (table, key, columns), updates in self.updated.items():
            update_rows(self.connection, table, key, columns, sorted(updates, key=tuple))
        for table, deltas in self.counts.items():
            add_to(self.connection, table, "books_count", deltas)
            note_emptied(self.connection, table, [pk for pk, delta in deltas.items() if delta < 0])
        add_row_counts(self.connection, self.row_counts)
        self.words.write(self.connection)

    def _pieces(self) -> Iterator[tuple[str, Piece]]:
        """The rows to add, in order of tables, each piece with its table."""
        for table, columns in self.tables.items():
            rows: Iterable[Row] = chain(self.added[table], *self.lazily_added[table])
            if table in COUNTED.values():
                rows = _counted(rows, self.counts[table])
            for piece in pieces(self.connection.vendor, columns, rows):
                yield table, piece


def _counted(rows: Iterable[Row], counts: Counter[int]) -> Iterator[Row]:
    """New rows with their counts, which then need not be added to."""
    for row in rows:
        yield (*row, counts.pop(row[0], 0))
