"""Authority control: merges author rows that stand for one person."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from django.db import connection
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from authors.models import Author, ReplacedHeading
from authors.search import AUTHOR_INDEX
from books.models import Book, BookAuthor
from books.search.indexing import books_of, index_authors, index_books
from books.search.words import lose_words, row_words
from core.changes.former_keys import note_all_moved
from core.database.bulk import Row, delete_in, delete_rows, json_text, moment_text, select_in, update_rows
from core.database.row_counts import add_row_counts
from core.text import match_key

BOOKS = 1_000
"""Books written anew at a time."""

_COLUMNS = (
    "name", "sort_name", "sort_key", "match_key", "alternate_names", "birth_year", "death_year", "bio", "identifiers",
    "imported", "books_count", "updated_at",
)  # fmt: skip


def filed_under() -> Coalesce:
    """An SQL expression for a queryset of books: the sort key of a book's first author, to be stored as `author_key`.

    The first author is that of the first credit with the role author, or else of the first credit. A book without
    credits gives NULL.
    """
    credits = (
        BookAuthor.objects.filter(book=OuterRef("pk")).order_by("position", "author", "role").values("author__sort_key")
    )
    return Coalesce(Subquery(credits.filter(role="author")[:1]), Subquery(credits[:1]))


class Merge(NamedTuple):
    """Two rows of authors, of which `gone` is to be merged into `kept`, whose name becomes that of `gone` if asked."""

    kept: Author
    gone: Author
    take_name: bool = False


def merge_authors(kept: Author, gone: Author, *, take_name: bool = False) -> None:
    """Merge the author `gone` into `kept`, as `merge_all` does."""
    merge_all([Merge(kept, gone, take_name)])


def merge_all(merges: Sequence[Merge], renew: Callable[[list[int]], None] | None = None) -> None:
    """Move all that refers to each author `gone` to the author `kept`, delete `gone`, and update their books.

    It runs in the current transaction, which must have locked all authors; none may occur twice. With `take_name`,
    `kept` has the name and years of `gone` from now on. Of the two names the one that is not used becomes an alternate
    name. Of the books of `kept` only those are written whose document or words change by it: `renew` is called with
    their ids, by default `renew_books`.
    """
    into = {merge.gone.pk: merge.kept.pk for merge in merges}
    if not into:
        return
    books = set(books_of(connection, into))
    changed = [merge.kept.pk for merge in merges if _unite(merge)]
    books.update(books_of(connection, changed))
    _move_references(into)
    note_all_moved("authors", {str(gone): str(kept) for gone, kept in into.items()})
    _delete([merge.gone for merge in merges])
    _save([merge.kept for merge in merges])
    index_authors(connection, changed)
    (renew or renew_books)(sorted(books))


def _unite(merge: Merge) -> bool:
    """Give `kept` what only `gone` has; return whether what its books show or are found by has changed."""
    kept, gone = merge.kept, merge.gone
    before = _shown(kept)
    first, second = (gone, kept) if merge.take_name else (kept, gone)
    others: dict[str, str] = {}
    for name in (*first.alternate_names, second.name, *second.alternate_names):
        others.setdefault(match_key(name), name)
    others.pop(match_key(first.name), None)
    kept.name, kept.sort_name, kept.alternate_names = first.name, first.sort_name, list(others.values())
    kept.birth_year = second.birth_year if first.birth_year is None else first.birth_year
    kept.death_year = second.death_year if first.death_year is None else first.death_year
    kept.bio, kept.identifiers = kept.bio or gone.bio, {**gone.identifiers, **kept.identifiers}
    kept.imported = kept.imported and gone.imported
    kept.derive()
    return _shown(kept) != before


def _shown(author: Author) -> tuple[object, ...]:
    return author.name, author.sort_key, author.alternate_names, author.birth_year, author.death_year


def _move_references(into: dict[int, int]) -> None:
    """Point every row that refers to an author in `into` at the author that `into` gives."""
    credits = "SELECT book_id, author_id, role FROM books_bookauthor WHERE author_id IN %s"
    moved = select_in(connection, credits, list(into))
    held = set(
        select_in(connection, f"{credits} AND book_id IN %s", list(into.values()), sorted({book for book, *_ in moved}))
    )
    twice = [row for row in moved if (row[0], into[row[1]], row[2]) in held]
    delete_rows(connection, "books_bookauthor", ("book_id", "author_id", "role"), twice)
    for table, column in (
        ("books_bookauthor", "author_id"),
        ("authors_authorheading", "author_id"),
        ("authors_mergedauthor", "kept_id"),
    ):
        update_rows(connection, table, (column,), (column,), sorted(into.items()))
    for note in ReplacedHeading.objects.filter(Q(old__in=into) | Q(new__in=into)):
        note.delete()
        pair = {"old_id": into.get(note.old_id, note.old_id), "new_id": into.get(note.new_id, note.new_id)}
        if pair["old_id"] != pair["new_id"]:
            ReplacedHeading.objects.get_or_create(source=note.source, **pair, defaults={"made": False})


def _delete(authors: Iterable[Author]) -> None:
    """Delete rows of authors that nothing refers to; their search index rows go with them, their words are noted."""
    kinds = {author.pk: f"author:{author.kind}" for author in authors}
    add_row_counts(connection, {name: -number for name, number in Counter(kinds.values()).items()})
    lose_words(connection, row_words(connection, AUTHOR_INDEX, kinds))
    delete_in(connection, "authors_author", "id", list(kinds))


def _save(authors: Sequence[Author]) -> None:
    sql = "SELECT author_id, count(DISTINCT book_id) FROM books_bookauthor WHERE author_id IN %s GROUP BY author_id"
    counts = dict(select_in(connection, sql, [author.pk for author in authors]))
    now = timezone.now()
    for author in authors:
        author.books_count, author.updated_at = counts.get(author.pk, 0), now
    update_rows(connection, "authors_author", ("id",), _COLUMNS, [_row(author) for author in authors])


def _row(author: Author) -> Row:
    """The id of `author`, and the values of _COLUMNS as the database takes them."""
    values = {name: getattr(author, name) for name in _COLUMNS}
    values |= {name: json_text(values[name]) for name in ("alternate_names", "identifiers")}
    values["updated_at"] = moment_text(connection, author.updated_at)
    return (author.pk, *values.values())


def renew_books(books: list[int]) -> None:
    """Update the columns that these books derive from their authors, their search index rows and their `updated_at`."""
    for start in range(0, len(books), BOOKS):
        some = books[start : start + BOOKS]
        # By a statement of its own: one that waits for a row would compute `author_key` of what was there before.
        list(Book.objects.select_for_update(no_key=True).filter(pk__in=some).order_by("pk").values_list("pk"))
        Book.objects.filter(pk__in=some).update(author_key=filed_under(), updated_at=timezone.now())
        index_books(connection, some)
