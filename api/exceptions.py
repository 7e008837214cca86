"""Answers errors by problem documents (RFC 9457): DRF's exception handler, and error handlers of the URLconf."""

from collections.abc import Callable
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.log import log_response
from rest_framework import exceptions
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response

from api.problems import BY_STATUS, PROBLEMS, Problem
from core.database.errors import is_away, sqlstate
from core.limits.sign_ins import SignInLocked

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 5
CHALLENGE = 'Bearer realm="octavo"'
"""The header WWW-Authenticate of a 401 (RFC 6750, section 3)."""
QUERY_CANCELED = "57014"


class ProblemError(exceptions.APIException):
    """An exception that is answered with a problem document: that of the problem `code` in PROBLEMS.

    `errors` has an item for each wrong parameter or field; `members` are further members of the document.
    """

    def __init__(self, code: str, detail: str, errors: list[dict[str, Any]] | None = None, **members: Any) -> None:
        super().__init__(detail)
        self.members = members
        self.problem = PROBLEMS[code]
        self.status_code = self.problem.status
        self.errors = errors or []


class MovedPermanently(exceptions.APIException):
    """An exception that is answered with 308: what is asked for is at `location` now."""

    status_code = 308

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


class InvalidParameters(ProblemError):
    """The exception for wrong query parameters, answered with 400.

    Each of its errors has `param`, `code` and `message`.
    """

    def __init__(self, errors: list[dict[str, str]]) -> None:
        names = ", ".join(dict.fromkeys(error["param"] for error in errors))
        super().__init__("invalid_parameter", f"Cannot use: {names}.", errors)


def parameter_error(param: str, code: str, message: str) -> dict[str, str]:
    """One item of `errors`, for the query parameter `param`. Its texts are cut: they may repeat a client's input."""
    return {"param": param[:100], "code": code, "message": message[:500]}


def field_error(field: str, code: str, message: str) -> exceptions.ValidationError:
    """An exception for one wrong field of a body, answered with 422."""
    return exceptions.ValidationError({field: [exceptions.ErrorDetail(message, code=code)]})


def field_errors(detail: Any, path: str = "") -> list[dict[str, str]]:
    """The items of `errors` for the detail of DRF's ValidationError: fields inside others as `items[3].title`."""
    if isinstance(detail, dict):
        inside = {
            "" if name == "non_field_errors" else f".{name}" if isinstance(name, str) else f"[{name}]": value
            for name, value in detail.items()
        }
        return [error for name, value in inside.items() for error in field_errors(value, f"{path}{name}")]
    if isinstance(detail, list) and any(isinstance(item, dict) for item in detail):
        return [error for n, item in enumerate(detail) for error in field_errors(item, f"{path}[{n}]")]
    details = detail if isinstance(detail, list) else [detail]
    field = path.removeprefix(".")[:100]
    return [
        {"field": field, "code": str(getattr(each, "code", "invalid")), "message": str(each)[:500]} for each in details
    ]


def unknown_parameter(param: str) -> dict[str, str]:
    """The item of `errors` that says the resource has no query parameter `param`."""
    return parameter_error(param, "unknown", "There is no such parameter here.")


def document(
    problem: Problem, detail: str, request_id: str | None, errors: list[dict[str, str]] | None = None
) -> dict[str, Any]:
    """The JSON document of a problem as a dict: its type, title, status and `detail`, the request's id and `errors`."""
    body: dict[str, Any] = {
        "type": problem.type,
        "title": problem.title,
        "status": problem.status,
        "detail": detail,
        "code": problem.code,
    }
    if errors:
        body["errors"] = errors
    body["request_id"] = request_id
    return body


