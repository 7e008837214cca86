"""SQL statements compiled once from querysets and run many times, each time with other values.

Compiling a page of books takes the ORM several milliseconds, running it a fraction of one. The text depends on which
parameters a request has, but hardly ever on their values, so a statement is cached by the former.
"""

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from core.database.retry import retry_wrapper, run_with_retry
from core.lru import LruCache

PREPARED_AFTER = 2
"""Times that a statement is run on a connection before it is prepared there."""

LONGEST = 32_000
"""Characters of the longest statement cached: with a hundred ids in each of its filters one took two megabytes."""

KEPT = 1_000
"""Statements that a process caches, about 10 kB each; the least recently used is dropped first."""


@dataclass(frozen=True)
class _Open:
    """A parameter of a compiled statement whose value is given at each run: number `index` of the values given."""

    index: int
    field: "Field[Any, Any]"


class Slot(Expression):
    """An expression that stands in a queryset for a value given later: number `index` of those that `run` gets."""

    def __init__(self, index: int, field: "Field[Any, Any]") -> None:
        super().__init__(output_field=field)
        self.open = _Open(index, field)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """The placeholder `%s` and an `_Open` as its parameter, which `Statement.run` replaces by the value."""
        return "%s", (self.open,)


@dataclass(frozen=True)
class Statement:
    """SQL compiled from a queryset, with its parameters; those of type `_Open` get their values when it runs."""

    sql: str
    params: tuple[Any, ...]

    @classmethod
    def of(cls, rows: QuerySet[Any, Any]) -> "Statement":
        """Compile the queryset `rows` to the statement that it would run."""
        sql, params = rows.query.get_compiler(rows.db).as_sql()
        return cls(*_with_literals(sql, params, connections[rows.db]))

    def run(self, using: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run the statement on the database `using`, with `values` for its open parameters.

        Returns the rows as tuples.
        """
        connection = connections[using]
        params = [
            param.field.get_db_prep_value(values[param.index], connection) if type(param) is _Open else param
            for param in self.params
        ]
        return run_with_retry(connection, lambda: self._ask(connection, params))

    def _ask(self, connection: Any, params: Sequence[Any]) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]]
        if _speaks_itself(connection):
            with connection.wrap_database_errors, _preparing(connection):
                found = connection.connection.execute(self.sql, params).fetchall()
            return found
        with connection.cursor() as cursor, _preparing(connection):
            cursor.execute(self.sql, params)
            found = cursor.fetchall()
        return found


def _speaks_itself(connection: Any) -> bool:
    """Whether the statement can go to the driver without Django's cursor, which takes as long again.

    Django's cursor is needed where statements are logged or wrapped, on SQLite, and before there is a connection.
    """
    listened = connection.queries_logged or connection.execute_wrappers != [retry_wrapper]
    return connection.vendor == "postgresql" and connection.connection is not None and not listened


@contextmanager
def _preparing(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """A context manager: a statement run inside for the third time on `connection` is prepared by PostgreSQL.

    Without effect on SQLite or with DB_PREPARE=0. Statements run anywhere else are never prepared: PostgreSQL soon
    makes one plan of a prepared statement for all values. Such a plan is right for a key or a place in an order, but
    for a filter's `language=en` it read 376,000 pages instead of 12,000 (docs/adr/0005-one-hop-handler.md).
    """
    if not connection.settings_dict["OPTIONS"].get("server_side_binding"):
        yield
        return
    driver = cast(Any, connection.connection)
    driver.prepare_threshold = PREPARED_AFTER
    try:
        yield
    finally:
        driver.prepare_threshold = None


def _with_literals(sql: str, params: Sequence[Any], connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
    """The statement and its parameters; on PostgreSQL, all values but the open ones are written into the text.

    PostgreSQL plans a prepared statement without parameters once, for the very values in it.
    """
    if connection.vendor != "postgresql":
        return sql, tuple(params)
    given, still_open, operations = iter(params), [], cast(Any, connection.ops)

    def literal(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%%"
        if type(param := next(given)) is _Open:
            still_open.append(param)
            return "%s"
        return str(operations.compose_sql("%s", [param])).replace("%", "%%")

    return re.sub("%[s%]", literal, sql), tuple(still_open)


class Statements:
    """The compiled statements of a process, each under a key of everything its text depends on. Threads share it."""

    def __init__(self, bound: int = KEPT) -> None:
        self._cache: LruCache[Hashable, Statement] = LruCache(bound)

    def get(self, key: Hashable, rows: Callable[[], QuerySet[Any, Any]]) -> Statement:
        """The statement cached under `key`; where there is none, the one compiled from the queryset `rows()`.

        A new statement of more than LONGEST characters is returned, but not cached.
        """
        if (found := self._cache.get(key)) is not None:
            return found
        # Two threads that miss one key at once both compile it; the second replaces the first.
        made = Statement.of(rows())
        if len(made.sql) <= LONGEST:
            self._cache.put(key, made)
        return made


STATEMENTS = Statements()
