"""Counts the statements that are sent to the database: a COPY or an executemany counts one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.db.backends.base.base import BaseDatabaseWrapper

from core.database import bulk


@contextmanager
def counted_statements(connection: BaseDatabaseWrapper) -> Iterator[list[str]]:
    """A context manager that gives a list, to which each statement on `connection` is added as it is sent.

    COPY, and the long INSERTs of core/database/bulk.py on SQLite, pass by Django's cursor and are counted there.
    """
    sent: list[str] = []

    def execute(run: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append(sql)
        return run(sql, params, many, context)

    def counted(write: Any) -> Any:
        def call(connection: Any, table: str, *rest: Any) -> None:
            sent.append(f"rows of {table}")
            write(connection, table, *rest)

        return call

    with (
        connection.execute_wrapper(execute),
        patch.object(bulk, "copy_text", counted(bulk.copy_text)),
        patch.object(bulk, "_insert", counted(bulk._insert)),
    ):
        yield sent
