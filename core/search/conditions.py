"""Writes the SQL conditions that search a full-text index, for each of the two databases."""

from typing import Protocol

from django.db.backends.base.base import BaseDatabaseWrapper

from core.search.query import Match, Phrase
from core.search.statistics import STATISTICS, Frequencies

ROW_COST = 18
"""Testing one row takes this many times as long as GIN needs to collect one for a prefix (3.5 µs and 0.2 µs)."""

MAX_FILTERED_ROWS = 10_000
"""Most rows that are tested one by one: PostgreSQL expects hardly any of them to match, and plans for that."""


class Columns(Protocol):
    """The interface of what the conditions need to know of an index; `core.search.index.TextIndex` implements it."""

    @property
    def table(self) -> str:
        """The name of the index's table."""

    @property
    def columns(self) -> dict[str, tuple[str, str]]:
        """The name of the tsvector column and the weight of each field, by the field's name; for PostgreSQL."""

    @property
    def own_index(self) -> frozenset[str]:
        """The names of the fields that have a GIN index of their own."""

    def filtered(self, name: str) -> str:
        """SQL of a tsvector with the words of the field `name` only; for PostgreSQL."""

    def weights(self, names: tuple[str, ...]) -> str:
        """The weights of the fields `names` in their tsvector column, such as "AB".

        "" if the column has no other fields.
        """


def condition(index: Columns, match: Match, vendor: str) -> tuple[str, tuple[str, ...]]:
    """The SQL condition on a row of the index's table that it is matched by `match`, and its one parameter."""
    if vendor != "postgresql":
        return f"{index.table} MATCH %s", (_fts5(match),)
    return f"{_vector(index, match)} @@ %s::tsquery", (_tsquery(index, match),)


def indexed_condition(index: Columns, match: Match, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str, ...]]:
    """The SQL condition by which the database reads the matching rows from the index, and its parameters.

    On PostgreSQL, where a last word's prefix is common and another phrase much rarer, the index is searched for the
    other phrases only, and the rows found are tested for the prefix.
    """
    if connection.vendor == "postgresql":
        sought = _sought(index, match, connection)
        if sought != match.include:
            indexed = " & ".join(tsquery_phrase(item, index.weights(match.columns)) for item in sought)
            where, params = _unindexed_condition(index, match)
            return f"{_vector(index, match)} @@ %s::tsquery AND {where}", (indexed, *params)
    return condition(index, match, connection.vendor)


def narrow_condition(index: Columns, match: Match, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str, ...]]:
    """For PostgreSQL: `indexed_condition`, by the fields' own indexes if every field of `match` has one.

    For each phrase there is then a condition that one of the fields has it.
    """
    if not index.own_index.issuperset(match.columns):
        return indexed_condition(index, match, connection)
    where, params = _unindexed_condition(index, match)
    names = match.columns
    if match.excluding and len(match.include) == 1:
        names = tuple(name for name in names if name not in match.excluding.columns)
    for item in _sought(index, match, connection):
        either = " OR ".join([f"{index.filtered(name)} @@ %s::tsquery" for name in names])
        where, params = f"({either}) AND {where}", (*[tsquery_phrase(item)] * len(names), *params)
    return where, params


def _sought(index: Columns, match: Match, connection: BaseDatabaseWrapper) -> tuple[Phrase, ...]:
    """The phrases of `match` to search the index for: all, or all but a last prefix if another phrase is much rarer.

    GIN collects every row of every word with the prefix before it considers the other phrases.
    """
    *others, last = match.include
    if not others or not last.prefix or len(last.tokens) > 1:
        return match.include
    frequencies = STATISTICS.of(connection, index.table, _column(index, match))
    if frequencies is None:
        return match.include
    rarest = min(_share(frequencies, item) for item in others)
    few = rarest * frequencies.rows <= MAX_FILTERED_ROWS
    return tuple(others) if few and rarest * ROW_COST < frequencies.with_prefix(last.tokens[0]) else match.include


def _share(frequencies: Frequencies, item: Phrase) -> float:
    """At most this share of all rows, from 0 to 1, can have the phrase `item`, judged by its rarest token."""
    *whole, last = item.tokens
    shares = [frequencies.of(token) for token in whole]
    share = frequencies.of(last)
    return min([*shares, max(share, frequencies.with_prefix(last)) if item.prefix else share])


def _unindexed_condition(index: Columns, match: Match) -> tuple[str, tuple[str, ...]]:
    """The condition of `condition`, written so that PostgreSQL uses no index for it: negated twice."""
    return f"NOT {_vector(index, match)} @@ %s::tsquery", (f"!({_tsquery(index, match)})",)


def _vector(index: Columns, match: Match) -> str:
    return f"{index.table}.{_column(index, match)}"


def _column(index: Columns, match: Match) -> str:
    return index.columns[match.columns[0]][0]


def tsquery_phrase(item: Phrase, weights: str = "") -> str:
    """The phrase `item` in PostgreSQL's tsquery syntax, in each of its spellings.

    It is looked for among the words with one of `weights`, such as "AB"; for "" among all words of the tsvector.
    """
    spelt = [" <-> ".join(_lexemes(tokens, item.prefix, weights)) for tokens in item.spellings]
    return f"({spelt[0]})" if len(spelt) == 1 else f"(({spelt[0]}) | ({spelt[1]}))"


def _lexemes(tokens: tuple[str, ...], prefix: bool, weights: str) -> list[str]:
    last = len(tokens) - 1
    return [f"'{token}':{'*' if prefix and i == last else ''}{weights}" for i, token in enumerate(tokens)]


def fts5_phrase(item: Phrase) -> str:
    """The phrase `item` in the query syntax of SQLite's FTS5, in each of its spellings."""
    prefix = " *" if item.prefix else ""
    spelt = [f'"{" ".join(tokens)}"{prefix}' for tokens in item.spellings]
    return spelt[0] if len(spelt) == 1 else f"({' OR '.join(spelt)})"


def _tsquery(index: Columns, match: Match) -> str:
    """The whole of `match` in PostgreSQL's tsquery syntax."""
    parts = [tsquery_phrase(item, index.weights(match.columns)) for item in match.include]
    parts += [f"!{tsquery_phrase(item, index.weights(match.exclude_columns))}" for item in match.exclude]
    if match.excluding:
        parts.append(f"!({_tsquery(index, match.excluding)})")
    return " & ".join(parts)


def _fts5(match: Match) -> str:
    """The whole of `match` in the query syntax of SQLite's FTS5."""
    query = f"({{{' '.join(match.columns)}}} : ({' AND '.join(map(fts5_phrase, match.include))}))"
    if match.exclude:
        excluded = " OR ".join(map(fts5_phrase, match.exclude))
        query = f"({query} NOT {{{' '.join(match.exclude_columns)}}} : ({excluded}))"
    if match.excluding:
        query = f"({query} NOT {_fts5(match.excluding)})"
    return query
