"""AnyOf: an SQL expression that is written differently for each database."""

from collections.abc import Iterable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Expression, F, Func, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.sql.compiler import SQLCompiler


class AnyOf(Func):
    """The condition that a row's id is in a subquery, which the database is to run before anything else.

    On PostgreSQL it is `pk = ANY(ARRAY(…))`, which runs the subquery first however many rows are expected of it; on
    SQLite it is IN.
    """

    output_field = BooleanField()

    def __init__(self, ids: QuerySet[Any] | RawSQL) -> None:
        super().__init__(F("pk"), ids if isinstance(ids, RawSQL) else Subquery(ids))

    def as_sql(  # type: ignore[override]
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """The SQL and its parameters: ANY(ARRAY(…)) on PostgreSQL, IN on SQLite, which runs a subquery first anyway."""
        array = connection.vendor == "postgresql"
        template, joiner = ("%(expressions)s)", " = ANY(ARRAY") if array else ("%(expressions)s", " IN ")
        return super().as_sql(compiler, connection, template=template, arg_joiner=joiner)


class Among(Func):
    """`column` is one of the ids in a text that is given when the statement runs: `ids_text` makes it."""

    output_field = BooleanField()

    def __init__(self, ids: Expression, column: str = "pk") -> None:
        super().__init__(F(column), ids)

    @staticmethod
    def ids_text(ids: Iterable[int], vendor: str) -> str:
        """The text of an array on PostgreSQL, of a JSON array on SQLite."""
        joined = ",".join(map(str, ids))
        return f"{{{joined}}}" if vendor == "postgresql" else f"[{joined}]"

    def as_sql(  # type: ignore[override]
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """ANY(…) of an array on PostgreSQL; IN of a JSON array's values on SQLite."""
        if connection.vendor == "postgresql":
            template, joiner = "%(expressions)s::bigint[])", " = ANY("
        else:
            template, joiner = "%(expressions)s))", " IN (SELECT value FROM json_each("
        return super().as_sql(compiler, connection, template=template, arg_joiner=joiner)
