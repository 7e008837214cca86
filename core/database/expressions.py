"""SQL expressions that each database needs in a form of its own."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, QuerySet, Subquery
from django.db.models.sql.compiler import SQLCompiler


class AnyOf(Func):
    """`pk = ANY(ARRAY(…))`: on PostgreSQL an array is computed first, whatever its size is guessed to be."""

    output_field = BooleanField()

    def __init__(self, ids: QuerySet[Any]) -> None:
        super().__init__(F("pk"), Subquery(ids))

    def as_sql(  # type: ignore[override]
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """SQLite begins with a subquery by itself."""
        array = connection.vendor == "postgresql"
        template, joiner = ("%(expressions)s)", " = ANY(ARRAY") if array else ("%(expressions)s", " IN ")
        return super().as_sql(compiler, connection, template=template, arg_joiner=joiner)
