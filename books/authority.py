"""Authority control: merges two author rows that stand for one person."""

from django.db import connection
from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from authors.models import Author, AuthorHeading
from authors.search import AUTHOR_INDEX
from books.counts import add_row_counts
from books.models import Book, BookAuthor
from books.search.indexing import index_authors, index_books
from books.search.words import lose_words, row_words
from core.text import match_key


def filed_under() -> Coalesce:
    """An SQL expression for a queryset of books: the sort key of a book's first author, to be stored as `author_key`.

    The first author is that of the first credit with the role author, or else of the first credit. A book without
    credits gives NULL.
    """
    credits = (
        BookAuthor.objects.filter(book=OuterRef("pk")).order_by("position", "author", "role").values("author__sort_key")
    )
    return Coalesce(Subquery(credits.filter(role="author")[:1]), Subquery(credits[:1]))


def merge_authors(kept: Author, gone: Author, *, take_name: bool = False) -> None:
    """Move all that refers to the author `gone` to the author `kept`, delete `gone`, and update their books.

    It runs in the current transaction, which must have locked both. With `take_name`, `kept` has the name and years of
    `gone` from now on. Of the two names the one that is not used becomes an alternate name.
    """
    first, second = (gone, kept) if take_name else (kept, gone)
    others: dict[str, str] = {}
    for name in (*first.alternate_names, second.name, *second.alternate_names):
        others.setdefault(match_key(name), name)
    others.pop(match_key(first.name), None)
    kept.name, kept.sort_name, kept.alternate_names = first.name, first.sort_name, list(others.values())
    kept.birth_year = second.birth_year if first.birth_year is None else first.birth_year
    kept.death_year = second.death_year if first.death_year is None else first.death_year
    kept.bio, kept.identifiers = kept.bio or gone.bio, {**gone.identifiers, **kept.identifiers}
    kept.imported = kept.imported and gone.imported
    _take_over(kept, gone)
    # Not distinct(), which would also select the position, by which the links are ordered.
    books = sorted(set(BookAuthor.objects.filter(author=kept).values_list("book_id", flat=True)))
    kept.books_count = len(books)
    kept.save()
    index_authors(connection, [kept.pk])
    _renew(books)


def _take_over(kept: Author, gone: Author) -> None:
    """Point every row that refers to `gone` at `kept`, and delete `gone`."""
    same = BookAuthor.objects.filter(author=kept, book=OuterRef("book"), role=OuterRef("role"))
    BookAuthor.objects.filter(Exists(same), author=gone).delete()
    BookAuthor.objects.filter(author=gone).update(author=kept)
    AuthorHeading.objects.filter(author=gone).update(author=kept)
    add_row_counts(connection, {f"author:{gone.kind}": -1})
    lose_words(connection, row_words(connection, AUTHOR_INDEX, [gone.pk]))
    gone.delete()


def _renew(books: list[int]) -> None:
    """Update the columns that these books derive from their authors, their search index rows and their `updated_at`."""
    Book.objects.filter(pk__in=books).update(author_key=filed_under(), updated_at=timezone.now())
    index_books(connection, books)
