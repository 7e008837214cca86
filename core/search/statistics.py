"""How common words are in a tsvector column, as far as PostgreSQL's own statistics say."""

from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic

from django.db.backends.base.base import BaseDatabaseWrapper

KEPT_SECONDS = 300
"""Seconds after which the statistics are read again: they say how to look for rows, never which."""


@dataclass(frozen=True)
class Frequencies:
    """Document frequencies: shares of the `rows`, of the words that most rows have."""

    rows: float
    shares: Mapping[str, float]
    least: float
    """The smallest share among them; a word that is not among them has less."""

    def of(self, word: str) -> float:
        """The share of rows that have `word`."""
        return self.shares.get(word, self.least / 2)

    def beginning(self, text: str) -> float:
        """The sum of the shares of all words that begin with `text`."""
        return sum(share for word, share in self.shares.items() if word.startswith(text))


class StatisticsCache:
    """What this process has read of the statistics, and which `edition` that is: others make another."""

    def __init__(self) -> None:
        self.version = 0
        self._found: dict[tuple[str, str, str], tuple[float, Frequencies | None]] = {}

    def of(self, connection: BaseDatabaseWrapper, table: str, column: str) -> Frequencies | None:
        """Those of `column` of `table` in the PostgreSQL at hand; None where it has not looked at the table yet."""
        key = (connection.alias, table, column)
        at, found = self._found.get(key, (0.0, None))
        if key not in self._found or monotonic() - at > KEPT_SECONDS:
            before, found = found, _statistics(connection, table, column)
            self._found[key] = monotonic(), found
            self.version += found != before
        return found


STATISTICS = StatisticsCache()


def _statistics(connection: BaseDatabaseWrapper, table: str, column: str) -> Frequencies | None:
    """From pg_stats, where the smallest and the largest share follow those of the words."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples, most_common_elems::text::text[], most_common_elem_freqs"
            " FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace"
            " JOIN pg_stats ON tablename = relname AND schemaname = nspname"
            " WHERE pg_class.oid = %s::regclass AND attname = %s",
            [table, column],
        )
        row = cursor.fetchone()
    # A table that was emptied keeps its statistics, and has -1 rows.
    if row is None or row[0] <= 0 or not row[1]:
        return None
    rows, words, shares = row
    return Frequencies(rows, dict(zip(words, shares, strict=False)), shares[len(words)])
