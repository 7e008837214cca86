"""Counting, up to a bound, the rows of full-text indexes that match."""

from collections.abc import Sequence
from itertools import chain

from django.db.backends.base.base import BaseDatabaseWrapper

from core.search.conditions import condition
from core.search.index import TextIndex
from core.search.query import Match


def row_counts(connection: BaseDatabaseWrapper, matches: Sequence[tuple[TextIndex, Match]], most: int) -> list[int]:
    """How many rows of its index each Match has, counting at most `most`, at most 1,000 matches in one statement.

    PostgreSQL plans each with its own words: it reads a rare word from the index, and for a common one the first
    rows of the table.
    """
    if not matches:
        return []
    conditions = [(index.table, *condition(index, match, connection.vendor)) for index, match in matches]
    rows = [f"SELECT 1 FROM {table} WHERE {where} LIMIT {most}" for table, where, _ in conditions]  # noqa: S608
    counts = ", ".join(f"(SELECT count(*) FROM ({each}) AS matching)" for each in rows)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}", [*chain.from_iterable(params for *_, params in conditions)])
        return list(cursor.fetchone())
