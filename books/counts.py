"""Stored counts: how many books each author, category, subject and series has, and how many rows each list has."""

from collections.abc import Collection

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from core.database.bulk import select_in, update_rows

# By table: the column and the rows by which the distinct books of its rows are counted; a category's descendants count.
_BOOKS = {
    "authors_author": ("author_id", "books_bookauthor"),
    "books_subject": ("subject_id", "books_booksubject"),
    "books_series": ("series_id", "books_bookseries"),
    "books_category": (
        "ancestor_id",
        "books_categoryancestor above JOIN books_bookcategory shelved ON shelved.category_id = above.category_id",
    ),
}
_LISTS = """
    SELECT 'book' AS name, count(*) AS n FROM books_book
    UNION ALL SELECT 'category', count(*) FROM books_category
    UNION ALL SELECT 'series', count(*) FROM books_series
    UNION ALL SELECT 'author:' || kind, count(*) FROM authors_author GROUP BY kind
    UNION ALL SELECT 'subject:' || kind, count(*) FROM books_subject GROUP BY kind
    UNION ALL SELECT name, 0 FROM core_rowcount
"""


def lock_categories(connection: BaseDatabaseWrapper, categories: Collection[int]) -> None:
    """Lock categories until the commit on PostgreSQL, so that none is moved while their books are counted."""
    if connection.features.has_select_for_update:
        sql = "SELECT id FROM books_category WHERE id IN %s ORDER BY id FOR NO KEY UPDATE"
        select_in(connection, sql, sorted(set(categories)))


def counted_books(connection: BaseDatabaseWrapper, books: list[int]) -> dict[str, dict[int, int]]:
    """For each table with stored counts: how many of the books with the ids `books` each of its rows counts, by id.

    The categories of the books are locked.
    """
    sql = "SELECT DISTINCT category_id FROM books_bookcategory WHERE book_id IN %s"
    lock_categories(connection, [pk for (pk,) in select_in(connection, sql, books)])
    counted = {}
    for table, (key, links) in _BOOKS.items():
        counted[table] = dict(select_in(connection, _books_by(key, f"{links} WHERE book_id IN %s"), books))
    return counted


def _books_by(key: str, links: str) -> str:
    """SQL that selects, for each value of the column `key` of the rows `links`, the number of its distinct books."""
    return f"SELECT {key} AS id, count(DISTINCT book_id) AS n FROM {links} GROUP BY {key}"  # noqa: S608


def count_again(connection: BaseDatabaseWrapper, table: str, pks: list[int]) -> None:
    """Count the books of the rows of `table` with the ids `pks` again, and store the counts."""
    key, links = _BOOKS[table]
    found = dict(select_in(connection, _books_by(key, f"{links} WHERE {key} IN %s"), pks))
    update_rows(connection, table, ["id"], ["books_count"], [(pk, found.get(pk, 0)) for pk in pks])


def recount(using: str = "default") -> int:
    """Compute every stored count again, write those that are wrong, and return how many they were.

    One statement reads rows and counts of the same moment, so a count that it finds wrong is wrong whatever is written
    meanwhile. Wrong rows are locked before they are counted again.
    """
    connection = connections[using]
    wrong = sum(_recount_books(connection, table, *counted) for table, counted in _BOOKS.items())
    return wrong + _recount_lists(connection)


def _recount_books(connection: BaseDatabaseWrapper, table: str, key: str, links: str) -> int:
    truth = (
        f"SELECT counted.id, coalesce(found.n, 0) AS n FROM {table} counted"  # noqa: S608
        f" LEFT JOIN ({_books_by(key, links)}) found"
        " ON found.id = counted.id"
        " WHERE counted.books_count <> coalesce(found.n, 0)"
    )
    with connection.cursor() as cursor:
        cursor.execute(truth)
        wrong = [pk for pk, _ in cursor.fetchall()]
        if not wrong:
            return 0
        with transaction.atomic(using=connection.alias):
            if connection.features.has_select_for_update:
                select_in(connection, f"SELECT id FROM {table} WHERE id IN %s ORDER BY id FOR UPDATE", wrong)  # noqa: S608
            cursor.execute(f"UPDATE {table} SET books_count = truth.n FROM ({truth}) truth WHERE truth.id = {table}.id")  # noqa: S608
            return int(cursor.rowcount)


def _recount_lists(connection: BaseDatabaseWrapper) -> int:
    truth = (
        f"SELECT list.name, sum(list.n) FROM ({_LISTS}) list LEFT JOIN core_rowcount kept ON kept.name = list.name"  # noqa: S608
        " GROUP BY list.name, kept.value HAVING coalesce(kept.value, 0) <> sum(list.n)"
    )
    with connection.cursor() as cursor:
        cursor.execute(truth)
        wrong = [(name, 0) for name, _ in cursor.fetchall()]
        if not wrong:
            return 0
        with transaction.atomic(using=connection.alias):
            cursor.executemany(
                "INSERT INTO core_rowcount (name, value) VALUES (%s, %s) ON CONFLICT (name) DO NOTHING", wrong
            )
            if connection.features.has_select_for_update:
                names = [name for name, _ in wrong]
                select_in(connection, "SELECT name FROM core_rowcount WHERE name IN %s ORDER BY name FOR UPDATE", names)
            cursor.execute(truth)
            update_rows(connection, "core_rowcount", ["name"], ["value"], cursor.fetchall())
    return len(wrong)
