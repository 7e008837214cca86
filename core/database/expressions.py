"""SQL expressions that are written differently for each database."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, QuerySet, Subquery
from django.db.models.sql.compiler import SQLCompiler


class AnyOf(Func):
    """`pk = ANY(ARRAY(…))` on PostgreSQL, which runs the subquery first whatever size it estimates; IN on SQLite."""

    output_field = BooleanField()

    def __init__(self, ids: QuerySet[Any]) -> None:
        super().__init__(F("pk"), Subquery(ids))

    def as_sql(  # type: ignore[override]
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """ANY(ARRAY(…)) on PostgreSQL; plain IN on SQLite, which runs a subquery first by itself."""
        array = connection.vendor == "postgresql"
        template, joiner = ("%(expressions)s)", " = ANY(ARRAY") if array else ("%(expressions)s", " IN ")
        return super().as_sql(compiler, connection, template=template, arg_joiner=joiner)
