"""The views of merges: merging a row into another, the list of merges, one merge, and undoing it."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.exceptions import field_error
from api.filters.merges import MergeFilter
from api.links import base_url
from api.private.permissions import Writes
from api.private.viewset import PrivateViewSet
from api.writing.callers import writer_of
from api.writing.preconditions import check_if_match
from api.writing.transactions import written
from api.writing.viewset import WritableViewSet
from authors.models import Author
from books.editing.books import Writer
from books.merging import authors, books
from books.merging.recording import wait_for_other_merges
from books.merging.undoing import undo_merge
from books.models import Book
from core.changes.kept_answers import Answer
from core.changes.models import RecordedMerge
from serializers.authors import AuthorSerializer
from serializers.base import API_ROOT
from serializers.books import BookDetailSerializer
from serializers.merges import MergeSerializer
from serializers.writing.merges import MergeBody


class MergingViewSet(WritableViewSet):
    """Merging a row into another one; which are both locked when `merge` is called."""

    bodies: ClassVar = {"create": MergeBody}

    def merge(self, gone: Any, kept: Any, writer: Writer) -> RecordedMerge:
        """Merge the row `gone` into `kept`, and return the record of it."""
        raise NotImplementedError

    def made(self, request: Request, values: dict[str, Any]) -> Answer:
        """Merge the row of the URL into another. Raises Http404, ProblemError, ValidationError, Conflict."""
        wait_for_other_merges()
        gone, kept = self._both(request, values["into"])
        record = self.merge(gone, kept, writer_of(request))
        return Answer(self._shown_after(request, kept), f"{base_url(request)}{API_ROOT}/merges/{record.pk}/")

    def _both(self, request: Request, into: int) -> tuple[Any, Any]:
        """The row of the URL and the one with the id `into`, both locked."""
        pk = int(self.kwargs["pk"])
        rows = self.get_queryset().select_for_update(no_key=True).filter(pk__in=[pk, into]).order_by("pk")
        found = {row.pk: row for row in rows}
        if pk not in found:
            raise self.not_there(request, str(pk))
        if "If-Match" in request.headers:
            check_if_match(request, lambda: self._document(request, pk))
        if into == pk:
            raise field_error("into", "itself", "It cannot be merged into itself.")
        if into not in found:
            raise field_error("into", "unknown", "There is none with this id.")
        return found[pk], found[into]


class AuthorMergingViewSet(MergingViewSet):
    """Merging an author into another one."""

    queryset = Author.objects.all()
    detail_serializer = AuthorSerializer

    def merge(self, gone: Author, kept: Author, writer: Writer) -> RecordedMerge:
        """Merge an author into another."""
        return authors.merge(gone, kept, writer)


class BookMergingViewSet(MergingViewSet):
    """Merging a book into another one."""

    queryset = Book.objects.all()
    detail_serializer = BookDetailSerializer

    def merge(self, gone: Book, kept: Book, writer: Writer) -> RecordedMerge:
        """Merge a book into another."""
        return books.merge(gone, kept, writer)


class MergeViewSet(PrivateViewSet):
    """What editors merged, and undoing it, for editors."""

    permission_classes = [Writes]
    filterset_class = MergeFilter
    full_serializer = MergeSerializer

    def get_queryset(self) -> QuerySet[RecordedMerge]:
        """All merges, without what an undo needs."""
        return RecordedMerge.objects.defer("snapshot")

    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """The response with the merge after it was undone. Raises Http404, ProblemError (409)."""
        record = written(lambda: undo_merge(int(pk), writer_of(request)))
        if record is None:
            raise Http404
        return Response(MergeSerializer(record, context={"base_url": base_url(request)}).data)
