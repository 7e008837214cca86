"""Errors as RFC 9457 problem documents, from views, from Django itself, and for what was never routed."""

import math
import sqlite3
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.log import log_response
from rest_framework import exceptions
from rest_framework.response import Response

from api.problems import BY_STATUS, PROBLEMS, Problem

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 5
QUERY_CANCELED = "57014"
_PASSING = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL,
}  # fmt: skip


class ProblemError(exceptions.APIException):
    """An error with a code of its own; `errors` lists what is wrong, one item a parameter or field."""

    def __init__(self, code: str, detail: str, errors: list[dict[str, str]] | None = None) -> None:
        super().__init__(detail)
        self.problem = PROBLEMS[code]
        self.status_code = self.problem.status
        self.errors = errors or []


class InvalidParameters(ProblemError):
    """One or more query parameters cannot be taken; each error has `param`, `code` and `message`."""

    def __init__(self, errors: list[dict[str, str]]) -> None:
        names = ", ".join(dict.fromkeys(error["param"] for error in errors))
        super().__init__("invalid_parameter", f"Cannot use: {names}.", errors)


def parameter_error(param: str, code: str, message: str) -> dict[str, str]:
    """One entry of `errors`, its texts bounded: a client's own input may be in them."""
    return {"param": param[:100], "code": code, "message": message[:500]}


def unknown_parameter(param: str) -> dict[str, str]:
    """The same for a parameter that is taken nowhere here."""
    return parameter_error(param, "unknown", "There is no such parameter here.")


def document(
    problem: Problem, detail: str, request_id: str | None, errors: list[dict[str, str]] | None = None
) -> dict[str, Any]:
    """The problem document's members."""
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
    """DRF's exception handler: a problem document for what the client or the database did, None for our own faults."""
    request = context["request"]
    errors: list[dict[str, str]] = []
    headers: dict[str, str] = {}
    if isinstance(exc, ProblemError):
        problem, detail, errors = exc.problem, str(exc.detail), exc.errors
    elif isinstance(exc, Http404 | PermissionDenied):
        problem = PROBLEMS["not_found" if isinstance(exc, Http404) else "forbidden"]
        detail = problem.explanation
    elif isinstance(exc, OperationalError | InterfaceError):
        code = _database_problem(exc)
        if code is None:
            return None
        problem = PROBLEMS[code]
        detail = problem.explanation
        if code == "unavailable":
            headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    elif isinstance(exc, RequestDataTooBig):
        problem, detail = PROBLEMS["payload_too_large"], "The body is too large."
    elif isinstance(exc, exceptions.APIException):
        problem, detail = BY_STATUS.get(exc.status_code, PROBLEMS["bad_request"]), str(exc.detail)
        if isinstance(exc, exceptions.Throttled):
            headers["Retry-After"] = str(math.ceil(getattr(exc, "wait", None) or 1))
    else:
        return None
    body = document(problem, detail, getattr(request, "request_id", None), errors)
    response = Response(body, status=problem.status, headers=headers, content_type=MEDIA_TYPE)
    _log(response, request, exc)
    if isinstance(exc, exceptions.MethodNotAllowed):
        response["Allow"] = ", ".join(context["view"].allowed_methods)
    return response


def _log(response: Response, request: Any, exc: Exception) -> None:
    """Log that the database is away, by Django's logger of requests, which core/server/log_throttle.py filters."""
    if response.status_code == 503:
        django_request = getattr(request, "_request", request)
        log_response("the database is away", response=response, request=django_request, exception=exc)


def _database_problem(exc: Exception) -> str | None:
    """The problem that a database's operational error is for the client; None where the fault is ours."""
    cause = exc.__cause__
    if getattr(cause, "sqlstate", None) == QUERY_CANCELED:
        return "query_too_costly"
    # SQLite calls nearly every fault operational, a missing table too; _PASSING ones go by themselves.
    if isinstance(cause, sqlite3.Error) and (getattr(cause, "sqlite_errorcode", 0) & 0xFF) not in _PASSING:
        return None
    return "unavailable"


def plain_problem(
    request: HttpRequest, code: str, errors: list[dict[str, str]] | None = None, detail: str = ""
) -> HttpResponse:
    """A problem document outside DRF; without a `detail` of its own it has the explanation of all of its kind."""
    problem = PROBLEMS[code]
    body = document(problem, detail or problem.explanation, getattr(request, "request_id", None), errors)
    response = HttpResponse(orjson.dumps(body), status=problem.status, content_type=MEDIA_TYPE)
    response["Cache-Control"] = "no-store"
    if problem.status == 503:
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def bad_request(request: HttpRequest, exception: Exception | None) -> HttpResponse:
    """Django's handler400: suspicious requests and unknown hosts."""
    return plain_problem(request, "bad_request")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    return plain_problem(request, "forbidden")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404: no such path."""
    return plain_problem(request, "not_found")


def request_timeout(request: HttpRequest, exception: Exception | None) -> HttpResponse:
    """The server's 408: a request did not come in time."""
    return plain_problem(request, "request_timeout")


def payload_too_large(request: HttpRequest, exception: Exception | None) -> HttpResponse:
    """The server's 413."""
    return plain_problem(request, "payload_too_large")


def uri_too_long(request: HttpRequest, exception: Exception | None) -> HttpResponse:
    """The server's 414."""
    return plain_problem(request, "uri_too_long")


def headers_too_large(request: HttpRequest, exception: Exception | None) -> HttpResponse:
    """The server's 431."""
    return plain_problem(request, "headers_too_large")


def not_implemented(request: HttpRequest, exception: Exception | None) -> HttpResponse:
    """The server's 501: no such method."""
    return plain_problem(request, "not_implemented")


def unavailable(request: HttpRequest, exception: Exception | None) -> HttpResponse:
    """The server's 503: too many requests wait, or this one took too long."""
    return plain_problem(request, "unavailable")


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500."""
    return plain_problem(request, "internal_error")
