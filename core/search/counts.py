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
    counted = [f"(SELECT count(*) FROM (SELECT 1 FROM {t} WHERE {where} LIMIT {most}) AS s)" for t, where, _ in conditions]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counted)}", [*chain.from_iterable(params for *_, params in conditions)])
        return list(cursor.fetchone())
