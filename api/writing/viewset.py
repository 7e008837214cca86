"""WritableViewSet: the base of the viewsets of resources that can be read and written."""

from typing import Any, ClassVar

import orjson
from django.http import Http404
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from api.lists.prepared import Lookup
from api.private.authentication import BearerAuthentication
from api.private.bodies import checked_body
from api.private.permissions import Writes
from api.viewsets import CatalogueViewSet
from api.writing.idempotency import request_name
from api.writing.preconditions import check_if_match
from api.writing.transactions import written, written_once
from books.editing.editor import Editor
from core.cache.etags import etag, tag_of
from core.changes.kept_answers import Answer
from serializers.writing.base import Body

WRITES = ("create", "update", "partial_update", "destroy")
"""The actions that need an editor."""


class WritableViewSet(CatalogueViewSet):
    """A resource that can be read by everybody and written by editors.

    `bodies` has the Body of each action that takes one; the `editor` makes, changes and deletes rows.
    """

    editor: ClassVar[Editor]
    bodies: ClassVar[dict[str, type[Body]]]
    answers: ClassVar[dict[str, int]] = {"create": 201, "destroy": 204}
    makes: ClassVar = ("create",)

    def editor_for(self, request: Request) -> Editor:
        """The Editor that makes the changes of `request`."""
        return self.editor

    def get_authenticators(self) -> list[Any]:
        """How the caller of a write is found out; reads do not depend on who asks."""
        method = getattr(self.request, "method", None)
        return [] if method is None or method in SAFE_METHODS else [BearerAuthentication()]

    def get_permissions(self) -> list[Any]:
        """The permissions of this action: writes need the scope `write`."""
        return [Writes()] if self.action in WRITES else []

    def create(self, request: Request, **kwargs: Any) -> Response:
        """The response of status 201 with a new resource. Raises ValidationError, ProblemError.

        A request that its client has named by Idempotency-Key and sends again gets the first answer again.
        """
        name = request_name(request)
        values = checked_body(self.bodies[self.action], request)

        answer = written_once(name, lambda: self.made(request, values))
        response = self._answer(answer.body, 201)
        response["Location"] = answer.location
        return response

    def made(self, request: Request, values: dict[str, Any]) -> Answer:
        """Make what the `values` of a body say, and return the Answer, which may be kept; called in a transaction."""
        body = self._shown_after(request, self.editor_for(request).create(values))
        return Answer(body, orjson.loads(body)["url"])

    def update(self, request: Request, **kwargs: Any) -> Response:
        """The response with the resource after all its fields were set. Raises ValidationError, ProblemError."""
        values = self._values(request)

        def write() -> bytes:
            row = self._locked(request)
            self.editor_for(request).change(row, values)
            return self._shown_after(request, row)

        return self._answer(written(write), 200)

    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """The response with the resource after the given fields were set. Raises ValidationError, ProblemError."""
        return self.update(request, **kwargs)

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """The empty response after the resource was deleted. Raises Http404, ProblemError (409, 410, 412)."""
        written(lambda: self.editor_for(request).delete(self._locked(request)))
        return Response(status=204)

    def _values(self, request: Request) -> dict[str, Any]:
        """The checked values of the body of a change. Raises ValidationError.

        A field that has the value that a GET shows may be one that no body could set, such as a load's longer list: it
        is left as it is.
        """
        body, data = self.bodies[self.action], dict[str, Any]()
        try:
            return checked_body(body, request)
        except ValidationError as error:
            wrong = error.detail if isinstance(error.detail, dict) else {}
            try:
                shown = orjson.loads(self._document(request, self.kwargs[self.lookup_field]))
            except Http404:
                raise error from None
            if isinstance(request.data, dict):
                data = request.data
            kept = [name for name in wrong if name in shown and name in data and data[name] == shown[name]]
            if not kept:
                raise
        return checked_body(body, request, kept)

    def _locked(self, request: Request) -> Any:
        """The row that the URL names, locked and as If-Match says. Raises Http404, ProblemError."""
        key = self.kwargs[self.lookup_field]
        row = self.get_queryset().select_for_update(of=("self",)).filter(**{self.lookup_field: key}).first()
        if row is None:
            raise self.not_there(request, key)
        check_if_match(request, lambda: self._document(request, key))
        return row

    def _document(self, request: Request, key: Any) -> bytes:
        """The body of a GET of the resource without parameters, whose digest is its ETag."""
        document = Lookup(self.get_queryset(), self.lookup_field, self.plain_reader(request)).find(str(key))
        if document is None:
            raise Http404
        return orjson.dumps(document)

    def _shown_after(self, request: Request, row: Any) -> bytes:
        return self._document(request, getattr(row, self.lookup_field))

    def _answer(self, body: bytes, status: int) -> Response:
        response = Response(orjson.Fragment(body), status=status)
        response["ETag"] = etag(tag_of(body), None).decode()
        response["Cache-Control"] = "private, no-store"
        return response
