"""Every problem's code, status, type and title, from views, Django and the server."""

import json

import pytest
from rest_framework import exceptions

from api.exceptions import MEDIA_TYPE, ProblemError, plain_problem, problem_response
from api.problems import PROBLEMS
from core.limits.sign_ins import SignInLocked
from tests.support.factories import make_book

# Written out here, since a changed status breaks clients.
TABLE = {
    "bad_request": (400, "/problems/bad-request", "Bad request"),
    "invalid_parameter": (400, "/problems/invalid-parameter", "Invalid parameter"),
    "invalid_isbn": (400, "/problems/invalid-isbn", "Invalid ISBN"),
    "invalid_cursor": (400, "/problems/invalid-cursor", "Invalid cursor"),
    "page_out_of_range": (400, "/problems/page-out-of-range", "Page out of range"),
    "page_too_deep": (400, "/problems/page-too-deep", "Page too deep"),
    "query_too_costly": (400, "/problems/query-too-costly", "Query too costly"),
    "malformed": (400, "/problems/malformed", "Malformed body"),
    "unauthorized": (401, "/problems/unauthorized", "Unauthorized"),
    "forbidden": (403, "/problems/forbidden", "Forbidden"),
    "not_found": (404, "/problems/not-found", "Not found"),
    "method_not_allowed": (405, "/problems/method-not-allowed", "Method not allowed"),
    "not_acceptable": (406, "/problems/not-acceptable", "Not acceptable"),
    "request_timeout": (408, "/problems/request-timeout", "Request timeout"),
    "conflict": (409, "/problems/conflict", "Conflict"),
    "in_progress": (409, "/problems/in-progress", "In progress"),
    "in_use": (409, "/problems/in-use", "In use"),
    "merged": (409, "/problems/merged", "Merged"),
    "gone": (410, "/problems/gone", "Gone"),
    "precondition_failed": (412, "/problems/precondition-failed", "Precondition failed"),
    "payload_too_large": (413, "/problems/payload-too-large", "Payload too large"),
    "uri_too_long": (414, "/problems/uri-too-long", "URI too long"),
    "unsupported_media_type": (415, "/problems/unsupported-media-type", "Unsupported media type"),
    "invalid": (422, "/problems/invalid", "Invalid body"),
    "precondition_required": (428, "/problems/precondition-required", "Precondition required"),
    "too_many_requests": (429, "/problems/too-many-requests", "Too many requests"),
    "headers_too_large": (431, "/problems/headers-too-large", "Headers too large"),
    "internal_error": (500, "/problems/internal-error", "Internal error"),
    "not_implemented": (501, "/problems/not-implemented", "Not implemented"),
    "unavailable": (503, "/problems/unavailable", "Unavailable"),
}
# Paths that are answered with a problem, in a catalogue of one book.
MET = {
    "invalid_parameter": "/api/v1/books/?x=1",
    "invalid_isbn": "/api/v1/isbn/123/",
    "invalid_cursor": "/api/v1/books/?cursor=x",
    "page_out_of_range": "/api/v1/books/?page=2",
    "page_too_deep": "/api/v1/books/?page=9999",
    "not_found": "/api/v1/books/999999999/",
}
RAISED = {
    "bad_request": exceptions.ParseError(),
    "unauthorized": exceptions.NotAuthenticated(),
    "forbidden": exceptions.PermissionDenied(),
    "not_found": exceptions.NotFound(),
    "not_acceptable": exceptions.NotAcceptable(),
    "unsupported_media_type": exceptions.UnsupportedMediaType("text/csv"),
    "too_many_requests": SignInLocked(8),
}


def raised(rf, error):
    """The response of DRF's exception handler for `error`."""
    return problem_response(error, {"request": rf.get("/"), "view": None})


def test_every_problem_there_is_has_the_status_type_and_title_it_is_known_by():
    assert {code: (p.status, p.type, p.title) for code, p in PROBLEMS.items()} == TABLE
    assert all(code == problem.code for code, problem in PROBLEMS.items())


@pytest.mark.parametrize("code", TABLE)
def test_a_problem_has_one_status_in_the_answer_and_in_its_document(rf, code):
    status, kind, title = TABLE[code]
    expected = {"type": kind, "title": title, "status": status, "code": code}
    for answer in (plain_problem(rf.get("/"), code), raised(rf, ProblemError(code, "Because."))):
        body = getattr(answer, "data", None) or json.loads(answer.content)
        assert answer.status_code == status
        assert {name: body[name] for name in expected} == expected
        assert set(body) == {*expected, "detail", "request_id"}


@pytest.mark.parametrize("code", RAISED)
def test_an_error_of_the_framework_is_the_problem_of_its_status(rf, code):
    answer = raised(rf, RAISED[code])
    assert (answer.status_code, answer.data["code"]) == (TABLE[code][0], code)
    assert answer.headers.get("Retry-After") == ("8" if code == "too_many_requests" else None)


@pytest.mark.django_db
@pytest.mark.parametrize("code", MET)
def test_a_problem_met_on_the_way_has_its_status(api, code):
    make_book()
    answer = api.get(MET[code])
    status, kind, title = TABLE[code]
    body = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (status, MEDIA_TYPE)
    assert (body["status"], body["code"], body["type"], body["title"]) == (status, code, kind, title)
    assert answer["Cache-Control"] == "no-store"
