"""Functions that return the pieces of SQL by which suggestions are selected; typed text is in their parameters only."""
# ruff: noqa: S608

from typing import Any, NamedTuple

from books.suggestions.query import Group, Token, Typed
from books.suggestions.sources import Source
from core.search.conditions import fts5_phrase, tsquery_phrase
from core.text import LAST_CHARACTER

SHOWN = 10
"""Most rows of a kind that a response shows."""

FEW = 300
"""Most rows that are all read and ranked. A word of more rows is searched among the best rows."""

READ = 2 * FEW
"""Most rows of the index that are ranked where the vocabulary counted FEW or less."""

FIRST = 300
"""Rows of the index that are ranked where a word has more, and too few among the best rows."""

BEST = 600
"""Best rows that are tested, in order."""

BEGUN = 50
"""Texts with the typed beginning that are ranked, in the order of their keys."""

ENOUGH = SHOWN // 2
"""Matches among the best rows at which the index is not searched: three kinds share a response."""

CORRECTED = 3
"""The tier of a row that matches only with corrections."""


class Sql(NamedTuple):
    """A piece of an SQL statement, with its parameters."""

    text: str
    params: tuple[Any, ...] = ()

    @classmethod
    def join(cls, separator: str, pieces: "list[Sql]") -> "Sql":
        """One piece made of `pieces` in order, with `separator` between their texts."""
        return cls(separator.join(piece.text for piece in pieces), tuple(p for piece in pieces for p in piece.params))

    def within(self, frame: str) -> "Sql":
        """A piece whose text is `frame` with this piece in the place of `{}`."""
        return Sql(frame.replace("{}", self.text), self.params)


def any_of(conditions: list[Sql]) -> Sql:
    """A condition that is true if one of `conditions` is."""
    return Sql.join(" OR ", conditions).within("({})")


def matches(source: Source, groups: tuple[Group, ...]) -> Sql:
    """A condition on a row: its key has a token of every group."""
    padded = f"' ' || {source.key} || ' ' LIKE %s"
    return Sql.join(" AND ", [any_of([Sql(padded, (_pattern(token),)) for token in group.tokens]) for group in groups])


def begins(source: Source, text: str) -> Sql:
    """A condition on a row: one of its keys begins with `text`."""
    return any_of([Sql(f"({key} >= %s AND {key} < %s)", (text, text + LAST_CHARACTER)) for key in source.keys])


def tier(source: Source, text: str) -> Sql:
    """An expression for a row's tier: 0 if a key is `text`, 1 if one begins with it, else 2.

    It is CORRECTED if `text` is "", as for a query with corrections.
    """
    if not text:
        return Sql(str(CORRECTED))
    same = any_of([Sql(f"{key} = %s", (text,)) for key in source.keys])
    return Sql.join(" ", [Sql("CASE WHEN"), same, Sql("THEN 0 WHEN"), begins(source, text), Sql("THEN 1 ELSE 2 END")])


def columns(source: Source) -> str:
    """SQL of the columns that `ranked` needs of each row, separated by commas."""
    return ", ".join(["id", source.weight, *source.keys])


def ranked(source: Source, typed: Typed, rows: Sql) -> Sql:
    """A SELECT of the ids of the best rows that match, at most SHOWN of `rows`, a SELECT of `columns`."""
    order = Sql(f"ORDER BY tier, {source.weight} IS NULL, {source.weight} DESC, id LIMIT {SHOWN}")
    rank = tier(source, typed.text).within("SELECT id, {} AS tier FROM")
    best = Sql.join(" ", [rank, rows.within("({}) AS r WHERE"), matches(source, typed.groups), order])
    return best.within("SELECT id FROM ({}) AS ranked")


def beginning(source: Source, text: str) -> Sql:
    """A SELECT of rows that begin with `text`: for each key the first BEGUN in its order. A row may come twice."""
    firsts = [
        Sql(
            f"SELECT * FROM (SELECT {columns(source)} FROM {source.table} WHERE {key} >= %s AND {key} < %s"
            f" AND {source.condition} ORDER BY {key} LIMIT {BEGUN}) AS {key}",
            (text, text + LAST_CHARACTER),
        )
        for key in source.keys
    ]
    return Sql.join(" UNION ALL ", firsts)


def walked(source: Source, condition: Sql) -> Sql:
    """A SELECT of ids: of each walk's BEST best rows the first SHOWN that meet `condition`; it stops there."""
    walks = []
    for turn, (where, order) in enumerate(source.walks):
        walk = (
            f"SELECT id FROM (SELECT id FROM (SELECT {columns(source)} FROM {source.table} WHERE {where}"
            f" AND {source.condition} ORDER BY {order} LIMIT {BEST}) AS best WHERE {{}} ORDER BY {order}"
            f" LIMIT {SHOWN}) AS walk"
        )
        if turn:
            before = f"SELECT 1 FROM {source.table} WHERE {source.walks[turn - 1][0]} LIMIT {BEST}"
            walk += f" WHERE (SELECT count(*) FROM ({before}) AS before) < {BEST}"
        walks.append(condition.within(walk))
    return Sql.join(" UNION ALL ", walks)


def indexed(source: Source, groups: list[Group], vendor: str) -> Sql:
    """A SELECT of the ids, in no order, of the rows in which the text index has a token of every group."""
    index = source.index
    if vendor != "postgresql":
        any_of_group = (f"({' OR '.join(fts5_phrase(token.phrase) for token in group.tokens)})" for group in groups)
        sql = f"SELECT rowid AS id FROM {index.table} WHERE {index.table} MATCH %s"
        return Sql(sql, (f"{{{source.column}}} : ({' AND '.join(any_of_group)})",))
    vector, weight = index.columns[source.column]
    if source.column in index.own_index:
        # An index of its own: GIN knows no weights, and a word that few titles have may be in every tenth subject.
        vector, weight = index.filtered(source.column), ""
    any_of_group = (f"({' | '.join(tsquery_phrase(t.phrase, weight) for t in group.tokens)})" for group in groups)
    sql = f"SELECT {index.key} AS id FROM {index.table} WHERE {vector} @@ %s::tsquery"
    return Sql(sql, (" & ".join(any_of_group),))


def by_id(source: Source, ids: str, vendor: str) -> str:
    """The part after FROM that reads the rows whose ids are in the table `ids`, each by its id.

    The planner cannot scan the whole table instead, as it would where it expects too many ids.
    """
    if vendor == "postgresql":
        row = f"SELECT * FROM {source.table} AS s WHERE s.id = found.id OFFSET 0"
        return f"{ids} AS found CROSS JOIN LATERAL ({row}) AS t WHERE {source.condition}"
    return f"{ids} AS found CROSS JOIN {source.table} AS t WHERE t.id = found.id AND {source.condition}"


def _pattern(token: Token) -> str:
    """The LIKE pattern by which a token is found in a key with a blank on each side.

    A token contains no wildcard of LIKE.
    """
    if token.cjk:
        return f"%{token.text}%"
    return f"% {token.text}%" if token.prefix else f"% {token.text} %"
