"""Authors: the list, and one."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from api.filters import AuthorFilter
from api.views.books import NestedBookViewSet
from api.viewsets import CatalogueViewSet
from authors.models import AUTHOR_ORDERINGS, Author
from books.models import Book
from serializers.authors import AuthorSerializer


class AuthorViewSet(CatalogueViewSet):
    """Authors by name; placeholders such as Various only if `kind` asks for them."""

    queryset = Author.objects.all()
    list_serializer = AuthorSerializer
    detail_serializer = AuthorSerializer
    full_serializer = AuthorSerializer
    filterset_class = AuthorFilter
    orderings = AUTHOR_ORDERINGS
    default_ordering = "name"
    count_prefix = "author:"


class AuthorBookViewSet(NestedBookViewSet):
    """The books an author is credited in, in whichever role."""

    def get_queryset(self) -> QuerySet[Book]:
        """Raises Http404 without such an author."""
        self.owner = get_object_or_404(Author, pk=self.kwargs["pk"])
        return Book.objects.by_author([self.owner.pk])
