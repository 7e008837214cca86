"""Functions that write or read many rows by one statement: by COPY on PostgreSQL, by long INSERTs on SQLite.

Values are None, bool, int, float or text; `json_text` and `moment_text` turn others into text. Every function expects
to run inside a transaction.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain, islice
from types import NoneType
from typing import Any, cast

import orjson
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model

Row = Sequence[Any]
Piece = str | list[Row]
"""Some rows of a table: the text that PostgreSQL's COPY reads, or the rows of one statement on SQLite."""

COPY_ROWS = 500
"""Rows in one piece for PostgreSQL, which writes one piece while the next is made."""

VALUES_PER_STATEMENT = 16_000
"""Values bound to one INSERT on SQLite, whose limit is 32,766. Narrow tables take half the time of single rows."""

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


_encode = json.JSONEncoder(allow_nan=False).encode


def json_text(value: Any) -> str:
    """`value` as the text that Django's JSONField would store: SQLite compares JSON as text."""
    try:
        return _encode(value)
    except (TypeError, ValueError):
        # NaN and infinity become null, dates text: JSON has neither.
        return _encode(orjson.loads(orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS)))


def moment_text(connection: BaseDatabaseWrapper, moment: datetime) -> str:
    """The time `moment`, which has a time zone, as the text that a DateTimeField of this database stores."""
    return str(connection.ops.adapt_datetimefield_value(moment))


def columns_of(model: type[Model], fields: Iterable[str]) -> list[str]:
    """The names of the database columns that hold the model's `fields`, in the order given."""
    return [str(cast("Field[Any, Any]", model._meta.get_field(name)).column) for name in fields]


