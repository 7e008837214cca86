"""The views of subjects: the list, one subject, and a subject's books."""

from django.shortcuts import get_object_or_404

from api.filters.entities import SubjectFilter
from api.lists.listing import ListSource
from api.views.books import BookViewSet
from api.viewsets import CatalogueViewSet
from books.models import Book, Subject
from books.models.classification import SUBJECT_ORDERINGS
from core.text import SLUG
from serializers.subjects import SubjectSerializer


class SubjectViewSet(CatalogueViewSet):
    """The list of subjects, by default by name, and one subject.

    Shelves and classes are listed only with `subject_kind`.
    """

    queryset = Subject.objects.all()
    list_serializer = SubjectSerializer
    detail_serializer = SubjectSerializer
    full_serializer = SubjectSerializer
    filterset_class = SubjectFilter
    orderings = SUBJECT_ORDERINGS
    default_ordering = "name"
    count_prefix = "subject:"
    lookup_field = "slug"
    lookup_value_regex = SLUG


class SubjectBookViewSet(BookViewSet):
    """The list of the books that have a subject."""

    def list_source(self) -> ListSource:
        """The books with the subject, with its stored count of them. Raises Http404 if there is no such subject."""
        owner = get_object_or_404(Subject, slug=self.kwargs["slug"])
        return ListSource(Book.objects.under_subject(owner.pk), owner.books_count)
