"""Merging two authors by an editor, and undoing it."""

from collections import defaultdict
from typing import Any

from django.db import connection

from authors.models import Author, AuthorHeading, MergedAuthor
from books.authority import Merge, merge_all
from books.counts import count_again
from books.editing.books import Writer
from books.editing.editor import Conflict
from books.editing.renewal import renew_or_leave
from books.merging.recording import check_is_last, check_there, note_undone, record_merge
from books.merging.rows import Values, plain, put_back, rows_of
from books.models import BookAuthor
from books.search.indexing import index_authors
from core.changes.former_keys import note_back
from core.changes.models import RecordedMerge
from core.database.bulk import execute_in, select_in
from core.database.row_counts import add_row_counts

RESOURCE = "authors"

_UNITED = ("name", "sort_name", "alternate_names", "birth_year", "death_year", "bio", "identifiers")
"""The columns that a merge may change in the author that is kept."""


def merge(gone: Author, kept: Author, writer: Writer) -> RecordedMerge:
    """Merge the author `gone` into `kept`, which are locked, and return the record of it.

    A load leaves the author that is kept as it is from now on, as one that an editor has changed.
    """
    (row,) = rows_of(Author.objects.filter(pk=gone.pk))
    before = _united(kept)
    credits, twice = _credits(gone.pk, kept.pk)
    headings = sorted(AuthorHeading.objects.filter(author=gone).values_list("pk", flat=True))
    joined = sorted(MergedAuthor.objects.filter(kept=gone).values_list("pk", flat=True))
    record = record_merge(
        RESOURCE, (gone.pk, gone.name), (kept.pk, kept.name), writer,
        moved={"credits": sum(map(len, credits.values())) + len(twice), "headings": len(headings)},
        snapshot={"row": row, "credits": credits, "twice": twice, "headings": headings, "joined": joined},
    )  # fmt: skip
    kept.imported = False
    merge_all([Merge(kept, gone)], renew=lambda books: renew_or_leave(books, RESOURCE, kept.pk))
    after = _united(kept)
    record.snapshot["columns"] = {name: [before[name], after[name]] for name in _UNITED if before[name] != after[name]}
    record.save()
    return record


def undo(record: RecordedMerge, writer: Writer) -> None:
    """Undo a merge of authors, whose record is locked: both are there again, with the books that each had.

    No load joins the two again: it takes both for authors that an editor has changed. Raises Conflict.
    """
    shot = record.snapshot
    kept = Author.objects.select_for_update().filter(pk=record.kept).first()
    check_is_last(record)
    if kept is None:
        raise Conflict(f"Author {record.kept} is no longer there.")
    _check_unchanged(kept, shot["columns"])
    _check_credits(record.kept, shot["credits"], shot["twice"])
    for name, (before, _) in shot["columns"].items():
        setattr(kept, name, before)
    kept.imported = False
    kept.save()
    row: Values = shot["row"]
    put_back(Author, [{**row, "imported": False, "books_count": 0}])
    Author.objects.filter(pk=record.gone).update(created_at=row["created_at"])
    books = _move_back(record)
    note_back(RESOURCE, str(record.gone), shot["led"])
    add_row_counts(connection, {f"author:{row['kind']}": 1})
    count_again(connection, "authors_author", sorted((record.gone, record.kept)))
    index_authors(connection, [record.gone, record.kept])
    if shot["columns"]:
        books.update(BookAuthor.objects.filter(author=kept).values_list("book", flat=True))
    renew_or_leave(sorted(books), RESOURCE, record.gone, record.kept)
    note_undone(record, writer)


def _united(author: Author) -> Values:
    values: Values = plain({name: getattr(author, name) for name in _UNITED})
    return values


def _credits(gone: int, kept: int) -> tuple[dict[str, list[int]], list[list[Any]]]:
    """The ids of the books whose credits of `gone` will be those of `kept`, by role; and the credits of `gone` that
    `kept` has too, as rows of book, role, note and position.
    """
    sql = "SELECT book_id, role, note, position FROM books_bookauthor WHERE author_id = %s ORDER BY book_id, role"
    rows = select_in(connection, sql, gone)
    of_kept = "SELECT book_id, role FROM books_bookauthor WHERE author_id = %s AND book_id IN %s"
    held = set(select_in(connection, of_kept, kept, sorted({book for book, *_ in rows})))
    moved: defaultdict[str, list[int]] = defaultdict(list)
    for book, role, *_ in rows:
        if (book, role) not in held:
            moved[role].append(book)
    return dict(moved), [[*row] for row in rows if row[:2] in held]


def _check_unchanged(kept: Author, columns: dict[str, Any]) -> None:
    now = _united(kept)
    changed = [name for name, (_, after) in columns.items() if now[name] != after]
    if changed:
        raise Conflict(f"Author {kept.pk} was changed since: {', '.join(changed)}.")


def _check_credits(kept: int, credits: dict[str, list[int]], twice: list[list[Any]]) -> None:
    """Raise Conflict if a book whose credit was merged is gone, or does not credit the author any more."""
    wanted = {(book, role) for role, books in credits.items() for book in books} | {(row[0], row[1]) for row in twice}
    books = sorted({book for book, _ in wanted})
    there = {pk for (pk,) in select_in(connection, "SELECT id FROM books_book WHERE id IN %s", books)}
    check_there("books", books, there)
    sql = "SELECT book_id, role FROM books_bookauthor WHERE author_id = %s AND book_id IN %s"
    if lost := sorted(wanted.difference(select_in(connection, sql, kept, books))):
        raise Conflict(f"The authors of book {lost[0][0]} were changed since.")


def _move_back(record: RecordedMerge) -> set[int]:
    """Give the author that is back its credits, headings and earlier joins; return the ids of its books."""
    shot, gone, kept = record.snapshot, record.gone, record.kept
    sql = "UPDATE books_bookauthor SET author_id = %s WHERE author_id = %s AND role = %s AND book_id IN %s"
    for role, books in shot["credits"].items():
        if execute_in(connection, sql, gone, kept, role, books) < len(books):
            raise Conflict("The authors of a book are being changed.")
    BookAuthor.objects.bulk_create(
        BookAuthor(book_id=book, author_id=gone, role=role, note=note, position=place)
        for book, role, note, place in shot["twice"]
    )
    for table, column, key, pks in (
        ("authors_authorheading", "author_id", "id", shot["headings"]),
        ("authors_mergedauthor", "kept_id", "gone", shot["joined"]),
    ):
        sql = f"UPDATE {table} SET {column} = %s WHERE {column} = %s AND {key} IN %s"  # noqa: S608
        execute_in(connection, sql, gone, kept, pks)
    return {book for books in shot["credits"].values() for book in books} | {row[0] for row in shot["twice"]}
