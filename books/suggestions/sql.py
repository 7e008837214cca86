"""SQL of the rows that begin with a text or have its words. Typed text is in its parameters only."""
# ruff: noqa: S608

from collections.abc import Sequence
from typing import Any, NamedTuple

from books.suggestions.sources import Source
from core.search.conditions import fts5_phrase, tsquery_phrase
from core.search.query import Phrase
from core.text import LAST_CHARACTER, is_cjk

SHOWN = 10
"""Most rows of a kind that a response shows."""

Group = tuple[Phrase, ...]
"""Phrases of which a row must have one."""


class Sql(NamedTuple):
    """A piece of a statement, with its parameters."""

    text: str
    params: tuple[Any, ...] = ()

    @classmethod
    def join(cls, separator: str, pieces: "list[Sql]") -> "Sql":
        """The pieces in order, as one piece."""
        return cls(separator.join(piece.text for piece in pieces), tuple(p for piece in pieces for p in piece.params))

    def within(self, frame: str) -> "Sql":
        """This piece in the place of `{}` in `frame`."""
        return Sql(frame.replace("{}", self.text), self.params)


def columns(source: Source) -> str:
    """SQL of the columns by which a row is shown and ranked."""
    return ", ".join([f"id, {source.slug} AS slug, {source.text} AS text, {source.weight} AS weight", *source.keys])


def best(source: Source, condition: Sql, most: int, when: str = "true") -> Sql:
    """The `columns` of the first SHOWN of the `most` best rows that meet `condition`, in order; reading stops there.

    None are read if the condition `when`, of other tables, is false: SQLite would read them all to test it on each.
    """
    walks = [
        f"SELECT * FROM (SELECT {columns(source)} FROM {source.table} WHERE {where} AND {source.condition}"
        f" ORDER BY {order} LIMIT {most}) AS walk_{number}"
        for number, (where, order) in enumerate(source.walks)
    ]
    rows = " UNION ALL ".join(walks)
    if len(walks) > 1:
        rows = f"SELECT * FROM ({rows}) AS walks LIMIT {most}"
    return condition.within(f"SELECT * FROM ({rows}) AS best WHERE {{}} LIMIT CASE WHEN {when} THEN {SHOWN} ELSE 0 END")


def begins(source: Source, text: str) -> Sql:
    """The condition that a row begins with `text`."""
    return _any_of([Sql(f"({key} >= %s AND {key} < %s)", (text, text + LAST_CHARACTER)) for key in source.keys])


def first(source: Source, text: str, most: int) -> Sql:
    """The `columns` of the first `most` rows that begin with `text`, by each key: a row may come twice.

    The rows from `text` on are read, and their end is looked for among them: where PostgreSQL expects few rows between
    two limits, it reads all of them and sorts.
    """
    by_key = [
        Sql(
            f"SELECT * FROM (SELECT {columns(source)} FROM {source.table} WHERE {key} >= %s AND {source.condition}"
            f" ORDER BY {key}, id LIMIT {most}) AS by_{key} WHERE {key} < %s",
            (text, text + LAST_CHARACTER),
        )
        for key in source.keys
    ]
    return Sql.join(" UNION ALL ", by_key)


def is_text(source: Source, text: str) -> Sql:
    """SQL of 0 for a row that is `text`, of 1 for another."""
    same = _any_of([Sql(f"{key} = %s", (text,)) for key in source.keys])
    return same.within("CASE WHEN {} THEN 0 ELSE 1 END")


def has_words(source: Source, groups: Sequence[Group]) -> Sql:
    """The condition that the key of a row has a phrase of every group."""
    padded = f"' ' || {source.keys[0]} || ' ' LIKE %s"
    conditions = [
        _any_of([_all_of([Sql(padded, (pattern,)) for pattern in patterns]) for patterns in _patterns(group)])
        for group in groups
    ]
    return _all_of(conditions) if conditions else Sql("true")


def indexed(source: Source, groups: Sequence[Group], vendor: str) -> Sql:
    """The ids, in no order, of the rows in which the text index has a phrase of every group."""
    index = source.index
    if vendor != "postgresql":
        any_of = (f"({' OR '.join(map(fts5_phrase, group))})" for group in groups)
        sql = f"SELECT rowid AS id FROM {index.table} WHERE {index.table} MATCH %s"
        return Sql(sql, (f"{{{source.field}}} : ({' AND '.join(any_of)})",))
    # By an index of the field's own where there is one: a word that few titles have may be in every tenth subject.
    vector = index.filtered(source.field) if source.field in index.own_index else index.columns[source.field][0]
    any_of = (f"({' | '.join(map(tsquery_phrase, group))})" for group in groups)
    return Sql(f"SELECT {index.key} AS id FROM {index.table} WHERE {vector} @@ %s::tsquery", (" & ".join(any_of),))


def by_id(source: Source, ids: str, vendor: str) -> str:
    """SQL of the `columns` of the rows whose ids are in the table `ids`, looked up by id whatever is estimated."""
    if vendor == "postgresql":
        row = f"SELECT * FROM {source.table} AS s WHERE s.id = {ids}.id OFFSET 0"
        rows = f"{ids} CROSS JOIN LATERAL ({row}) AS t"
    else:
        rows = f"{ids} CROSS JOIN {source.table} AS t ON t.id = {ids}.id"
    return f"SELECT {columns(source).replace('id,', 't.id,', 1)} FROM {rows} WHERE {source.condition}"


def _any_of(conditions: list[Sql]) -> Sql:
    return Sql.join(" OR ", conditions).within("({})")


def _all_of(conditions: list[Sql]) -> Sql:
    return Sql.join(" AND ", conditions)


def _patterns(group: Group) -> list[list[str]]:
    """For each spelling of a phrase, LIKE patterns of a key padded with blanks. No token has a wildcard of LIKE."""
    return [_spelt(tokens, phrase.prefix) for phrase in group for tokens in phrase.spellings]


def _spelt(tokens: tuple[str, ...], prefix: bool) -> list[str]:
    if any(map(is_cjk, tokens)):
        # Pairs of characters, which stand anywhere in a run.
        return [f"%{token}%" for token in tokens]
    return [f"% {' '.join(tokens)}{'' if prefix else ' '}%"]
