"""Subjects: the list, and one."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from api.filters import SubjectFilter
from api.views.books import NestedBookViewSet
from api.viewsets import CatalogueViewSet
from books.models import Book, Subject
from books.models.classification import SUBJECT_ORDERINGS
from core.text import SLUG
from serializers.subjects import SubjectSerializer


class SubjectViewSet(CatalogueViewSet):
    """Subjects by name; shelves and classes only if `subject_kind` names them."""

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


class SubjectBookViewSet(NestedBookViewSet):
    """The books about a subject."""

    def get_queryset(self) -> QuerySet[Book]:
        """Raises Http404 without such a subject."""
        self.owner = get_object_or_404(Subject, slug=self.kwargs["slug"])
        return Book.objects.under_subject(self.owner.pk)
