"""AnyOf: an SQL expression that is written differently for each database."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, QuerySet, Subquery
from django.db.models.sql.compiler import SQLCompiler


class AnyOf(Func):
    """The condition that a row's id is in a subquery, which the database is to run before anything else.

    On PostgreSQL it is `pk = ANY(ARRAY(…))`, which runs the subquery first however many rows are expected of it; on
    SQLite it is IN.
    """

    output_field = BooleanField()

    def __init__(self, ids: QuerySet[Any]) -> None:
        super().__init__(F("pk"), Subquery(ids))

    def as_sql(  # type: ignore[override]
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """The SQL and its parameters: ANY(ARRAY(…)) on PostgreSQL, IN on SQLite, which runs a subquery first anyway."""
        array = connection.vendor == "postgresql"
        template, joiner = ("%(expressions)s)", " = ANY(ARRAY") if array else ("%(expressions)s", " IN ")
        return super().as_sql(compiler, connection, template=template, arg_joiner=joiner)
