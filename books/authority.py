"""Authority control: two authors that are one."""

from django.db import connection
from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from authors.models import Author, AuthorHeading
from books.counts import add_row_counts
from books.models import Book, BookAuthor
from books.search.indexing import index_authors, index_books
from core.text import match_key


def filed_under() -> Coalesce:
    """What `Book.author_key` is to be: the sort key of the first credit as author, else of the first credit."""
    credits = (
        BookAuthor.objects.filter(book=OuterRef("pk")).order_by("position", "author", "role").values("author__sort_key")
    )
    return Coalesce(Subquery(credits.filter(role="author")[:1]), Subquery(credits[:1]))


def merge_authors(kept: Author, gone: Author, *, take_name: bool = False) -> None:
    """Make `gone` part of `kept`, in the transaction at hand, where both are locked.

    With `take_name` the survivor is known by the other's name and years from now on. No name is lost.
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
    # Not distinct(): links are ordered by their position, which it would tell apart too.
    books = sorted(set(BookAuthor.objects.filter(author=kept).values_list("book_id", flat=True)))
    kept.books_count = len(books)
    kept.save()
    index_authors(connection, [kept.pk])
    _renew(books)


def _take_over(kept: Author, gone: Author) -> None:
    """Give what refers to `gone` to `kept`, and delete it."""
    same = BookAuthor.objects.filter(author=kept, book=OuterRef("book"), role=OuterRef("role"))
    BookAuthor.objects.filter(Exists(same), author=gone).delete()
    BookAuthor.objects.filter(author=gone).update(author=kept)
    AuthorHeading.objects.filter(author=gone).update(author=kept)
    add_row_counts(connection, {f"author:{gone.kind}": -1})
    gone.delete()


def _renew(books: list[int]) -> None:
    """Bring what books derive from their authors into step: they show them, so they are newer for it."""
    Book.objects.filter(pk__in=books).update(author_key=filed_under(), updated_at=timezone.now())
    index_books(connection, books)
