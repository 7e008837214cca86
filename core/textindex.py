"""A full-text index beside a table: tsvector + GIN on PostgreSQL, FTS5 on SQLite.

Both are given the tokens of core.text and split nothing themselves. Items of one field (two
authors, two subjects) and fields are kept apart, so that no phrase spans them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import add
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import BooleanField, F, Func
from django.db.models.expressions import RawSQL
from django.db.models.sql.compiler import SQLCompiler

from core.text import tokens
from core.textquery import Match, Phrase

GAP = "\ue000"
"""Stands between items in FTS5: a private-use character, which no query can hold."""

Fields = dict[str, Sequence[str]]


def token_text(text: str) -> str:
    """The tokens of `text` joined by spaces."""
    return " ".join(tokens(text))


_LAST_PLACE = 16_383
"""PostgreSQL's tsvector knows no later position."""


@cache
def _all_places(weight: str) -> list[str]:
    return [f":{place}{weight}" for place in range(1, _LAST_PLACE + 1)]


def _places(weight: str, start: int, number: int) -> list[str]:
    """What tsvector's syntax puts behind each of `number` lexemes, the first at the position after `start`."""
    places = _all_places(weight)[start : start + number]
    return places + _all_places(weight)[-1:] * (number - len(places))


@dataclass(frozen=True)
class TextIndex:
    """The index in `table`, whose `key` is the row's id in `parent`.

    `columns` names each searchable field with its place on PostgreSQL: a tsvector column and a
    weight in it (there are four weights, A to D, to a tsvector).
    """

    table: str
    key: str
    parent: str
    columns: dict[str, tuple[str, str]] = field(hash=False)

    def vectors(self) -> list[str]:
        """The tsvector columns on PostgreSQL, in order."""
        return list(dict.fromkeys(vector for vector, _ in self.columns.values()))

    def create(self, schema_editor: BaseDatabaseSchemaEditor) -> None:
        """Create the table on whichever database `schema_editor` works on."""
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE TABLE {self.table} ({self.key} bigint PRIMARY KEY REFERENCES {self.parent} ON DELETE CASCADE, "
                + ", ".join(f"{vector} tsvector NOT NULL" for vector in self.vectors()) + ")"
            )  # fmt: skip
            for vector in self.vectors():
                schema_editor.execute(f"CREATE INDEX {self.table}_{vector} ON {self.table} USING gin ({vector})")
            return
        schema_editor.execute(
            f"CREATE VIRTUAL TABLE {self.table} USING fts5({', '.join(self.columns)}, tokenize='ascii', prefix='2 3')"
        )
        body = f"DELETE FROM {self.table} WHERE rowid = OLD.id"  # noqa: S608
        schema_editor.execute(f"CREATE TRIGGER {self.table}_deleted AFTER DELETE ON {self.parent} BEGIN {body}; END")

    def follow(self, schema_editor: BaseDatabaseSchemaEditor) -> None:
        """Let triggers take rows away with the parent's, on PostgreSQL too: a reference is checked row by row.

        Unlike a reference they also follow a TRUNCATE.
        """
        if schema_editor.connection.vendor != "postgresql":
            return
        schema_editor.execute(f"ALTER TABLE {self.table} DROP CONSTRAINT {self.table}_{self.key}_fkey")
        schema_editor.execute(
            f"CREATE FUNCTION {self.table}_follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "  # noqa: S608
            f"IF TG_OP = 'TRUNCATE' THEN TRUNCATE {self.table}; "
            f"ELSE DELETE FROM {self.table} WHERE {self.key} = OLD.id; END IF; RETURN NULL; END $$"
        )
        for event, each in (("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            schema_editor.execute(
                f"CREATE TRIGGER {self.table}_{event.lower()} AFTER {event} ON {self.parent} "
                f"FOR EACH {each} EXECUTE FUNCTION {self.table}_follow()"
            )

    def unfollow(self, schema_editor: BaseDatabaseSchemaEditor) -> None:
        """Undo `follow`."""
        if schema_editor.connection.vendor != "postgresql":
            return
        schema_editor.execute(f"DROP FUNCTION {self.table}_follow() CASCADE")
        schema_editor.execute(
            f"ALTER TABLE {self.table} ADD CONSTRAINT {self.table}_{self.key}_fkey "
            f"FOREIGN KEY ({self.key}) REFERENCES {self.parent} ON DELETE CASCADE"
        )

    def drop(self, schema_editor: BaseDatabaseSchemaEditor) -> None:
        """Undo `create`."""
        if schema_editor.connection.vendor != "postgresql":
            schema_editor.execute(f"DROP TRIGGER {self.table}_deleted")
        schema_editor.execute(f"DROP TABLE {self.table}")

    def row_columns(self, vendor: str) -> list[str]:
        """The columns that `row` fills."""
        return [self.key, *self.vectors()] if vendor == "postgresql" else ["rowid", *self.columns]

    def row(self, vendor: str, pk: int, fields: Fields) -> tuple[Any, ...]:
        """The index row of one object: `fields` gives the texts of each column."""
        return self.token_row(
            vendor, pk, {name: [token_text(text) for text in texts] for name, texts in fields.items()}
        )

    def token_row(self, vendor: str, pk: int, fields: Fields) -> tuple[Any, ...]:
        """The same from texts that went through `token_text` before: for many rows that share names and subjects."""
        if vendor != "postgresql":
            return (pk, *(f" {GAP} ".join(fields[name]) for name in self.columns))
        words: dict[str, list[str]] = {vector: [] for vector in self.vectors()}
        places: dict[str, list[str]] = {vector: [] for vector in words}
        positions = dict.fromkeys(words, 0)
        for name, (vector, weight) in self.columns.items():
            for text in fields[name]:
                found = text.split()
                start = positions[vector] + 1
                words[vector] += found
                places[vector] += _places(weight, start, len(found))
                positions[vector] = start + len(found)
        return (pk, *(" ".join(map(add, words[vector], places[vector])) for vector in words))

    def matching(self, match: Match) -> RawSQL:
        """The ids of matching rows, as a subquery: `filter(pk__in=index.matching(…))`."""
        return _Matching(self, match)

    def matches(self, match: Match) -> Func:
        """Whether the row at hand matches, looked up by its id: for a page's rows, not for a table's."""
        return _RowMatches(self, match)


class _Matching(RawSQL):
    def __init__(self, index: TextIndex, match: Match) -> None:
        super().__init__("", ())
        self.index, self.match = index, match

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        where, params = _condition(self.index, self.match, connection.vendor)
        key = self.index.row_columns(connection.vendor)[0]
        return f"(SELECT {key} FROM {self.index.table} WHERE {where})", params  # noqa: S608


class _RowMatches(Func):
    output_field = BooleanField()

    def __init__(self, index: TextIndex, match: Match) -> None:
        super().__init__(F("pk"))
        self.index, self.match = index, match

    def as_sql(  # type: ignore[override]
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, tuple[Any, ...]]:
        pk, pk_params = compiler.compile(self.source_expressions[0])
        where, params = _condition(self.index, self.match, connection.vendor)
        key = self.index.row_columns(connection.vendor)[0]
        table = self.index.table
        return f"EXISTS(SELECT 1 FROM {table} WHERE {table}.{key} = {pk} AND {where})", (*pk_params, *params)  # noqa: S608


def _condition(index: TextIndex, match: Match, vendor: str) -> tuple[str, tuple[str, ...]]:
    """The SQL condition on `index`'s own table, and its parameter."""
    if vendor != "postgresql":
        return f"{index.table} MATCH %s", (_fts5(match),)
    vector = index.columns[match.columns[0]][0]
    return f"{index.table}.{vector} @@ %s::tsquery", (_tsquery(index, match),)


def _tsquery(index: TextIndex, match: Match) -> str:
    """`match` in PostgreSQL's tsquery syntax; a tsquery without weights looks everywhere."""

    def phrase(item: Phrase, columns: tuple[str, ...]) -> str:
        weights = "".join(sorted({index.columns[name][1] for name in columns}))
        last = len(item.tokens) - 1
        parts = [f"'{t}':{'*' if item.prefix and i == last else ''}{weights}" for i, t in enumerate(item.tokens)]
        return f"({' <-> '.join(parts)})"

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
