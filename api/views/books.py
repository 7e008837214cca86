"""Books: the list, one, and the base of every other list of books."""

from typing import Any, ClassVar

from api.filters import BookFilter
from api.lists.listing import Counts
from api.viewsets import CatalogueViewSet
from books.models import Book
from books.models.querysets import BOOK_ORDERINGS
from core.database.counting import BoundedCount, Count
from core.database.keyset import Term
from serializers.books import BookDetailSerializer, BookFullSerializer, BookListSerializer


class BookViewSet(CatalogueViewSet):
    """Books, by default the most popular first."""

    queryset = Book.objects.all()
    list_serializer = BookListSerializer
    detail_serializer = BookDetailSerializer
    full_serializer = BookFullSerializer
    filterset_class = BookFilter
    orderings: ClassVar = {**BOOK_ORDERINGS, "relevance": Term("relevance"), "random": Term("shuffle")}
    default_ordering = "-popularity,title"
    count_prefix = "book"


class NestedBookViewSet(BookViewSet):
    """The books of `owner`, with every filter and ordering of the list of books."""

    shares_counts = False
    allows_prepared = False
    owner: Any

    @property
    def counts(self) -> Counts:
        """The owner's own."""
        return _Owned(self.owner, narrowed=bool(self.asked.filterset.values))


class _Owned:
    """What is known of the number of one owner's books."""

    def __init__(self, owner: Any, *, narrowed: bool) -> None:
        self.owner, self.narrowed = owner, narrowed

    def kept_names(self) -> tuple[str, ...]:
        """None: this is not the whole list of books."""
        return ()

    def kept_count(self) -> Count | None:
        """The owner's own count, where nothing else narrows the list."""
        return None if self.narrowed else Count(self.owner.books_count, exact=True)

    def bounded_count(self) -> BoundedCount | None:
        """Nothing knows how many of one owner's books a search finds."""
        return None
