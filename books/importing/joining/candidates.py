"""Finds the pairs of authors that could be one person or body by their names, and are of different sources.

Two authors who have a name in common are such a pair; or, of those who have none in common with an author of another
source, two of whom one's initials fit the other's forenames. The names' keys stand in temporary tables while pairs are
read, so that memory stays bounded however many authors there are.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from books.importing.joining.lives import years_agree
from books.importing.joining.names import has_initials, initials_key, name_forms, name_keys, names_agree
from books.importing.transactions import use_indexes
from core.database.bulk import Row, insert_rows, select_in
from core.text import SORT_LENGTH

READ = 5_000
"""Authors whose names are read at a time."""

CHUNK = 500
"""Pairs of authors that are compared at a time, with all their books."""

_TABLES = {
    "name_key": "name varchar(220){collation}, author_id bigint, source varchar(40){collation}, abbreviated smallint",
    "candidate": "id {serial} PRIMARY KEY, one_id bigint, other_id bigint",
}
_COLUMNS = ("name", "author_id", "source", "abbreviated")
_TYPES = {
    "postgresql": {"collation": ' COLLATE "C"', "serial": "bigserial"},
    "sqlite": {"collation": "", "serial": "integer"},
}
# An author of one source with each of another; of two who each have one source, once.
_PAIRS = """
    INSERT INTO candidate (one_id, other_id)
    SELECT DISTINCT one.author_id, other.author_id FROM name_key one
    JOIN name_key other ON other.name = one.name AND other.author_id <> one.author_id
    WHERE one.source IS NOT NULL AND (other.source IS NULL OR other.source > one.source)
"""
_BY_NAME = f"{_PAIRS} AND one.abbreviated IS NULL AND other.abbreviated IS NULL ORDER BY 1, 2"
_BY_INITIALS = f"{_PAIRS} AND one.abbreviated + other.abbreviated > 0 ORDER BY 1, 2"
_FORGET_INITIALS = """
    DELETE FROM name_key WHERE abbreviated IS NOT NULL AND author_id IN (
        SELECT one.author_id FROM name_key one
        JOIN name_key other ON other.name = one.name AND other.author_id <> one.author_id
        WHERE one.abbreviated IS NULL AND other.abbreviated IS NULL
        AND (one.source IS NULL OR other.source IS NULL OR one.source <> other.source)
    )
"""


class Namesake(NamedTuple):
    """An author as it is compared with another: who it is, which sources name it, and what identifies it.

    `identifiers` are pairs of a scheme and a value; `imported` is False if an editor made or changed the author.
    """

    pk: int
    kind: str
    names: tuple[str, ...]
    birth_year: int | None
    death_year: int | None
    identifiers: frozenset[tuple[str, str]]
    imported: bool
    books_count: int
    sources: frozenset[str]

    @property
    def has_years(self) -> bool:
        """Whether a year of the author's life is known."""
        return self.birth_year is not None or self.death_year is not None


Pair = tuple[Namesake, Namesake]


