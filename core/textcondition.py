"""What is asked of a full-text index, in the words of each database."""

from typing import Protocol

from core.textquery import Match, Phrase


class Columns(Protocol):
    """What there is to know of an index: `core.textindex.TextIndex`."""

    @property
    def table(self) -> str:
        """The index's table."""

    @property
    def columns(self) -> dict[str, tuple[str, str]]:
        """Each field's tsvector and weight."""

    @property
    def alone(self) -> frozenset[str]:
        """Fields with an index of their own."""

    def filtered(self, name: str) -> str:
        """On PostgreSQL, the tsvector of field `name` alone."""

    def weights(self, names: tuple[str, ...]) -> str:
        """The weights of fields `names` in their tsvector, none if they are all."""


def condition(index: Columns, match: Match, vendor: str) -> tuple[str, tuple[str, ...]]:
    """The SQL condition on `index`'s own table, and its parameter."""
    if vendor != "postgresql":
        return f"{index.table} MATCH %s", (_fts5(match),)
    vector = index.columns[match.columns[0]][0]
    return f"{index.table}.{vector} @@ %s::tsquery", (_tsquery(index, match),)


def narrow_condition(index: Columns, match: Match) -> tuple[str, tuple[str, ...]]:
    """`condition` on PostgreSQL, with others first where those read fewer rows.

    One for each phrase: that it is in one of the columns that have an index of their own.
    """
    if not index.alone.issuperset(match.columns):
        return condition(index, match, "postgresql")
    vector = index.columns[match.columns[0]][0]
    # Twice denied, no index is tried for it.
    where = f"NOT {index.table}.{vector} @@ %s::tsquery"
    params: tuple[str, ...] = (f"!({_tsquery(index, match)})",)
    names = match.columns
    if match.minus and len(match.include) == 1:
        names = tuple(name for name in names if name not in match.minus.columns)
    for item in match.include:
        either = " OR ".join([f"{index.filtered(name)} @@ %s::tsquery" for name in names])
        where, params = f"({either}) AND {where}", (*[_lexemes(item)] * len(names), *params)
    return where, params


def _lexemes(item: Phrase, weights: str = "") -> str:
    last = len(item.tokens) - 1
    parts = [f"'{t}':{'*' if item.prefix and i == last else ''}{weights}" for i, t in enumerate(item.tokens)]
    return f"({' <-> '.join(parts)})"


def _tsquery(index: Columns, match: Match) -> str:
    """`match` in PostgreSQL's tsquery syntax; a tsquery without weights looks everywhere."""

    def phrase(item: Phrase, columns: tuple[str, ...]) -> str:
        return _lexemes(item, index.weights(columns))

    parts = [phrase(item, match.columns) for item in match.include]
    parts += [f"!{phrase(item, match.everywhere)}" for item in match.exclude]
    if match.minus:
        parts.append(f"!({_tsquery(index, match.minus)})")
    return " & ".join(parts)


def _fts5(match: Match) -> str:
    """`match` in FTS5's query syntax."""

    def phrase(item: Phrase) -> str:
        return f'"{" ".join(item.tokens)}"{" *" if item.prefix else ""}'

    found = f"({{{' '.join(match.columns)}}} : ({' AND '.join(map(phrase, match.include))}))"
    if match.exclude:
        found = f"({found} NOT {{{' '.join(match.everywhere)}}} : ({' OR '.join(map(phrase, match.exclude))}))"
    if match.minus:
        found = f"({found} NOT {_fts5(match.minus)})"
    return found
