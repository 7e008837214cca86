"""Writes the SQL conditions that search a full-text index, for each of the two databases."""

from collections.abc import Sequence
from typing import Protocol

from core.search.query import Match, Phrase


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


def row_condition(index: Columns, match: Match, vendor: str, key: str = "rowid") -> tuple[str, tuple[str, ...]]:
    """The SQL condition that tests a row of the index's table that has been read, and its parameter.

    On SQLite, where `key` is the row's id, the index is searched once a statement for all rows that match: to test a
    single row, FTS5 first collects every row of every word with the prefix, 9 ms each time. The sign keeps SQLite from
    reading all these rows where other conditions leave few to test.
    """
    if vendor != "postgresql":
        return f"+{key} IN (SELECT rowid FROM {index.table} WHERE {index.table} MATCH %s)", (_fts5(match),)  # noqa: S608
    return f"{_vector(index, match)} @@ %s::tsquery", (_tsquery(index, match),)


def indexed_condition(
    index: Columns, match: Match, vendor: str, beginnings: Sequence[str] = ()
) -> tuple[str, tuple[str, ...]]:
    """The SQL condition by which matching rows are read from the index, and its parameters.

    `beginnings` may be all words there are that begin as the last phrase says. PostgreSQL is then given these words:
    for a beginning GIN collects every row of every such word, for words it skips.

    On PostgreSQL the fields' own indexes are read where every field of `match` has one: for each phrase there is a
    condition that one of the fields has it.
    """
    if vendor != "postgresql":
        return f"{index.table} MATCH %s", (_fts5(match),)
    if not index.own_index.issuperset(match.columns):
        return f"{_vector(index, match)} @@ %s::tsquery", (_tsquery(index, match, beginnings),)
    # Negated twice, PostgreSQL uses no index for the condition that tests the row.
    params: tuple[str, ...]
    where, params = f"NOT {_vector(index, match)} @@ %s::tsquery", (f"!({_tsquery(index, match)})",)
    names = match.columns
    if match.excluding and len(match.include) == 1:
        names = tuple(name for name in names if name not in match.excluding.columns)
    for item in match.include:
        either = " OR ".join([f"{index.filtered(name)} @@ %s::tsquery" for name in names])
        where, params = f"({either}) AND {where}", (*[tsquery_phrase(item)] * len(names), *params)
    return where, params


def _vector(index: Columns, match: Match) -> str:
    return f"{index.table}.{index.columns[match.columns[0]][0]}"


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


def _tsquery(index: Columns, match: Match, beginnings: Sequence[str] = ()) -> str:
    """The whole of `match` in PostgreSQL's tsquery syntax, with `beginnings`, if any, in place of the last phrase."""
    weights = index.weights(match.columns)
    parts = [tsquery_phrase(item, weights) for item in match.include]
    if beginnings:
        parts[-1] = f"({' | '.join(tsquery_phrase(Phrase((word,)), weights) for word in beginnings)})"
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
