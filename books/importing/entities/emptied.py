"""Authors, categories and subjects that lost their last book in a load: noted when they do, swept when it ends.

Notes are rows, committed with what they tell of, so a load that is killed loses none: the next one's end sweeps
what it left. Rows that no load made stay, and so do authors of whom it is not decided yet who they are
(books/importing/merging/replaced_headings.py); their notes wait with them.
"""

import json
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from books.counts import add_row_counts
from books.search.vocabulary import forget_words
from core.database.bulk import delete_in, delete_rows, insert_rows, select_in
from core.search.index import token_text

CHUNK = 5_000
"""Notes settled in a transaction."""


class _Kind(NamedTuple):
    """A kind of row that books hang on: where it is, what keeps it, and what goes with it.

    `counted` is SQL for the name of the list that counts it, `names` for the JSON of its other names, and
    `words` the kind of its words, if it has any.
    """

    table: str
    keeping: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, str], ...]
    counted: str
    names: str
    words: str


_KINDS = {
    "author": _Kind(
        "authors_author",
        (
            ("books_bookauthor", "author_id"),
            ("authors_replacedheading", "old_id"),
            ("authors_replacedheading", "new_id"),
        ),
        (("authors_authorheading", "author_id"),),
        "'author:' || kind",
        "alternate_names",
        "names",
    ),
    "category": _Kind(
        "books_category",
        (("books_bookcategory", "category_id"), ("books_book", "category_id"), ("books_category", "parent_id")),
        (("books_categoryancestor", "category_id"),),
        "'category'",
        "'[]'",
        "",
    ),
    "subject": _Kind(
        "books_subject", (("books_booksubject", "subject_id"),), (), "'subject:' || kind", "'[]'", "subjects"
    ),
}  # fmt: skip
_BY_TABLE = {kind.table: name for name, kind in _KINDS.items()}


def note_emptied(connection: BaseDatabaseWrapper, table: str, lost: list[int]) -> None:
    """Note those of `lost`, rows of `table` that lost a book just now, that have none left and that a load made."""
    name = _BY_TABLE[table]
    sql = (
        f"SELECT id FROM {table} one WHERE id IN %s AND books_count = 0 AND imported"  # noqa: S608
        " AND NOT EXISTS (SELECT 1 FROM books_emptied noted WHERE noted.kind = %s AND noted.row_id = one.id)"
    )
    rows = [(name, pk) for (pk,) in select_in(connection, sql, sorted(lost), name)]
    insert_rows(connection, "books_emptied", ("kind", "row_id"), rows)


def sweep_emptied(connection: BaseDatabaseWrapper) -> int:
    """Delete what was noted and has no books, with its headings, index rows, words and counts; how many rows."""
    total = 0
    for name, kind in _KINDS.items():
        # More than once for categories alone: one is free when those below it are gone.
        while gone := _sweep(connection, name, kind):
            total += gone
    return total


def _sweep(connection: BaseDatabaseWrapper, name: str, kind: _Kind) -> int:
    sql = "SELECT row_id FROM books_emptied WHERE kind = %s ORDER BY row_id DESC"
    noted = [pk for (pk,) in select_in(connection, sql, name)]
    gone = 0
    for start in range(0, len(noted), CHUNK):
        with transaction.atomic():
            gone += _sweep_some(connection, name, kind, noted[start : start + CHUNK])
    return gone


def _sweep_some(connection: BaseDatabaseWrapper, name: str, kind: _Kind, noted: list[int]) -> int:
    """Sweep `noted` in the transaction at hand, and drop the notes that are settled."""
    if connection.vendor == "postgresql":
        # Locked before it is asked who refers to them: nobody can begin to.
        select_in(connection, f"SELECT id FROM {kind.table} WHERE id IN %s ORDER BY id FOR UPDATE", noted)  # noqa: S608
        with connection.cursor() as cursor:
            # Rows are looked up by index even in tables that have grown since PostgreSQL looked.
            cursor.execute("SET LOCAL enable_seqscan = off")
    found = _free(connection, kind, noted)
    if found:
        _delete(connection, kind, found)
    waiting = f"SELECT id FROM {kind.table} WHERE id IN %s AND books_count = 0 AND imported"  # noqa: S608
    settled = set(noted).difference(pk for (pk,) in select_in(connection, waiting, noted))
    delete_rows(connection, "books_emptied", ("kind", "row_id"), [(name, pk) for pk in sorted(settled)])
    return len(found)


def _free(connection: BaseDatabaseWrapper, kind: _Kind, noted: list[int]) -> list[int]:
    """Those of `noted` that a load made and that nothing refers to."""
    kept = " ".join(
        f"AND NOT EXISTS (SELECT 1 FROM {table} other WHERE other.{column} = one.id)"  # noqa: S608
        for table, column in kind.keeping
    )
    sql = f"SELECT id FROM {kind.table} one WHERE id IN %s AND imported {kept} ORDER BY id"  # noqa: S608
    return [pk for (pk,) in select_in(connection, sql, noted)]


def _delete(connection: BaseDatabaseWrapper, kind: _Kind, pks: list[int]) -> None:
    """Delete rows and what goes with them; triggers take their index rows away."""
    sql = f"SELECT id, {kind.counted}, name, {kind.names} FROM {kind.table} WHERE id IN %s"  # noqa: S608
    rows = select_in(connection, sql, pks)
    for table, column in (*kind.parts, (kind.table, "id")):
        delete_in(connection, table, column, pks)
    add_row_counts(connection, {name: -number for name, number in Counter(row[1] for row in rows).items()})
    if kind.words:
        forget_words(connection, kind.words, [(pk, _texts(name, others)) for pk, _, name, others in rows])


def _texts(name: str, others: str) -> Sequence[str]:
    return [token_text(known) for known in (name, *json.loads(others))]
