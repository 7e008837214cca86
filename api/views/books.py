"""The views of books: the list, and one book."""

from typing import ClassVar

from api.filters.books import BookFilter
from api.viewsets import CatalogueViewSet
from books.models import Book
from books.models.querysets import BOOK_ORDERINGS
from core.database.keyset import Term
from serializers.books import BookDetailSerializer, BookFullSerializer, BookListSerializer


class BookViewSet(CatalogueViewSet):
    """The list of books, by default the most popular first, and one book."""

    queryset = Book.objects.all()
    list_serializer = BookListSerializer
    detail_serializer = BookDetailSerializer
    full_serializer = BookFullSerializer
    filterset_class = BookFilter
    orderings: ClassVar = {
        **BOOK_ORDERINGS,
        "series": Term("series_place", nullable=True),
        "relevance": Term("relevance"),
        "random": Term("shuffle"),
    }
    default_ordering = "-popularity,title"
    count_prefix = "book"
