"""Django expressions that test rows against a full-text index."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func
from django.db.models.expressions import RawSQL
from django.db.models.sql.compiler import SQLCompiler

from core.search.conditions import condition, indexed_condition, narrow_condition
from core.search.index import TextIndex
from core.search.query import Match


class _Matching(RawSQL):
    def __init__(self, index: TextIndex, match: Match) -> None:
        super().__init__("", ())
        self.index, self.match = index, match

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        where, params = indexed_condition(self.index, self.match, connection)
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
        if connection.vendor != "postgresql":
            return self._within(compiler, connection, "{} IN (SELECT {} FROM {} WHERE {})")
        pk, pk_params = compiler.compile(self.source_expressions[0])
        where, params = condition(self.index, self.match, connection.vendor)
        table = self.index.table
        return f"EXISTS(SELECT 1 FROM {table} WHERE {table}.{self.index.key} = {pk} AND {where})", (*pk_params, *params)  # noqa: S608

    def _within(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, template: str
    ) -> tuple[str, tuple[Any, ...]]:
        """SQL that tests whether a row's id is among the ids of all matching rows, which the database finds once.

        If single rows were tested, FTS5 would for each row first collect every row of every word with the prefix: 9 ms
        a row.
        """
        pk, pk_params = compiler.compile(self.source_expressions[0])
        where, params = (
            narrow_condition(self.index, self.match, connection)
            if connection.vendor == "postgresql"
            else condition(self.index, self.match, connection.vendor)
        )
        key = self.index.row_columns(connection.vendor)[0]
        return template.format(pk, key, self.index.table, where), (*pk_params, *params)


class _IndexedFirst(_RowMatches):
    def as_sql(  # type: ignore[override]
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, tuple[Any, ...]]:
        # PostgreSQL computes an array first, whatever size it estimates; SQLite begins with a subquery by itself.
        array = connection.vendor == "postgresql"
        template = "{} = ANY(ARRAY(SELECT {} FROM {} WHERE {}))" if array else "{} IN (SELECT {} FROM {} WHERE {})"
        return self._within(compiler, connection, template)


class _FilteredPerRow(_IndexedFirst):
    def as_sql(  # type: ignore[override]
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, tuple[Any, ...]]:
        if connection.vendor != "postgresql":
            # The sign keeps SQLite from reading every matching row where other conditions leave few rows to test.
            return self._within(compiler, connection, "+{} IN (SELECT {} FROM {} WHERE {})")
        pk, pk_params = compiler.compile(self.source_expressions[0])
        where, params = condition(self.index, self.match, connection.vendor)
        key, table = self.index.row_columns(connection.vendor)[0], self.index.table
        # A value, not EXISTS, which the planner would turn into a join that begins with every matching row.
        return f"(SELECT {where} FROM {table} WHERE {table}.{key} = {pk})", (*params, *pk_params)  # noqa: S608


def matching(index: TextIndex, match: Match) -> RawSQL:
    """A subquery of the ids of all rows that `match` matches, for `filter(pk__in=…)`."""
    return _Matching(index, match)


def row_matches(index: TextIndex, match: Match) -> Func:
    """An expression that is true for a row that `match` matches, which is looked up in the index by its id.

    It is cheap for the rows of a page, but not for those of a whole table.
    """
    return _RowMatches(index, match)


def indexed_first(index: TextIndex, match: Match) -> Func:
    """An expression that is true for a row that `match` matches; the index is searched before other conditions.

    It is cheap if few rows match.
    """
    return _IndexedFirst(index, match)


def filtered_per_row(index: TextIndex, match: Match) -> Func:
    """An expression that is true for a row that `match` matches, tested on each row that other conditions leave.

    It is cheaper than searching the index if most rows match.
    """
    return _FilteredPerRow(index, match)


def bounded(index: TextIndex, match: Match, limit: int, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
    """SQL that selects at most `limit` matching rows of the index, in order to count them, and its parameters.

    On PostgreSQL it selects no column, so that no row has to be read.
    """
    where, params = indexed_condition(index, match, connection)
    columns = "" if connection.vendor == "postgresql" else "1"
    return f"SELECT {columns} FROM {index.table} WHERE {where} LIMIT {int(limit)}", params  # noqa: S608
