"""If-Match: a change is made only if the resource is as its client saw it (RFC 9110, section 13.1.1)."""

from collections.abc import Callable

from django.conf import settings
from rest_framework.request import Request

from api.exceptions import ProblemError
from core.cache.etags import etag_matches, tag_of


def check_if_match(request: Request, document: Callable[[], bytes]) -> None:
    """Compare the request's If-Match with the ETag of the body that `document` makes; nothing without the header.

    Raises ProblemError: 412 for another ETag, and with REQUIRE_IF_MATCH 428 without the header.
    """
    given = request.headers.get("If-Match")
    if given is None:
        if settings.REQUIRE_IF_MATCH:
            raise ProblemError("precondition_required", "Send If-Match with the ETag that a GET of this URL gave.")
    elif not etag_matches(given.encode("latin-1", "replace"), tag_of(document())):
        raise ProblemError("precondition_failed", "It was changed since: GET it again.")
