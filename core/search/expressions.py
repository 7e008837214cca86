"""Django expressions that test rows against a full-text index."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.sql.compiler import SQLCompiler

from core.search.conditions import indexed_condition, row_condition
from core.search.index import TextIndex
from core.search.query import Match


class _Matching(RawSQL):
    def __init__(self, index: TextIndex, match: Match, also: "QuerySet[Any, Any] | None") -> None:
        super().__init__("", ())
        self.index, self.match, self.also = index, match, also

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        where, params = indexed_condition(self.index, self.match, connection.vendor)
        key = self.index.row_columns(connection.vendor)[0]
        sql = f"SELECT {key} FROM {self.index.table} WHERE {where}"  # noqa: S608
        if self.also is None:
            return f"({sql})", params
        also, also_params = self.also.query.get_compiler(connection=connection).as_sql()
        return f"({sql} UNION ALL {also})", (*params, *also_params)


class _RowMatches(Func):
    output_field = BooleanField()

    def __init__(self, index: TextIndex, match: Match) -> None:
        super().__init__(F("pk"))
        self.index, self.match = index, match

    def as_sql(  # type: ignore[override]
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, tuple[Any, ...]]:
        pk, pk_params = compiler.compile(self.source_expressions[0])
        where, params = row_condition(self.index, self.match, connection.vendor, key=pk)
        if connection.vendor != "postgresql":
            return where, (*pk_params, *params)
        # A value, not EXISTS, which the planner would turn into a join that begins with every matching row.
        table = self.index.table
        return f"(SELECT {where} FROM {table} WHERE {table}.{self.index.key} = {pk})", (*params, *pk_params)  # noqa: S608


def matching(index: TextIndex, match: Match, also: "QuerySet[Any, Any] | None" = None) -> RawSQL:
    """A subquery of the ids of the matching rows, and of the ids that `also` selects, for `filter(pk__in=…)`."""
    return _Matching(index, match, also)


def row_matches(index: TextIndex, match: Match) -> Func:
    """Whether a row matches, tested on each row that the other conditions leave: for samples and scans."""
    return _RowMatches(index, match)
