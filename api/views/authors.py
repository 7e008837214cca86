"""The views of authors: the list, one author, and an author's books."""

from typing import ClassVar

from api.filters.entities import AuthorFilter
from api.lists.listing import ListSource
from api.views.books import BookViewSet
from api.writing.former_keys import owner_of_list
from api.writing.viewset import WritableViewSet
from authors.models import AUTHOR_ORDERINGS, Author
from books.editing.authors import AuthorEditor
from books.models import Book
from serializers.authors import AuthorSerializer
from serializers.writing.authors import AuthorBody, AuthorPatchBody


class AuthorViewSet(WritableViewSet):
    """The list of authors, by default by name, and one author; editors make, change and delete them.

    Placeholders are listed only with `kind` or `ids`.
    """

    queryset = Author.objects.all()
    list_serializer = AuthorSerializer
    detail_serializer = AuthorSerializer
    full_serializer = AuthorSerializer
    filterset_class = AuthorFilter
    orderings = AUTHOR_ORDERINGS
    default_ordering = "name"
    count_prefix = "author:"
    bodies: ClassVar = {"create": AuthorBody, "update": AuthorBody, "partial_update": AuthorPatchBody}
    editor = AuthorEditor()


class AuthorBookViewSet(BookViewSet):
    """The list of the books that credit an author, in any role."""

    def list_source(self) -> ListSource:
        """The author's books, with the author's stored count of them. Raises Http404 if there is no such author."""
        owner = owner_of_list(self.request, Author.objects.all(), "pk", self.kwargs["pk"])
        return ListSource(Book.objects.by_author([owner.pk]), owner.books_count)
