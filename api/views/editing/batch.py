"""The view of batches of books."""

from typing import Any

import orjson
from django.db import connection
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ValidationError

from api.exceptions import InvalidParameters, ProblemError, field_errors
from api.links import base_url
from api.parameters.reading import read
from api.parameters.values import Flag
from api.private.permissions import Writes
from api.private.viewset import PrivateViewSet
from api.writing.callers import writer_of
from api.writing.idempotency import request_name
from api.writing.transactions import error_item, written_once
from books.editing.batch import BookBatch
from core.changes.kept_answers import Answer
from serializers.writing.batch import BATCH, BookBatchBody

Refusals = dict[int, tuple[int, list[Any]]]
"""The status and the errors of items that cannot be written, by their places."""

MOST_ERRORS = 200
"""Errors that the problem of a refused batch names."""

MOST_OF_ITEM = 20
"""Errors of one item that an answer names."""


class BookBatchViewSet(PrivateViewSet):
    """Many books made or changed at once."""

    permission_classes = [Writes]
    makes = ("batch",)
    bodies = {"batch": BookBatchBody}
    answers = {"batch": (200, 207)}
    shown = {"batch": BATCH}
    parameters = {"atomic": Flag(help_text="Whether nothing is written unless all items can be; true unless said")}

    def batch(self, request: Request) -> Response:
        """The response with what became of each item. Raises InvalidParameters, ValidationError, ProblemError."""
        name = request_name(request)
        parameters, errors = read(self.parameters, request.query_params)
        if errors:
            raise InvalidParameters(errors)
        items = self.body(request)["items"]
        atomic = parameters.get("atomic", True)
        answer = written_once(name, lambda: self._written(request, items, atomic))
        return Response(orjson.Fragment(answer.body), status=answer.status)

    def _written(self, request: Request, items: list[Any], atomic: bool) -> Answer:
        wrong = {n: item for n, item in enumerate(items) if isinstance(item, ValidationError)}
        batch = BookBatch(connection, {n: item for n, item in enumerate(items) if n not in wrong}, writer_of(request))
        batch.check()
        refused: Refusals = {n: (422, field_errors(error.detail)) for n, error in wrong.items()}
        refused |= {n: (each.status, [*map(error_item, each.errors)]) for n, each in batch.refused.items()}
        if len(refused) == len(items) or (atomic and refused):
            raise _refused(refused)
        books = batch.write()
        here = f"{base_url(request)}/api/v1/books/"
        results = [
            _result(n, *refused[n])
            if n in refused
            else _result(n, 201 if batch.is_new(n) else 200, [], books[n], f"{here}{books[n]}/")
            for n in range(len(items))
        ]
        return Answer(orjson.dumps({"results": results}), "", 200 if atomic else 207)


def _result(
    index: int, status: int, errors: list[Any], pk: int | None = None, url: str | None = None
) -> dict[str, Any]:
    return {"index": index, "status": status, "id": pk, "url": url, "errors": errors[:MOST_OF_ITEM]}


def _refused(refused: Refusals) -> ProblemError:
    """The problem of a batch of which nothing is written: its errors name the items by their places."""
    errors = [
        {**error, "field": f"items[{n}]{'.' if error['field'] else ''}{error['field']}"}
        for n, (_, found) in sorted(refused.items())
        for error in found
    ]
    items = ", ".join(str(n) for n in sorted(refused)[:20])
    return ProblemError("invalid", f"Nothing was written; cannot use the items {items}.", errors[:MOST_ERRORS])
