"""A full-text index beside a table: tsvector + GIN on PostgreSQL, FTS5 on SQLite.

Both are given the tokens of core.text and split nothing themselves. Items of one field (two
authors, two subjects) and fields are kept apart, so that no phrase spans them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from core.search.tsvector import lexemes
from core.text import tokens

GAP = "\ue000"
"""Stands between items in FTS5: a private-use character, which no query can hold."""

Fields = dict[str, Sequence[str]]


def token_text(text: str) -> str:
    """The tokens of `text` joined by spaces."""
    return " ".join(tokens(text))


@dataclass(frozen=True)
class TextIndex:
    """The index in `table`, whose `key` is the row's id in `parent`.

    `columns` names each searchable field with its place on PostgreSQL: a tsvector column and a
    weight in it (there are four weights, A to D, to a tsvector). Those in `alone` have an index of
    their own there besides: GIN knows no weights, and a word can be rare in titles that is in every second subject.
    """

    table: str
    key: str
    parent: str
    columns: dict[str, tuple[str, str]] = field(hash=False)
    own_index: frozenset[str] = frozenset()

    def vectors(self) -> list[str]:
        """The tsvector columns on PostgreSQL, in order."""
        return list(dict.fromkeys(vector for vector, _ in self.columns.values()))

    @cached_property
    def _weighted(self) -> list[list[tuple[str, str]]]:
        """The fields of each tsvector column, with their weights."""
        fields = self.columns.items()
        return [[(name, weight) for name, (of, weight) in fields if of == vector] for vector in self.vectors()]

    def filtered(self, name: str) -> str:
        """On PostgreSQL, the tsvector of field `name` alone."""
        vector, weight = self.columns[name]
        return f"""ts_filter({self.table}.{vector}, '{{{weight.lower()}}}'::"char"[])"""

    def weights(self, names: tuple[str, ...]) -> str:
        """The weights of fields `names` in their tsvector; none if they are all: GIN answers that by itself."""
        vector = self.columns[names[0]][0]
        wanted = {self.columns[name][1] for name in names}
        there = {weight for other, weight in self.columns.values() if other == vector}
        return "" if wanted == there else "".join(sorted(wanted))

    def create(self, schema_editor: BaseDatabaseSchemaEditor) -> None:
        """Create the table on whichever database `schema_editor` works on."""
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE TABLE {self.table} ({self.key} bigint PRIMARY KEY REFERENCES {self.parent} ON DELETE CASCADE, "
                + ", ".join(f"{vector} tsvector NOT NULL" for vector in self.vectors()) + ")"
            )  # fmt: skip
            for vector in self.vectors():
                schema_editor.execute(f"CREATE INDEX {self.table}_{vector} ON {self.table} USING gin ({vector})")
            for name in sorted(self.own_index):
                expression = self.filtered(name).replace(f"{self.table}.", "")
                schema_editor.execute(f"CREATE INDEX {self.table}_in_{name} ON {self.table} USING gin (({expression}))")
            return
        schema_editor.execute(
            f"CREATE VIRTUAL TABLE {self.table} USING fts5({', '.join(self.columns)}, tokenize='ascii', prefix='2 3')"
        )
        body = f"DELETE FROM {self.table} WHERE rowid = OLD.id"  # noqa: S608
        schema_editor.execute(f"CREATE TRIGGER {self.table}_deleted AFTER DELETE ON {self.parent} BEGIN {body}; END")

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
        return (pk, *[lexemes((weight, fields[name]) for name, weight in columns) for columns in self._weighted])
