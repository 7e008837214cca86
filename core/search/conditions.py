"""What is asked of a full-text index, in the words of each database."""

from typing import Protocol

from django.db.backends.base.base import BaseDatabaseWrapper

from core.search.query import Match, Phrase
from core.search.statistics import STATISTICS, Frequencies

ROW_COST = 18
"""How many times as long as gathering a row of a word's beginning in GIN it takes to look at a row (3.5 and 0.2 µs)."""

MAX_FILTERED_ROWS = 10_000
"""Rows that are looked at instead at most: PostgreSQL believes that hardly any will be left, and plans for that."""


class Columns(Protocol):
    """What there is to know of an index: `core.search.index.TextIndex`."""

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
        """On PostgreSQL, the tsvector of field `name` alone."""

    def weights(self, names: tuple[str, ...]) -> str:
        """The weights of fields `names` in their tsvector, none if they are all."""


def condition(index: Columns, match: Match, vendor: str) -> tuple[str, tuple[str, ...]]:
    """The SQL condition on `index`'s own table, and its parameter: what a row is looked at by."""
    if vendor != "postgresql":
        return f"{index.table} MATCH %s", (_fts5(match),)
    return f"{_vector(index, match)} @@ %s::tsquery", (_tsquery(index, match),)


def indexed_condition(index: Columns, match: Match, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str, ...]]:
    """The same, to find rows by."""
    if connection.vendor == "postgresql":
        sought = _sought(index, match, connection)
        if sought != match.include:
            indexed = " & ".join(tsquery_phrase(item, index.weights(match.columns)) for item in sought)
            where, params = _unindexed_condition(index, match)
            return f"{_vector(index, match)} @@ %s::tsquery AND {where}", (indexed, *params)
    return condition(index, match, connection.vendor)


def narrow_condition(index: Columns, match: Match, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str, ...]]:
    """`indexed_condition` on PostgreSQL, with others first where those read fewer rows.

    One for each phrase: that it is in one of the columns that have an index of their own.
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
    """The phrases to find rows by: without a last word's beginning where another phrase is much rarer.

    GIN gathers every row of every word that begins so before it looks at the others.
    """
    *others, last = match.include
    if not others or not last.prefix or len(last.tokens) > 1:
        return match.include
    known = STATISTICS.of(connection, index.table, _column(index, match))
    if known is None:
        return match.include
    rarest = min(_share(known, item) for item in others)
    looked_at = rarest * known.rows <= MAX_FILTERED_ROWS and rarest * ROW_COST < known.beginning(last.tokens[0])
    return tuple(others) if looked_at else match.include


def _share(known: Frequencies, item: Phrase) -> float:
    """At most of how many rows `item` is, of all; a lone CJK character is a beginning wherever it stands."""
    *whole, last = item.tokens
    shares = [known.of(token) for token in whole]
    return min([*shares, max(known.of(last), known.beginning(last)) if item.prefix else known.of(last)])


def _unindexed_condition(index: Columns, match: Match) -> tuple[str, tuple[str, ...]]:
    """`condition`, twice denied: no index is tried for it."""
    return f"NOT {_vector(index, match)} @@ %s::tsquery", (f"!({_tsquery(index, match)})",)


def _vector(index: Columns, match: Match) -> str:
    return f"{index.table}.{_column(index, match)}"


def _column(index: Columns, match: Match) -> str:
    return index.columns[match.columns[0]][0]


def tsquery_phrase(item: Phrase, weights: str = "") -> str:
    """A phrase in PostgreSQL's tsquery syntax; without `weights` it is looked for in every field of the tsvector."""
    last = len(item.tokens) - 1
    parts = [f"'{t}':{'*' if item.prefix and i == last else ''}{weights}" for i, t in enumerate(item.tokens)]
    return f"({' <-> '.join(parts)})"


def fts5_phrase(item: Phrase) -> str:
    """A phrase in FTS5's query syntax."""
    return f'"{" ".join(item.tokens)}"{" *" if item.prefix else ""}'


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
