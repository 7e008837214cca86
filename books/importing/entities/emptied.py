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
from core.database.bulk import delete_in, insert_rows, select_in
from core.search.index import token_text


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
    return sum(_sweep(connection, name, kind) for name, kind in _KINDS.items())


def _sweep(connection: BaseDatabaseWrapper, name: str, kind: _Kind) -> int:
    with transaction.atomic():
        noted = [pk for (pk,) in select_in(connection, "SELECT row_id FROM books_emptied WHERE kind = %s", name)]
        if not noted:
            return 0
        if connection.vendor == "postgresql":
            # Locked before it is asked who refers to them: nobody can begin to. By index, as nothing else is written.
            select_in(connection, f"SELECT id FROM {kind.table} WHERE id IN %s ORDER BY id FOR UPDATE", noted)  # noqa: S608
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off")
        gone = 0
        # More than once for categories alone: one is free when those below it are gone.
        while free := _unreferenced(connection, kind, noted):
            _delete(connection, kind, free)
            gone += len(free)
        waiting = f"SELECT id FROM {kind.table} WHERE id IN %s AND books_count = 0 AND imported"  # noqa: S608
        over = set(noted).difference(pk for (pk,) in select_in(connection, waiting, noted))
        with connection.cursor() as cursor:
            cursor.executemany(
                "DELETE FROM books_emptied WHERE kind = %s AND row_id = %s", [(name, pk) for pk in sorted(over)]
            )
    return gone


def _unreferenced(connection: BaseDatabaseWrapper, kind: _Kind, noted: list[int]) -> list[int]:
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
