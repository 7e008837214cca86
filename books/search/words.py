"""The table of distinct words: every word that a row of a text index has, and no other.

A write adds the words of its index rows in its own transaction. A write by which rows lose words notes these, and
`sweep_words` deletes those of them that no row has; each load ends with it. `rebuild_words` compares the whole table
with the indexes.
"""

import json
from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from authors.search import AUTHOR_INDEX
from books.search.indexes import BOOK_INDEX, SEARCHED, SUBJECT_INDEX
from core.database.bulk import delete_in, insert_rows, select_in
from core.search.counts import row_counts
from core.search.index import GAP, TextIndex
from core.search.query import Match, Phrase
from core.text import LAST_CHARACTER

FIELDS: tuple[tuple[TextIndex, tuple[str, ...]], ...] = (
    (BOOK_INDEX, SEARCHED),
    (BOOK_INDEX, ("publisher", "topics")),
    (AUTHOR_INDEX, ("names",)),
    (SUBJECT_INDEX, ("name",)),
)
"""The text indexes whose words the table has, with their fields; on PostgreSQL each line is one tsvector column."""

_ROWS = {
    # Words contain no blanks.
    "postgresql": "SELECT word, reverse(word) FROM unnest(string_to_array(%s, ' ')) AS word",
    # SQLite has no reverse(). Without WHERE the parser would take ON CONFLICT for a join's condition.
    "sqlite": "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(%s) WHERE true",
}

CHUNK = 50_000
"""Words written by one statement."""

SWEPT = 200
"""Lost words looked up in one transaction, in which no other write can add words: 20 ms on PostgreSQL."""

MOST_BEGINNINGS = 32
"""Most words that a prefix is replaced by.

In 2,000,000 books PostgreSQL looked up `animals life*` in 65 ms, with its 19 words in 5 ms; `doctor man*` in 39 ms,
with its 94 words in 105 ms.
"""

MOST_KNOWN = 500_000
"""Most written words that a load remembers, about 50 MB."""


class LoadedWords:
    """The words of one load: a batch writes those that no batch wrote before."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self.begin()

    def begin(self) -> None:
        """Begin a batch with no words, or begin it again after a failure."""
        self._met: set[str] = set()

    def add(self, texts: Iterable[str]) -> None:
        """Add the words of token texts."""
        for text in texts:
            self._met.update(text.split())

    def write(self, connection: BaseDatabaseWrapper) -> None:
        """Write the batch's new words."""
        know_words(connection, self._met - self._known)

    def committed(self) -> None:
        """Note, after the commit, that the batch's words are written, and begin the next batch."""
        if len(self._known) > MOST_KNOWN:
            self._known.clear()
        self._known |= self._met
        self.begin()


def distinct(texts: Iterable[str]) -> set[str]:
    """The distinct words of token texts."""
    return {word for text in texts for word in text.split()}


def know_words(connection: BaseDatabaseWrapper, words: Iterable[str]) -> None:
    """Insert the words that are missing, and leave the others alone, so that no writer waits for another's lock."""
    # In one order, so that two writers of the same words cannot deadlock.
    new = sorted(set(words) - {GAP})
    vendor = connection.vendor
    for start in range(0, len(new), CHUNK):
        some = new[start : start + CHUNK]
        turned = [(word, word[::-1]) for word in some]
        rows = " ".join(some) if vendor == "postgresql" else json.dumps(turned, ensure_ascii=False)
        with connection.cursor() as cursor:
            sql = f"INSERT INTO books_word (word, reversed) {_ROWS[vendor]} ON CONFLICT (word) DO NOTHING"
            cursor.execute(sql, [rows])


def words_with_prefix(connection: BaseDatabaseWrapper, prefix: str, limit: int) -> list[str]:
    """The first `limit` words that begin with `prefix`, in code point order."""
    with connection.cursor() as cursor:
        sql = "SELECT word FROM books_word WHERE word >= %s AND word < %s ORDER BY word LIMIT %s"
        cursor.execute(sql, [prefix, prefix + LAST_CHARACTER, limit])
        return [word for (word,) in cursor.fetchall()]


