"""SQL expressions by which a read plan reads a related set as one column of a row."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, QuerySet, Subquery, TextField
from django.db.models.sql.compiler import SQLCompiler

_ARRAYS = {"postgresql": "json_build_array", "sqlite": "json_array"}
_SETS = {
    "postgresql": '(SELECT json_agg(related."item")::text FROM (%(subquery)s) related)',
    # Each item is text here, and would be quoted once more by json_group_array.
    "sqlite": "(SELECT '[' || group_concat(related.\"item\") || ']' FROM (%(subquery)s) related)",
}


class Item(Func):
    """An expression for the text of a JSON array with the given columns of a row."""

    output_field = TextField()

    def as_sql(  # type: ignore[override]
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """The SQL and its parameters: a call of the database's own function for a JSON array."""
        sql, params = super().as_sql(compiler, connection, function=_ARRAYS[connection.vendor])
        return sql, tuple(params)


class RelatedSet(Subquery):
    """A subquery that reads a related set as one value: the text of a JSON array with an array for each row.

    Each inner array has the values of `columns`; an empty set gives NULL. It takes one index look-up for each row of
    the page: measured as fast as a second statement for the whole page on SQLite, and faster on PostgreSQL, where a
    second statement is a second round trip.
    """

    def __init__(self, rows: QuerySet[Any, Any], columns: list[Any]) -> None:
        super().__init__(rows.values(item=Item(*columns)), output_field=TextField())

    def as_sql(  # type: ignore[override]
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """The SQL and its parameters: the subquery, aggregated to one value."""
        sql, params = super().as_sql(compiler, connection, template=_SETS[connection.vendor])
        return sql, tuple(params)
