"""Fast filling of empty tables: their indexes are dropped first and then built from all rows at once.

All of it in one transaction: a process that is killed, or a server that loses power, leaves the tables as they were.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper

MEMORY = "256MB"
"""PostgreSQL's maintenance_work_mem while indexes are built."""


class _Definition(NamedTuple):
    drop: str
    create: str


@contextmanager
def unindexed(
    connection: BaseDatabaseWrapper, tables: Sequence[str], built: Callable[[int, int], None]
) -> Iterator[None]:
    """Inside, `tables` have no indexes and no unique or foreign keys. Within a transaction.

    Nobody else can read the tables until it ends. `built` is called with the number of indexes and keys that are
    there again, first none, and of all.
    """
    definitions = _postgresql(connection, tables) if connection.vendor == "postgresql" else _sqlite(connection, tables)
    with connection.cursor() as cursor:
        for definition in reversed(definitions):
            cursor.execute(definition.drop)
    yield
    built(0, len(definitions))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Foreign keys are checked at the commit, and PostgreSQL builds no index while a check is pending.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"SET LOCAL maintenance_work_mem = '{MEMORY}'")
        for number, definition in enumerate(definitions, 1):
            cursor.execute(definition.create)
            built(number, len(definitions))
        if connection.vendor == "postgresql":
            # For the rest of the transaction: rows may refer to rows that are written later.
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _postgresql(connection: BaseDatabaseWrapper, tables: Sequence[str]) -> list[_Definition]:
    """SQL of unique keys, then of other indexes, then of foreign keys, those of other tables to these included."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT contype, conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
            WHERE contype IN ('p', 'u', 'x', 'f')
              AND (conrelid = ANY(%s::regclass[]) OR confrelid = ANY(%s::regclass[])) ORDER BY conrelid, oid
            """,
            [list(tables)] * 2,
        )
        keys = cursor.fetchall()
        cursor.execute(
            """
            SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
            WHERE indrelid = ANY(%s::regclass[])
              AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))
            ORDER BY indrelid, indexrelid
            """,
            [list(tables)],
        )
        indexes = [_Definition(f"DROP INDEX {name}", definition) for name, definition in cursor.fetchall()]
    made = [
        (
            kind,
            _Definition(
                f"ALTER TABLE {table} DROP CONSTRAINT {name}", f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"
            ),
        )
        for kind, table, name, definition in keys
    ]
    return [
        *(definition for kind, definition in made if kind != "f"),
        *indexes,
        *(definition for kind, definition in made if kind == "f"),
    ]


def _sqlite(connection: BaseDatabaseWrapper, tables: Sequence[str]) -> list[_Definition]:
    """The indexes made by CREATE INDEX, but those that begin with a foreign key's column.

    While a row refers to one that is still to come, SQLite searches the referring tables for each row it inserts:
    without those indexes it scans them, and 100,000 books took 20 minutes.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT tbl_name, master.name, sql FROM sqlite_master AS master
            WHERE type = 'index' AND sql IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM pragma_foreign_key_list(tbl_name) AS key
                JOIN pragma_index_info(master.name) AS place ON place.name = key."from" WHERE place.seqno = 0
            )
            """
        )
        found = [(name, sql) for table, name, sql in cursor.fetchall() if table in tables]
    return [_Definition(f"DROP INDEX {connection.ops.quote_name(name)}", sql) for name, sql in found]