def row_words(connection: BaseDatabaseWrapper, index: TextIndex, pks: Iterable[int]) -> set[str]:
    """The words that the rows `pks` of `index` have."""
    key, *columns = index.row_columns(connection.vendor)
    if connection.vendor == "postgresql":
        columns = [f"array_to_string(tsvector_to_array({column}), ' ')" for column in columns]
    sql = f"SELECT {', '.join(columns)} FROM {index.table} WHERE {key} IN %s"  # noqa: S608
    return distinct(text for row in select_in(connection, sql, sorted(pks)) for text in row)


def lose_words(connection: BaseDatabaseWrapper, words: Iterable[str]) -> None:
    """Note words that rows lost, in the transaction by which they lost them."""
    insert_rows(connection, "books_lostword", ("word",), [(word,) for word in sorted(set(words) - {GAP})])


def sweep_words(connection: BaseDatabaseWrapper) -> int:
    """Delete the noted words that no row has, and the notes; return how many words were deleted.

    Not called within a transaction that has written words: two of them would wait for each other.
    """
    deleted = 0
    for notes in iter(lambda: _noted(connection), []):
        with transaction.atomic(using=connection.alias):
            if connection.vendor == "postgresql":
                # Waits for the writes that have added words, and sees their rows; others add theirs after it.
                with connection.cursor() as cursor:
                    cursor.execute("LOCK TABLE books_word IN SHARE ROW EXCLUSIVE MODE")
            gone = sorted(_without_rows(connection, {word for _, word in notes}))
            delete_in(connection, "books_word", "word", gone)
            delete_in(connection, "books_lostword", "id", [pk for pk, _ in notes])
        deleted += len(gone)
    return deleted


def _noted(connection: BaseDatabaseWrapper) -> list[tuple[int, str]]:
    return [*select_in(connection, "SELECT id, word FROM books_lostword ORDER BY word, id LIMIT %s", SWEPT)]


def _without_rows(connection: BaseDatabaseWrapper, words: set[str]) -> set[str]:
    """Those of `words` that no row of any index has."""
    for index, fields in FIELDS:
        looked_up = sorted(words)
        found = row_counts(connection, [(index, Match(fields, (Phrase((word,)),))) for word in looked_up], 1)
        words = {word for word, count in zip(looked_up, found, strict=True) if not count}
    return words


def rebuild_words(connection: BaseDatabaseWrapper) -> None:
    """Add the words of the indexes that the table lacks, then delete those that no row has."""
    with transaction.atomic(using=connection.alias):
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE indexed_word (word varchar(64) PRIMARY KEY)")
            for sql in _indexed(connection):
                cursor.execute(f"INSERT INTO indexed_word {sql} ON CONFLICT DO NOTHING")
            cursor.execute("DELETE FROM indexed_word WHERE word = %s", [GAP])
        for words in _missing(connection):
            know_words(connection, words)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO books_lostword (word) SELECT word FROM books_word"
                " WHERE NOT EXISTS (SELECT 1 FROM indexed_word WHERE indexed_word.word = books_word.word)"
            )
            cursor.execute("DROP TABLE indexed_word")
    sweep_words(connection)


def _missing(connection: BaseDatabaseWrapper) -> Iterator[list[str]]:
    """The words of the indexes that the table lacks, in lists of CHUNK."""
    sql = (
        "SELECT word FROM indexed_word WHERE word > %s"
        " AND NOT EXISTS (SELECT 1 FROM books_word WHERE books_word.word = indexed_word.word) ORDER BY word LIMIT %s"
    )
    last = ""
    while words := [word for (word,) in select_in(connection, sql, last, CHUNK)]:
        yield words
        last = words[-1]


def _indexed(connection: BaseDatabaseWrapper) -> Iterator[str]:
    """For each index, or tsvector column, SQL that selects its words; within it, SQLite's view of them is there."""
    if connection.vendor == "postgresql":
        for index, fields in FIELDS:
            yield f"SELECT word FROM ts_stat('SELECT {index.columns[fields[0]][0]} FROM {index.table}')"  # noqa: S608
        return
    for table in dict.fromkeys(index.table for index, _ in FIELDS):
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab('main', '{table}', 'row')")
            yield "SELECT term FROM temp.vocabulary WHERE true"
            cursor.execute("DROP TABLE temp.vocabulary")
