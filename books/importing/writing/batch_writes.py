"""BatchWrites: collects the changes of rows of one batch, then writes them table by table, with stored counts."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from authors.search import AUTHOR_INDEX
from books.importing.entities.emptied import note_emptied
from books.importing.writing.prefetch import Prefetcher
from books.search.indexes import BOOK_INDEX, SUBJECT_INDEX
from books.search.words import LoadedWords
from core.database.bulk import Piece, Row, add_to, delete_rows, insert_pieces, moment_text, pieces, update_rows
from core.database.row_counts import add_row_counts
from core.search.index import TextIndex, token_texts

SAME = (
    "title", "subtitle", "part", "first_published_year", "published_year", "published", "publisher", "pages", "format",
    "work", "description", "rating_average", "ratings_count", "popularity",
)  # fmt: skip
"""The columns of a book that store a record's field of the same name unchanged."""

JSON = ("languages", "original_languages", "links", "cover", "extra")

VALUES = (*SAME, *JSON, "category_id", "author_key", "isbn_13", "sort_title", "title_key")
"""The columns of a book that are computed from a record; the last five are derived from other fields."""

# In the order in which rows refer to each other. Tables that take the database longer than Python come first, so
# that rows of books are built meanwhile. A table whose new rows include their counts has books_count as last column.
TABLES: dict[str, tuple[str, ...]] = {
    "books_category": ("id", "name", "slug", "parent_id", "path", "sort_key", "sample_key", "imported", "books_count"),
    "books_categoryancestor": ("category_id", "ancestor_id"),
    "books_subject": ("id", "kind", "name", "slug", "sort_key", "match_key", "sample_key", "imported", "books_count"),
    "books_subjectspelling": ("subject_id", "number", "name"),
    "books_series": ("id", "name", "slug", "sort_key", "match_key", "is_default", "imported", "books_count"),
    "authors_author": (
        "id", "kind", "name", "sort_name", "sort_key", "match_key", "alternate_names", "birth_year", "death_year",
        "bio", "identifiers", "sample_key", "created_at", "updated_at", "imported", "books_count",
    ),
    "authors_authorheading": ("source", "heading", "author_id"),
    "authors_replacedheading": ("source", "old_id", "new_id", "made"),
    "books_book": ("id", "curated", "sample_key", "created_at", "updated_at", *VALUES),
    "books_bookauthor": ("book_id", "author_id", "role", "note", "position"),
    "books_bookcategory": ("book_id", "category_id", "position"),
    "books_booksubject": ("book_id", "subject_id", "position", "spelling"),
    "books_booklanguage": ("book_id", "code"),
    "books_bookseries": ("book_id", "series_id", "position", "position_key"),
    "books_bookidentifier": ("book_id", "scheme", "value"),
    "books_bookisbn": ("book_id", "isbn_13", "primary"),
    "books_sourcerecord": ("source", "key", "book_id", "digest", "set_fields"),
}  # fmt: skip
COUNTED = {"authors": "authors_author", "subjects": "books_subject", "series": "books_series"}
"""Links to tables whose new rows are inserted with their counts. New categories start at 0 and are updated later."""

PREFETCHED_PIECES = {"postgresql": 400, "sqlite": 32}
"""Most pieces in the queue before the database: COPY texts of about 100 kB, or on SQLite rows of about 1 MB."""

Columns = tuple[str, ...]
_INDEXES = (AUTHOR_INDEX, SUBJECT_INDEX, BOOK_INDEX)


class BatchWrites:
    """The rows that a batch inserts, updates and deletes. `now` is its time, as the database stores it."""

    def __init__(self, connection: BaseDatabaseWrapper, words: LoadedWords) -> None:
        self.connection, self.words = connection, words
        self.now = moment_text(connection, timezone.now())
        self.tables = TABLES | {index.table: tuple(index.row_columns(connection.vendor)) for index in _INDEXES}
        self.added: defaultdict[str, list[Row]] = defaultdict(list)
        self.lazily_added: defaultdict[str, list[Iterable[Row]]] = defaultdict(list)
        # Keys are the table, the columns of the row's key and, for updates, the columns that are set.
        self.updated: defaultdict[tuple[str, Columns, Columns], list[Row]] = defaultdict(list)
        self.deleted: defaultdict[tuple[str, Columns], list[Row]] = defaultdict(list)
        self.counts: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self.row_counts: Counter[str] = Counter()

    def add_lazily(self, table: str, rows: Iterable[Row]) -> None:
        """Insert `rows` into `table` when `write` runs; only then is the iterable consumed."""
        self.lazily_added[table].append(rows)

    def index_names(self, index: TextIndex, named: Iterable[tuple[int, Iterable[str]]]) -> None:
        """Have `write` insert the rows of `index`, that of authors or of subjects, and their words in books_word.

        `named` has pairs of a new author's or subject's id and its names; it is consumed only when `write` runs.
        """
        self.add_lazily(index.table, self._named(index, named))

    def _named(self, index: TextIndex, named: Iterable[tuple[int, Iterable[str]]]) -> Iterator[Row]:
        (column,) = index.columns
        for pk, names in named:
            texts = [each for name in names for each in token_texts(name)]
            self.words.add(texts)
            yield index.token_row(self.connection.vendor, pk, {column: texts})

    def update(self, table: str, key: dict[str, Any], values: dict[str, Any]) -> None:
        """Set the columns `values` of one row of `table`, which the columns `key` identify, when `write` runs."""
        self.updated[table, tuple(key), tuple(values)].append((*key.values(), *values.values()))

    def write(self, prefetcher: Prefetcher[Any, Any] | None = None) -> None:
        """Write all changes to the database. The thread of a `prefetcher` builds the rows, then reads the next batch.

        Deletions come first, so that no new row violates a unique constraint with a row that it replaces.
        """
        for (table, key), keys in self.deleted.items():
            delete_rows(self.connection, table, key, sorted(keys, key=tuple))
        if prefetcher is None:
            self._insert(self._pieces())
        else:
            with prefetcher.produce(self._pieces(), PREFETCHED_PIECES[self.connection.vendor]) as pieces_made:
                prefetcher.start()
                self._insert(pieces_made)
        # Updates follow the inserts, to which they may refer: a book may move to a new category.
        for (table, key, columns), updates in self.updated.items():
            update_rows(self.connection, table, key, columns, sorted(updates, key=tuple))
        for table, deltas in self.counts.items():
            add_to(self.connection, table, "books_count", deltas)
            note_emptied(self.connection, table, [pk for pk, delta in deltas.items() if delta < 0])
        add_row_counts(self.connection, self.row_counts)
        self.words.write(self.connection)

    def _insert(self, pieces_made: Iterable[tuple[str, Piece]]) -> None:
        for table, of_table in groupby(pieces_made, itemgetter(0)):
            insert_pieces(self.connection, table, self.tables[table], (piece for _, piece in of_table))

    def _pieces(self) -> Iterator[tuple[str, Piece]]:
        """Yield the rows to insert, in pieces for the database, each with its table's name, in the order of TABLES."""
        for table, columns in self.tables.items():
            rows: Iterable[Row] = chain(self.added[table], *self.lazily_added[table])
            if table in COUNTED.values():
                rows = _counted(rows, self.counts[table])
            for piece in pieces(self.connection.vendor, columns, rows):
                yield table, piece


def _counted(rows: Iterable[Row], counts: Counter[int]) -> Iterator[Row]:
    """Yield the new `rows`, each with its number of books from `counts` behind it, which is removed there.

    So no new row has to be updated with its count.
    """
    for row in rows:
        yield (*row, counts.pop(row[0], 0))
