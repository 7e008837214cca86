"""The views of authors: the list, one author, and an author's books."""

from django.shortcuts import get_object_or_404

from api.filters.entities import AuthorFilter
from api.lists.listing import ListSource
from api.views.books import BookViewSet
from api.viewsets import CatalogueViewSet
from authors.models import AUTHOR_ORDERINGS, Author
from books.models import Book
from serializers.authors import AuthorSerializer


class AuthorViewSet(CatalogueViewSet):
    """The list of authors, by default by name, and one author. Placeholders are listed only with `kind` or `ids`."""

    queryset = Author.objects.all()
    list_serializer = AuthorSerializer
    detail_serializer = AuthorSerializer
    full_serializer = AuthorSerializer
    filterset_class = AuthorFilter
    orderings = AUTHOR_ORDERINGS
    default_ordering = "name"
    count_prefix = "author:"


class AuthorBookViewSet(BookViewSet):
    """The list of the books that credit an author, in any role."""

    def list_source(self) -> ListSource:
        """The author's books, with the author's stored count of them. Raises Http404 if there is no such author."""
        owner = get_object_or_404(Author, pk=self.kwargs["pk"])
        return ListSource(Book.objects.by_author([owner.pk]), owner.books_count)
