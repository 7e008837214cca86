"""The only retry of a database statement: a read whose connection proves to be dead is sent again on a new one.

Testing each connection before it is used would cost every request a round trip to the database.
"""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import InterfaceError, NotSupportedError, OperationalError, connections

logger = logging.getLogger(__name__)
Result = TypeVar("Result")


def allow_retry(allowed: bool) -> None:
    """Note for this thread whether the request it begins only reads: then one of its statements may be sent twice."""
    for connection in connections.all():
        connection.retry_allowed = allowed  # type: ignore[attr-defined]


def run_with_retry(connection: Any, run: Callable[[], Result]) -> Result:
    """Call `run`, which sends one statement, and return its result. Call it again if that is allowed and can help.

    It can help if the server closed the connection, or if a prepared statement no longer fits its table's columns.
    Within a transaction there is no second time: what went before it would be lost.
    """
    try:
        return run()
    except (OperationalError, InterfaceError, NotSupportedError) as error:
        if connection.connection is None or connection.in_atomic_block:
            raise
        if not isinstance(error, NotSupportedError) and connection.is_usable():
            raise
        connection.close()
        if not getattr(connection, "retry_allowed", False):
            raise
        connection.retry_allowed = False
        reason = " ".join(str(error).split())
        logger.warning("the database dropped a connection; the read is run again: %s", reason)
    return run()


def retry_wrapper(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Django's execute wrapper: runs each statement of a cursor by `run_with_retry`, on the new connection if any."""
    connection, cursor = context["connection"], context["cursor"]

    def run() -> Any:
        if connection.connection is None:
            cursor.cursor = connection.cursor().cursor
        return execute(sql, params, many, context)

    return run_with_retry(connection, run)
