"""The vocabulary: the table of distinct words, which every write of a search index updates.

`reindex` rebuilds it from the indexes.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from authors.search import AUTHOR_INDEX
from books.search.indexes import BOOK_INDEX, SUBJECT_INDEX
from core.database.bulk import delete_in, number_array, select_in
from core.search.conditions import tsquery_phrase
from core.search.index import GAP, TextIndex
from core.search.query import Phrase

KINDS: dict[str, tuple[TextIndex, str]] = {
    "titles": (BOOK_INDEX, "title"),
    "names": (AUTHOR_INDEX, "names"),
    "subjects": (SUBJECT_INDEX, "name"),
}
"""By column of counts: the index, and its field, whose rows with a word it counts."""

_ROWS = {
    # Words contain no blanks.
    "postgresql": "SELECT * FROM unnest(string_to_array(%s, ' '), %s::int[], %s::int[], %s::int[])",
    # Without WHERE the parser would take ON CONFLICT for a join's condition.
    "sqlite": "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),"
    " json_extract(value, '$[3]') FROM json_each(%s) WHERE true",
}
_COUNT = ", ".join(f"{kind} = books_word.{kind} + excluded.{kind}" for kind in KINDS)
_COUNTED = " + ".join(f"excluded.{kind}" for kind in KINDS)
_SET = ", ".join(f"{kind} = excluded.{kind}" for kind in KINDS)
_DIFFERS = " OR ".join(f"books_word.{kind} <> excluded.{kind}" for kind in KINDS)

COUNTED = 16
"""One new row in COUNTED is counted, as COUNTED rows: counting all of them takes a tenth of a load's time."""

CHUNK = 50_000
"""Words written by one statement."""

COMMON = 200
"""Words with a count above this are not looked for in the indexes when rows are deleted: some row will have them."""

LOOKED_UP = 1_000
"""Most words looked for in the indexes when rows are deleted: a thousand take some seconds on PostgreSQL."""

MOST_KNOWN = 500_000
"""Most written words that a load remembers, about 50 MB."""


class LoadedWords:
    """The words of one load: collects those of a batch, and writes the new ones and the counts of the batch's rows."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self.begin()

    def begin(self) -> None:
        """Begin a batch: forget words that were collected but not committed, as after a failure."""
        self._met: set[str] = set()
        self._counts: defaultdict[str, list[str]] = defaultdict(list)

    def add(self, kind: str, pk: int, texts: Iterable[str]) -> None:
        """Collect the words of a new row with the id `pk`; `texts` are its token texts."""
        words = distinct(texts)
        self._met |= words
        if pk % COUNTED == 0:
            self._counts[kind] += words

    def write(self, connection: BaseDatabaseWrapper) -> None:
        """Write the words that the batch has collected to the table, with the counts added since the last write."""
        counts = {kind: Counter(words) for kind, words in self._counts.items()}
        self._counts.clear()
        for numbers in counts.values():
            for word in numbers:
                numbers[word] *= COUNTED
        new = Counter(dict.fromkeys(self._met - self._known, 0))
        _write(connection, {"new": new, **counts}, f"DO UPDATE SET {_COUNT} WHERE {_COUNTED} > 0")

    def committed(self) -> None:
        """Called after the batch's commit: remember that its words are in the table, and begin the next batch."""
        if len(self._known) > MOST_KNOWN:
            self._known.clear()
        self._known |= self._met
        self.begin()


def distinct(texts: Iterable[str]) -> set[str]:
    """The distinct words of `texts`, which are token texts."""
    return {word for text in texts for word in text.split()}


def know_words(connection: BaseDatabaseWrapper, kind: str, words: Iterable[str]) -> None:
    """Insert those of `words` that the vocabulary lacks.

    The others stay as they are, so that no writer waits for a lock.
    """
    _write(connection, {kind: Counter(words)}, "DO NOTHING")


