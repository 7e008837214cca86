"""The SQL conditions that search a full-text index, as each database writes them."""

from typing import Protocol

from django.db.backends.base.base import BaseDatabaseWrapper

from core.search.query import Match, Phrase
from core.search.statistics import STATISTICS, Frequencies

ROW_COST = 18
"""Testing one row takes this many times as long as GIN needs to collect one for a prefix (3.5 µs and 0.2 µs)."""

MAX_FILTERED_ROWS = 10_000
"""Most rows that are tested one by one: PostgreSQL expects hardly any of them to match, and plans for that."""


class Columns(Protocol):
    """The properties of an index that conditions need; `core.search.index.TextIndex` has them."""

    @property
    def table(self) -> str:
        """The index's table."""

    @property
    def columns(self) -> dict[str, tuple[str, str]]:
        """Each field's tsvector and weight."""

    @property
    def own_index(self) -> frozenset[str]:
        """Fields with an index of their own."""

    def filtered(self, name: str) -> str:
        """SQL of the tsvector of field `name` alone, on PostgreSQL."""

    def weights(self, names: tuple[str, ...]) -> str:
        """The weights of fields `names` in their tsvector; empty if it has no others."""


def condition(index: Columns, match: Match, vendor: str) -> tuple[str, tuple[str, ...]]:
    """The SQL condition that tests a row of `index`'s own table, and its parameter."""
    if vendor != "postgresql":
        return f"{index.table} MATCH %s", (_fts5(match),)
    return f"{_vector(index, match)} @@ %s::tsquery", (_tsquery(index, match),)


def indexed_condition(index: Columns, match: Match, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str, ...]]:
    """The SQL condition by which matching rows are read from the index, and its parameters.

    A last word's prefix is tested row by row where another phrase is much rarer.
    """
    if connection.vendor == "postgresql":
        sought = _sought(index, match, connection)
        if sought != match.include:
            indexed = " & ".join(tsquery_phrase(item, index.weights(match.columns)) for item in sought)
            where, params = _unindexed_condition(index, match)
            return f"{_vector(index, match)} @@ %s::tsquery AND {where}", (indexed, *params)
    return condition(index, match, connection.vendor)


def narrow_condition(index: Columns, match: Match, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str, ...]]:
    """`indexed_condition` on PostgreSQL, by the fields' own indexes where every field of `match` has one.

    For each phrase there is a condition that one of the fields has it.
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
    """The phrases to search the index for: without the last word's prefix where another phrase is much rarer.

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
    """The largest share of all rows that can have `item`; a lone CJK character is a prefix wherever it stands."""
    *whole, last = item.tokens
    shares = [frequencies.of(token) for token in whole]
    share = frequencies.of(last)
    return min([*shares, max(share, frequencies.with_prefix(last)) if item.prefix else share])


def _unindexed_condition(index: Columns, match: Match) -> tuple[str, tuple[str, ...]]:
    """`condition` negated twice, so that PostgreSQL uses no index for it."""
    return f"NOT {_vector(index, match)} @@ %s::tsquery", (f"!({_tsquery(index, match)})",)


def _vector(index: Columns, match: Match) -> str:
    return f"{index.table}.{_column(index, match)}"


def _column(index: Columns, match: Match) -> str:
    return index.columns[match.columns[0]][0]


def tsquery_phrase(item: Phrase, weights: str = "") -> str:
    """A phrase in PostgreSQL's tsquery syntax; without `weights` it is looked for in every field of the tsvector."""
    spelt = [" <-> ".join(_lexemes(tokens, item.prefix, weights)) for tokens in item.spellings]
    return f"({spelt[0]})" if len(spelt) == 1 else f"(({spelt[0]}) | ({spelt[1]}))"


def _lexemes(tokens: tuple[str, ...], prefix: bool, weights: str) -> list[str]:
    last = len(tokens) - 1
    return [f"'{token}':{'*' if prefix and i == last else ''}{weights}" for i, token in enumerate(tokens)]


def fts5_phrase(item: Phrase) -> str:
    """A phrase in FTS5's query syntax."""
    prefix = " *" if item.prefix else ""
    spelt = [f'"{" ".join(tokens)}"{prefix}' for tokens in item.spellings]
    return spelt[0] if len(spelt) == 1 else f"({' OR '.join(spelt)})"


def _tsquery(index: Columns, match: Match) -> str:
    """`match` in PostgreSQL's tsquery syntax."""
    parts = [tsquery_phrase(item, index.weights(match.columns)) for item in match.include]
    parts += [f"!{tsquery_phrase(item, index.weights(match.exclude_columns))}" for item in match.exclude]
    if match.excluding:
        parts.append(f"!({_tsquery(index, match.excluding)})")
    return " & ".join(parts)


def _fts5(match: Match) -> str:
    """`match` in FTS5's query syntax."""
    query = f"({{{' '.join(match.columns)}}} : ({' AND '.join(map(fts5_phrase, match.include))}))"
    if match.exclude:
        excluded = " OR ".join(map(fts5_phrase, match.exclude))
        query = f"({query} NOT {{{' '.join(match.exclude_columns)}}} : ({excluded}))"
    if match.excluding:
        query = f"({query} NOT {_fts5(match.excluding)})"
    return query