def problem_response(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: the problem's response for an error of the client or of the database.

    Returns None for any other exception: that is a bug, which is answered 500.
    """
    if isinstance(exc, MovedPermanently):
        return Response(status=exc.status_code, headers={"Location": exc.location})
    request = context["request"]
    found = _problem_of(exc, reads=request.method in SAFE_METHODS)
    if found is None:
        return None
    problem, detail, errors = found
    body = document(problem, detail, getattr(request, "request_id", None), errors)
    body |= getattr(exc, "members", {})
    response = Response(body, status=problem.status, headers=_headers(exc, problem), content_type=MEDIA_TYPE)
    _log(response, request, exc)
    if isinstance(exc, exceptions.MethodNotAllowed):
        response["Allow"] = ", ".join(context["view"].allowed_methods)
    return response


def _problem_of(exc: Exception, *, reads: bool) -> tuple[Problem, str, list[dict[str, str]]] | None:
    """The problem that `exc` is answered with, its detail, and an item for each wrong parameter or field.

    `reads` says whether the request only reads.
    """
    if isinstance(exc, ProblemError):
        return exc.problem, str(exc.detail), exc.errors
    if isinstance(exc, exceptions.ValidationError):
        errors = field_errors(exc.detail)
        names = ", ".join(dict.fromkeys(error["field"] or "the body" for error in errors))
        return PROBLEMS["invalid"], f"Cannot use: {names[:500]}.", errors
    if isinstance(exc, exceptions.APIException):
        return BY_STATUS.get(exc.status_code, PROBLEMS["bad_request"]), str(exc.detail), []
    if isinstance(exc, SignInLocked):
        return PROBLEMS["too_many_requests"], f"Too many passwords were wrong: come back in {exc.seconds} s.", []
    code: str | None = None
    if isinstance(exc, Http404 | PermissionDenied):
        code = "not_found" if isinstance(exc, Http404) else "forbidden"
    elif isinstance(exc, OperationalError | InterfaceError):
        code = _database_problem(exc, reads=reads)
    return (PROBLEMS[code], PROBLEMS[code].explanation, []) if code else None


def _headers(exc: Exception, problem: Problem) -> dict[str, str]:
    headers = {}
    if problem.status == 503:
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if isinstance(exc, SignInLocked):
        headers["Retry-After"] = str(exc.seconds)
    if header := getattr(exc, "auth_header", ""):
        headers["WWW-Authenticate"] = header
    return headers


def _log(response: Response, request: Any, exc: Exception) -> None:
    """Log that the database is away, in Django's log of requests, which core/server/log_throttle.py thins out."""
    if response.status_code == 503:
        django_request = getattr(request, "_request", request)
        log_response("the database is away", response=response, request=django_request, exception=exc)


def _database_problem(exc: OperationalError | InterfaceError, *, reads: bool) -> str | None:
    """The problem code for Django's OperationalError or InterfaceError; other errors must not be passed.

    `query_too_costly` if PostgreSQL stopped a statement that reads, else `unavailable`: a write is stopped where it
    waits for others. None for an error of SQLite that is not temporary, such as a missing table, which is a bug.
    """
    if reads and sqlstate(exc) == QUERY_CANCELED:
        return "query_too_costly"
    return "unavailable" if is_away(exc) else None


def plain_problem(
    request: HttpRequest, code: str, errors: list[dict[str, str]] | None = None, detail: str = ""
) -> HttpResponse:
    """The response with a problem document from a view outside DRF.

    `detail` is by default the problem's explanation.
    """
    problem = PROBLEMS[code]
    body = document(problem, detail or problem.explanation, getattr(request, "request_id", None), errors)
    response = HttpResponse(orjson.dumps(body), status=problem.status, content_type=MEDIA_TYPE)
    response["Cache-Control"] = "no-store"
    if problem.status == 503:
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _handler(code: str) -> Callable[..., HttpResponse]:
    """A function for the URLconf's handler400, handler404 and so on, which answers with the problem `code`."""

    def handle(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        return plain_problem(request, code)

    return handle


def unauthorized(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The URLconf's handler401: the response to a request without a credential, or with one that is not accepted."""
    response = plain_problem(request, "unauthorized")
    response["WWW-Authenticate"] = CHALLENGE
    return response


bad_request = _handler("bad_request")
forbidden = _handler("forbidden")
not_found = _handler("not_found")
request_timeout = _handler("request_timeout")
payload_too_large = _handler("payload_too_large")
uri_too_long = _handler("uri_too_long")
headers_too_large = _handler("headers_too_large")
too_many_requests = _handler("too_many_requests")
not_implemented = _handler("not_implemented")
unavailable = _handler("unavailable")
server_error = _handler("internal_error")