def forget_words(connection: BaseDatabaseWrapper, kind: str, rows: Iterable[tuple[int, Iterable[str]]]) -> None:
    """Subtract the words of deleted index rows from the counts; `rows` are pairs of an id and its token texts.

    Words that no index has any more are deleted: of the rare ones the first LOOKED_UP. Others stay until `reindex`, as
    do common words. The index rows must have been deleted before.
    """
    words: set[str] = set()
    counts: Counter[str] = Counter()
    for pk, texts in rows:
        row_words = distinct(texts)
        words |= row_words
        if pk % COUNTED == 0:
            counts.update(dict.fromkeys(row_words, COUNTED))
    less = [(number, number, word) for word, number in sorted(counts.items())]
    with connection.cursor() as cursor:
        sql = f"UPDATE books_word SET {kind} = CASE WHEN {kind} > %s THEN {kind} - %s ELSE 0 END WHERE word = %s"  # noqa: S608
        cursor.executemany(sql, less)
    few = f"SELECT word FROM books_word WHERE word IN %s AND {' + '.join(KINDS)} <= {COMMON}"  # noqa: S608
    rare = [word for (word,) in select_in(connection, few, sorted(words))]
    gone = set(rare[:LOOKED_UP])
    for index, field in KINDS.values():
        gone -= _standing(connection, index, field, sorted(gone))
    delete_in(connection, "books_word", "word", sorted(gone))


def _standing(connection: BaseDatabaseWrapper, index: TextIndex, field: str, words: list[str]) -> set[str]:
    """Those of `words` that some row of `index` has in its field `field`."""
    if not words:
        return set()
    if connection.vendor == "sqlite":
        matches = f"""{index.table} MATCH '{field} : "' || value || '"'"""
        sql = f"SELECT value FROM json_each(%s) WHERE EXISTS (SELECT 1 FROM {index.table} WHERE {matches})"  # noqa: S608
        params: list[Any] = [json.dumps(words, ensure_ascii=False)]
    else:
        # One query for all words: each query reads GIN's pending list, some milliseconds. By the field's own
        # index if there is one: to tell weights apart PostgreSQL reads every row that has the word in any field.
        vector = index.filtered(field) if field in index.own_index else index.columns[field][0]
        sql = (
            f"SELECT DISTINCT lexeme FROM {index.table}, unnest({vector})"  # noqa: S608
            f" WHERE {vector} @@ %s::tsquery AND lexeme = ANY(%s)"
        )
        params = [" | ".join(tsquery_phrase(Phrase((word,))) for word in words), words]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return {word for (word,) in cursor.fetchall()}


def recount_words(connection: BaseDatabaseWrapper) -> None:
    """Rebuild the vocabulary from the search indexes, in one transaction; its counts are exact then."""
    with transaction.atomic(using=connection.alias):
        counts = {kind: Counter(_indexed(connection, *indexed)) for kind, indexed in KINDS.items()}
        _write(connection, counts, f"DO UPDATE SET {_SET} WHERE {_DIFFERS}")
        with connection.cursor() as cursor:
            cursor.execute("SELECT word FROM books_word")
            gone = [(word,) for (word,) in cursor.fetchall() if not any(word in words for words in counts.values())]
            cursor.executemany("DELETE FROM books_word WHERE word = %s", gone)


def _write(connection: BaseDatabaseWrapper, counts: Mapping[str, Counter[str]], conflict: str) -> None:
    # In one order, so that two writers of the same words cannot deadlock.
    words = sorted(set().union(*counts.values()))
    for start in range(0, len(words), CHUNK):
        _write_some(connection, words[start : start + CHUNK], counts, conflict)


def _write_some(
    connection: BaseDatabaseWrapper, words: list[str], counts: Mapping[str, Counter[str]], conflict: str
) -> None:
    none: Counter[str] = Counter()
    numbers = [list(map(counts.get(kind, none).__getitem__, words)) for kind in KINDS]
    vendor = connection.vendor
    if vendor == "postgresql":
        params = [" ".join(words), *map(number_array, numbers)]
    else:
        params = [json.dumps(list(zip(words, *numbers, strict=True)), ensure_ascii=False)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO books_word (word, {', '.join(KINDS)}) {_ROWS[vendor]} ON CONFLICT (word) {conflict}",
            params,
        )


def _indexed(connection: BaseDatabaseWrapper, index: TextIndex, field: str) -> dict[str, int]:
    """How many rows of `index` have each word in the field `field`, by word; the database counts them."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            vector, weight = index.columns[field]
            cursor.execute("SELECT word, ndoc FROM ts_stat(%s, %s)", [f"SELECT {vector} FROM {index.table}", weight])  # noqa: S608
            return dict(cursor.fetchall())
        cursor.execute(f"CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab('main', '{index.table}', 'col')")
        try:
            cursor.execute("SELECT term, doc FROM temp.vocabulary WHERE col = %s AND term <> %s", [field, GAP])
            return dict(cursor.fetchall())
        finally:
            cursor.execute("DROP TABLE temp.vocabulary")