@contextmanager
def reading(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """A context manager in which `candidates` can be read: a transaction on PostgreSQL, where plans use indexes.

    On SQLite a transaction would keep editors from writing meanwhile.
    """
    if connection.vendor == "postgresql":
        with transaction.atomic(using=connection.alias):
            use_indexes(connection)
            yield
    else:
        yield


def candidates(connection: BaseDatabaseWrapper) -> Iterator[list[Pair]]:
    """Yield the pairs of authors that could be one, in lists, each pair once.

    Of a pair at least one is known to one source alone, and no source knows both. Neither year of life differs, nor
    the kind, nor a fuller form of the name. It is called within `reading`.
    """
    if not _has_several_sources(connection):
        return
    _create_tables(connection)
    with connection.cursor() as cursor:
        cursor.execute(_BY_NAME)
        cursor.execute(_FORGET_INITIALS)
        cursor.execute(_BY_INITIALS)
    sql = "SELECT id, one_id, other_id FROM candidate WHERE id > %s ORDER BY id LIMIT %s"
    last = 0
    while rows := select_in(connection, sql, last, CHUNK):
        last = rows[-1][0]
        authors = _read(connection, sorted({pk for _, *pair in rows for pk in pair}))
        pairs = [(authors[one], authors[other]) for _, one, other in rows]
        yield [pair for pair in pairs if _may_be_one(*pair)]
    _drop_tables(connection)


def _has_several_sources(connection: BaseDatabaseWrapper) -> bool:
    """Whether two sources name authors, or an editor has made one: otherwise there is no pair."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT min(source) FROM authors_authorheading) < (SELECT max(source) FROM authors_authorheading)"
            " OR EXISTS (SELECT 1 FROM authors_author WHERE NOT imported)"
        )
        return bool(cursor.fetchone()[0])


def _create_tables(connection: BaseDatabaseWrapper) -> None:
    """Create the tables, and fill that of names; statistics are taken, since nothing else would take them."""
    _drop_tables(connection)
    with connection.cursor() as cursor:
        for table, columns in _TABLES.items():
            cursor.execute(f"CREATE TEMPORARY TABLE {table} ({columns.format(**_TYPES[connection.vendor])})")
        for rows in _names(connection):
            insert_rows(connection, "name_key", _COLUMNS, rows)
        cursor.execute("CREATE INDEX name_key_name ON name_key (name)")
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE name_key")


def _drop_tables(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"DROP TABLE IF EXISTS {'pg_temp' if connection.vendor == 'postgresql' else 'temp'}.{table}")


def _names(connection: BaseDatabaseWrapper) -> Iterator[list[Row]]:
    """Yield the rows of the table of names, in lists.

    The source is None where several or none name the author.
    """
    authors = (
        "SELECT id, kind, name, alternate_names FROM authors_author"
        " WHERE id > %s AND kind <> 'placeholder' ORDER BY id LIMIT %s"
    )
    headings = (
        "SELECT author_id, min(source), max(source) FROM authors_authorheading"
        " WHERE author_id > %s AND author_id <= %s GROUP BY author_id"
    )
    last = 0
    while rows := select_in(connection, authors, last, READ):
        first, last = last, rows[-1][0]
        sources = {pk: low if low == high else None for pk, low, high in select_in(connection, headings, first, last)}
        yield [
            (key, pk, sources.get(pk), abbreviated)
            for pk, kind, name, others in rows
            for key, abbreviated in _keys(kind, [name, *json.loads(others)] if len(others) > 2 else [name])
        ]


def _keys(kind: str, names: list[str]) -> Iterator[tuple[str, int | None]]:
    """Yield the keys of an author's names, with None; then those by initials of a person's names.

    With the latter stands whether a name of the key has initials.
    """
    for key in name_keys(names):
        yield f"{kind} {key}", None
    if kind == "person":
        keys: defaultdict[str, bool] = defaultdict(bool)
        for form in name_forms(names):
            keys[initials_key(form)] |= has_initials(form)
        for key, abbreviated in keys.items():
            yield key[:SORT_LENGTH], int(abbreviated)


def _read(connection: BaseDatabaseWrapper, pks: list[int]) -> dict[int, Namesake]:
    sources: defaultdict[int, set[str]] = defaultdict(set)
    sql = "SELECT author_id, source FROM authors_authorheading WHERE author_id IN %s"
    for pk, source in select_in(connection, sql, pks):
        sources[pk].add(source)
    sql = (
        "SELECT id, kind, name, alternate_names, birth_year, death_year, identifiers, imported, books_count"
        " FROM authors_author WHERE id IN %s"
    )
    return {row[0]: _namesake(row, frozenset(sources[row[0]])) for row in select_in(connection, sql, pks)}


def _namesake(row: Row, sources: frozenset[str]) -> Namesake:
    pk, kind, name, others, birth_year, death_year, identifiers, imported, books = row
    values: dict[str, Any] = json.loads(identifiers)
    numbers = frozenset(
        (scheme, str(value))
        for scheme, given in values.items()
        for value in (given if isinstance(given, list) else [given])
    )
    names = (name, *json.loads(others))
    return Namesake(pk, kind, names, birth_year, death_year, numbers, bool(imported), books, sources)


def _may_be_one(one: Namesake, other: Namesake) -> bool:
    """Whether nothing that is known of two authors with a like name keeps them apart."""
    return one.sources.isdisjoint(other.sources) and years_agree(one, other) and names_agree(one.names, other.names)
