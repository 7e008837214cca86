"""Reads how common words are in a tsvector column, from PostgreSQL's own statistics."""

from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic

from django.db.backends.base.base import BaseDatabaseWrapper

MAX_AGE_SECONDS = 300
"""Seconds after which the statistics are read again; they decide how rows are read, never which."""


@dataclass(frozen=True)
class Frequencies:
    """How common the commonest words of a tsvector column are: for each, the share of the table's rows that have it.

    `rows` is about how many rows the table has.
    """

    rows: float
    shares: Mapping[str, float]
    least: float
    """The smallest of `shares`; a word without one is rarer."""

    def of(self, word: str) -> float:
        """The share of rows that have `word`, from 0 to 1.

        For a word that is not among the commonest it is half of the smallest share known.
        """
        return self.shares.get(word, self.least / 2)

    def with_prefix(self, prefix: str) -> float:
        """The sum of the shares of all known words that begin with `prefix`."""
        return sum(share for word, share in self.shares.items() if word.startswith(prefix))


class StatisticsCache:
    """PostgreSQL's word statistics as this process last read them. `version` goes up when they are found changed.

    The statistics decide how rows are searched for, never which rows are found.
    """

    def __init__(self) -> None:
        self.version = 0
        self._entries: dict[tuple[str, str, str], tuple[float, Frequencies | None]] = {}

    def of(self, connection: BaseDatabaseWrapper, table: str, column: str) -> Frequencies | None:
        """The Frequencies of a tsvector column, read again if older than MAX_AGE_SECONDS.

        None where PostgreSQL has not analysed the table yet.
        """
        key = (connection.alias, table, column)
        read_at, frequencies = self._entries.get(key, (0.0, None))
        if key not in self._entries or monotonic() - read_at > MAX_AGE_SECONDS:
            before, frequencies = frequencies, _statistics(connection, table, column)
            self._entries[key] = monotonic(), frequencies
            self.version += frequencies != before
        return frequencies


STATISTICS = StatisticsCache()


def _statistics(connection: BaseDatabaseWrapper, table: str, column: str) -> Frequencies | None:
    """Read the Frequencies of a tsvector column from pg_stats; None if there are none.

    pg_stats lists the shares of the words, then the smallest and the largest share.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples, most_common_elems::text::text[], most_common_elem_freqs"
            " FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace"
            " JOIN pg_stats ON tablename = relname AND schemaname = nspname"
            " WHERE pg_class.oid = %s::regclass AND attname = %s",
            [table, column],
        )
        row = cursor.fetchone()
    # A table that was truncated has its old statistics and -1 rows.
    if row is None or row[0] <= 0 or not row[1]:
        return None
    rows, words, shares = row
    return Frequencies(rows, dict(zip(words, shares, strict=False)), shares[len(words)])
