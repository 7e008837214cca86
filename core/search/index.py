"""TextIndex: a full-text index in a table of its own, a tsvector with GIN on PostgreSQL, FTS5 on SQLite.

Both store the tokens of core.text and split no text themselves. A gap separates the items of one field
(two authors, two subjects, two spellings of a title) and the fields, so that no phrase spans them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from core.search.tsvector import lexemes
from core.text import spellings

GAP = "\ue000"
"""The token between two items in FTS5: a private-use character, which no query contains."""

TEXT_VERSION = 2
"""Goes up whenever the tokens or keys of some text change: an index that was written before must be rebuilt."""

Fields = dict[str, Sequence[str]]


def token_texts(text: str) -> list[str]:
    """The tokens of `text` joined by spaces: a text in its first spelling, and one for each other that it has."""
    return [" ".join(tokens) for tokens in spellings(text)]


@dataclass(frozen=True)
class TextIndex:
    """A full-text index in a `table` of its own, whose column `key` is the id of a row in the table `parent`.

    `columns` maps each searchable field to its tsvector column and its weight there, for PostgreSQL; a tsvector has
    four weights, A to D. Fields in `own_index` also have a GIN index of their own: GIN stores no weights, and a word
    that is rare in titles can be in every second subject.
    """

    table: str
    key: str
    parent: str
    columns: dict[str, tuple[str, str]] = field(hash=False)
    own_index: frozenset[str] = frozenset()

    def vectors(self) -> list[str]:
        """The names of the tsvector columns on PostgreSQL, in order."""
        return list(dict.fromkeys(vector for vector, _ in self.columns.values()))

    @cached_property
    def _weighted(self) -> list[list[tuple[str, str]]]:
        """For each tsvector column, in order, its fields as pairs of a name and a weight."""
        fields = self.columns.items()
        return [[(name, weight) for name, (of, weight) in fields if of == vector] for vector in self.vectors()]

    def filtered(self, name: str) -> str:
        """SQL of a tsvector with the words of the field `name` only; for PostgreSQL."""
        vector, weight = self.columns[name]
        return f"""ts_filter({self.table}.{vector}, '{{{weight.lower()}}}'::"char"[])"""

    def weights(self, names: tuple[str, ...]) -> str:
        """The weights of the fields `names` in their tsvector column, such as "AB".

        "" if the column has no other fields. A search without weights needs only the GIN index, not the row.
        """
        vector = self.columns[names[0]][0]
        wanted = {self.columns[name][1] for name in names}
        all_weights = {weight for other, weight in self.columns.values() if other == vector}
        return "" if wanted == all_weights else "".join(sorted(wanted))

    def create(self, schema_editor: BaseDatabaseSchemaEditor) -> None:
        """Create the table and its indexes, and on SQLite the trigger that deletes an index row with its parent's."""
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
        """Drop the table, and on SQLite the trigger."""
        if schema_editor.connection.vendor != "postgresql":
            schema_editor.execute(f"DROP TRIGGER {self.table}_deleted")
        schema_editor.execute(f"DROP TABLE {self.table}")

    def merge_pending(self, connection: BaseDatabaseWrapper) -> None:
        """Merge the entries that PostgreSQL's GIN indexes keep apart until a vacuum: each search reads all of them."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                for name in [*self.vectors(), *(f"in_{field}" for field in sorted(self.own_index))]:
                    cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [f"{self.table}_{name}"])

    def row_columns(self, vendor: str) -> list[str]:
        """The names of the table's columns, in the order of the values in the tuples of `row` and `token_row`."""
        return [self.key, *self.vectors()] if vendor == "postgresql" else ["rowid", *self.columns]

    def row(self, vendor: str, pk: int, fields: Fields) -> tuple[Any, ...]:
        """The row of the index for the object with the id `pk`; `fields` maps each field to its texts."""
        return self.token_row(
            vendor, pk, {name: [each for text in texts for each in token_texts(text)] for name, texts in fields.items()}
        )

    def token_row(self, vendor: str, pk: int, fields: Fields) -> tuple[Any, ...]:
        """The row of the index for the object with the id `pk`; `fields` maps fields to results of `token_texts`."""
        if vendor != "postgresql":
            return (pk, *(f" {GAP} ".join(fields[name]) for name in self.columns))
        return (pk, *[lexemes((weight, fields[name]) for name, weight in columns) for columns in self._weighted])
