"""The view of possible duplicates."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.exceptions import InvalidParameters, ProblemError, parameter_error
from api.links import address, base_url
from api.lists.cursors import Cursor, decode, encode
from api.parameters.pages import PAGE_PARAMETERS, PAGE_SIZE
from api.parameters.reading import read
from api.parameters.values import Choice, Value
from api.private.permissions import Writes
from api.private.viewset import PrivateViewSet
from books.merging.duplicates import LOOKUPS, Position, duplicates
from books.models import Book
from core.database.keyset import Term
from serializers.merges import DUPLICATE_PAGE, duplicate

WINDOWS = 4
"""Windows of an index that one page looks through; `count=exact` looks through MOST_WINDOWS."""
MOST_WINDOWS = 200

_CURSOR = tuple(Term(f"_{name}") for name in (*Position._fields, "before"))
_SHARED: dict[str, Value] = {name: PAGE_PARAMETERS[name] for name in ("cursor", "page_size", "count")}
_RESOURCE = Choice(*LOOKUPS, help_text="What to compare")


class DuplicateViewSet(PrivateViewSet):
    """Pairs of books or of authors that may be one, for editors."""

    permission_classes = [Writes]
    pagination_class = None
    queryset = Book.objects.all()
    parameters = {"resource": _RESOURCE, **_SHARED}
    shown = {"duplicates": DUPLICATE_PAGE}

    @extend_schema(
        parameters=[OpenApiParameter("resource", _RESOURCE.schema, required=True, description=str(_RESOURCE.help_text))]
    )
    def duplicates(self, request: Request) -> Response:
        """The response with a page of pairs. Raises InvalidParameters, ProblemError."""
        given, errors = read(self.parameters, request.query_params)
        if "resource" not in request.query_params:
            errors.append(parameter_error("resource", "required", f"Must be one of {', '.join(LOOKUPS)}."))
        if errors:
            raise InvalidParameters(errors)
        resource, context = given["resource"], repr((request.path_info, given["resource"]))
        position, before = Position(), 0
        if "cursor" in given:
            *values, before = decode(given["cursor"], context, Book, _CURSOR).key or [*position, 0]
            position = Position(*values)
        found, behind = duplicates(resource, position, given.get("page_size", PAGE_SIZE), WINDOWS)
        count = before + len(found)
        link = None
        if behind:
            cursor = encode(Cursor([*behind, count]), context)
            link = address(request, without={"cursor"}) + f"&cursor={cursor}"
        counted: dict[str, Any] = {"count": count, "count_exact": behind is None}
        if given.get("count") == "none":
            counted = {}
        elif given.get("count") == "exact" and behind:
            counted = {"count": count + _rest(resource, behind), "count_exact": True}
        results = [duplicate(resource, each, base_url(request)) for each, _ in found]
        headers = {"Link": f'<{link}>; rel="next"'} if link else {}
        return Response({**counted, "next": link, "previous": None, "results": results}, headers=headers)


def _rest(resource: str, position: Position) -> int:
    """The number of pairs behind `position`. Raises ProblemError if too much has to be looked through."""
    number, place = 0, position
    for _ in range(MOST_WINDOWS):
        found, behind = duplicates(resource, place, 1_000, 1)
        number += len(found)
        if behind is None:
            return number
        place = behind
    raise ProblemError("query_too_costly", "There is too much to be counted: leave out count=exact.")