def insert_rows(connection: BaseDatabaseWrapper, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert `rows` into `table`; each has its values in the order of `columns`. Other columns take their defaults."""
    insert_pieces(connection, table, columns, pieces(connection.vendor, columns, rows))


def pieces(vendor: str, columns: Sequence[str], rows: Iterable[Row]) -> Iterator[Piece]:
    """Cut `rows` into the pieces that `insert_pieces` takes: COPY texts on PostgreSQL, lists of rows on SQLite.

    It touches no database, so another thread or process may run it.
    """
    waiting = iter(rows)
    if vendor == "postgresql":
        yield from iter(lambda: as_text(islice(waiting, COPY_ROWS)), "")
    else:
        size = _rows_per_statement(columns)
        yield from iter(lambda: list(islice(waiting, size)), [])


def as_text(rows: Iterable[Row]) -> str:
    """`rows` as one text in the format that PostgreSQL's COPY reads."""
    text = _COPY_TEXT
    return "".join(["\t".join([text[type(value)](value) for value in row]) + "\n" for row in rows])


def copy_text(connection: BaseDatabaseWrapper, table: str, columns: Sequence[str], made: Iterable[str]) -> None:
    """Insert the rows in `made`, texts in COPY's format, into `table` by one COPY statement. For PostgreSQL only."""
    quote = connection.ops.quote_name
    statement = f"COPY {quote(table)} ({', '.join(map(quote, columns))}) FROM STDIN"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for piece in made:
            copy.write(piece)


def insert_pieces(connection: BaseDatabaseWrapper, table: str, columns: Sequence[str], made: Iterable[Piece]) -> None:
    """Insert the rows of `made`, pieces made by `pieces` for this database. Without a piece no statement is run."""
    waiting: Iterator[Any] = iter(made)
    for first in waiting:
        write = copy_text if connection.vendor == "postgresql" else _insert
        write(connection, table, columns, chain([first], waiting))


def select_in(connection: BaseDatabaseWrapper, sql: str, *params: Any) -> list[tuple[Any, ...]]:
    """Run `sql` and return its rows as tuples. Each `IN %s` in it takes a list as its parameter.

    If any of the lists is empty, no statement is run and the result is [].
    """
    if any(isinstance(param, list) and not param for param in params):
        return []
    with connection.cursor() as cursor:
        cursor.execute(*_with_lists(connection.vendor, sql, params))
        return list(cursor.fetchall())


def execute_in(connection: BaseDatabaseWrapper, sql: str, *params: Any) -> int:
    """Run `sql`, which returns no rows, with lists as `select_in` takes them; return how many rows it wrote."""
    if any(isinstance(param, list) and not param for param in params):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(*_with_lists(connection.vendor, sql, params))
        return int(cursor.rowcount)


def delete_in(connection: BaseDatabaseWrapper, table: str, column: str, values: list[Any]) -> None:
    """Delete the rows of `table` whose `column` is one of `values`, in one statement; none if `values` is empty."""
    name, target = connection.ops.quote_name(column), connection.ops.quote_name(table)
    execute_in(connection, f"DELETE FROM {target} WHERE {name} IN %s", values)  # noqa: S608


def _with_lists(vendor: str, sql: str, params: Sequence[Any]) -> tuple[str, list[Any]]:
    """The statement and parameters by which the database takes each list for `IN %s` as one parameter.

    The text of the statement is then the same however long a list is.
    """
    if vendor == "postgresql":
        return sql.replace("IN %s", "= ANY(%s)"), list(params)
    lists = [json.dumps(param, ensure_ascii=False) if isinstance(param, list) else param for param in params]
    return sql.replace("IN %s", "IN (SELECT value FROM json_each(%s))"), lists


def number_array(numbers: Iterable[int]) -> str:
    """`numbers` as the text of a PostgreSQL array, `{1,2}`. For a list the driver would look up each value's type."""
    return f"{{{','.join(map(str, numbers))}}}"


def update_rows(
    connection: BaseDatabaseWrapper, table: str, key: Sequence[str], columns: Sequence[str], rows: Iterable[Row]
) -> None:
    """Set `columns` in rows of `table`: each tuple of `rows` identifies one row, and gives its new values.

    The tuple has the values of the columns `key`, then those of `columns`.
    """
    width = len(key)
    setting = ", ".join(f"{connection.ops.quote_name(column)} = %s" for column in columns)
    given = [(*row[width:], *row[:width]) for row in rows]
    if given:
        with connection.cursor() as cursor:
            sql = f"UPDATE {connection.ops.quote_name(table)} SET {setting} WHERE {_has(connection, key)}"  # noqa: S608
            cursor.executemany(sql, given)


def delete_rows(connection: BaseDatabaseWrapper, table: str, key: Sequence[str], rows: Sequence[Row]) -> None:
    """Delete the rows of `table` that `rows` names: each has the values of the columns `key`, in their order."""
    if rows:
        with connection.cursor() as cursor:
            sql = f"DELETE FROM {connection.ops.quote_name(table)} WHERE {_has(connection, key)}"  # noqa: S608
            cursor.executemany(sql, rows)


def _has(connection: BaseDatabaseWrapper, key: Sequence[str]) -> str:
    return " AND ".join(f"{connection.ops.quote_name(column)} = %s" for column in key)


def add_to(connection: BaseDatabaseWrapper, table: str, column: str, deltas: Mapping[int, int]) -> None:
    """Add numbers to `column` of `table`: `deltas` maps the id of a row to what is added, which may be negative.

    Rows are updated in the order of their ids, so that two writers do not deadlock.
    """
    changes = sorted((pk, delta) for pk, delta in deltas.items() if delta)
    if not changes:
        return
    name, target = connection.ops.quote_name(column), connection.ops.quote_name(table)
    if connection.vendor == "postgresql":
        source = "SELECT unnest(%s::bigint[]) AS id, unnest(%s::bigint[]) AS delta"
        params: list[Any] = [number_array(pk for pk, _ in changes), number_array(delta for _, delta in changes)]
    else:
        source = "SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS delta FROM json_each(%s)"
        params = [json.dumps(changes)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {target} SET {name} = {target}.{name} + change.delta"  # noqa: S608
            f" FROM ({source}) AS change WHERE {target}.id = change.id",
            params,
        )


def allocate_ids(connection: BaseDatabaseWrapper, table: str, number: int) -> list[int]:
    """`number` new ids for rows of `table`, in ascending order. No other writer is given one of them."""
    if not number:
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # The sequence is looked up once, in a subquery, not once a row.
            sequence = "(SELECT pg_get_serial_sequence(%s, 'id')::regclass)"
            cursor.execute(f"SELECT nextval({sequence}) FROM generate_series(1, %s)", [table, number])  # noqa: S608
            return [pk for (pk,) in cursor.fetchall()]
        # AUTOINCREMENT never uses an id twice: it stores the last one in sqlite_sequence, which is updated here.
        sql = (
            f"SELECT max(id), (SELECT seq FROM sqlite_sequence WHERE name = %s) FROM {connection.ops.quote_name(table)}"  # noqa: S608
        )
        cursor.execute(sql, [table])
        last = max(known or 0 for known in cursor.fetchone())
        cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [last + number, table])
        if not cursor.rowcount:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last + number])
    return list(range(last + 1, last + number + 1))


def _escaped(text: str) -> str:
    if "\\" in text or "\n" in text or "\t" in text or "\r" in text:
        return text.translate(_ESCAPES)
    return text


_COPY_TEXT: dict[type, Callable[[Any], str]] = {
    NoneType: lambda _: "\\N",
    bool: lambda value: "t" if value else "f",
    int: str,
    float: repr,
    str: _escaped,
}


def _rows_per_statement(columns: Sequence[str]) -> int:
    return max(1, VALUES_PER_STATEMENT // len(columns))


def _insert(connection: BaseDatabaseWrapper, table: str, columns: Sequence[str], made: Iterable[list[Row]]) -> None:
    quote = connection.ops.quote_name
    head = f"INSERT INTO {quote(table)} ({', '.join(map(quote, columns))}) VALUES "  # noqa: S608
    one = f"({', '.join('?' * len(columns))})"
    # Statements of few lengths, because the driver caches each; and few statements, because it takes Python's lock
    # again after each.
    lengths = [size for part in (1, 8, 64) if (size := _rows_per_statement(columns) // part) > 1]
    statements = [(size, head + ", ".join([one] * size)) for size in [*lengths, 1]]
    # The driver's own cursor: Django's would rewrite the placeholders of a long statement every time.
    with connection.wrap_database_errors, connection.cursor() as wrapped:
        cursor = wrapped.connection.cursor()
        for rows in made:
            start = 0
            for size, statement in statements:
                while start + size <= len(rows):
                    cursor.execute(statement, list(chain.from_iterable(rows[start : start + size])))
                    start += size
