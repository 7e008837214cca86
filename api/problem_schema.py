"""Error responses in the OpenAPI document: each status with an example of its problem document."""

from typing import Any

from api.exceptions import MEDIA_TYPE, document, parameter_error, unknown_parameter
from api.problems import PROBLEMS

Schema = dict[str, Any]
PROBLEM: Schema = {
    "type": "object",
    "description": "What went wrong (RFC 9457): `code` is for programs, `detail` for people, `type` a page about it.",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "code": {"type": "string", "pattern": "^[a-z0-9_]+$"},
        "errors": {
            "type": "array",
            "description": "One for each parameter or field that cannot be used",
            "items": {
                "type": "object",
                "properties": {
                    "param": {"type": "string", "maxLength": 100, "description": "The query parameter"},
                    "field": {"type": "string", "maxLength": 100, "description": "The field of the body"},
                    "code": {"type": "string", "pattern": "^[a-z0-9_]+$"},
                    "message": {"type": "string", "maxLength": 500},
                },
                "required": ["code", "message"],
            },
        },
        "request_id": {"type": ["string", "null"], "description": "The answer's X-Request-ID, which the log names too"},
    },
}
BEARER: Schema = {
    "type": "http",
    "scheme": "bearer",
    "description": "An access token from `auth/token/`, or an API key from `auth/keys/`.",
}
_REQUEST_ID = "5f0c0b6f2c0d4b0c9a5d0a3be5a2b7de"
_LIST_CODES = ("invalid_cursor", "page_out_of_range", "page_too_deep", "query_too_costly")
_ERRORS = {
    "invalid_parameter": [
        unknown_parameter("langauge"),
        parameter_error("page_size", "out_of_range", "Must be from 1 to 100."),
    ],
    "invalid": [{"field": "email", "code": "required", "message": "This field is required."}],
}
_DETAILS = {
    "invalid_parameter": "Cannot use: langauge, page_size.",
    "invalid": "Cannot use: email.",
    "invalid_isbn": "'9780141439519' has a wrong check digit.",
    "page_out_of_range": "The list ends before page 40.",
}
# By status: the name of the response component, its description, and the code of the problem.
_RESPONSES = {
    "304": ("NotModified", "Unchanged since the ETag in If-None-Match", ""),
    "401": ("Unauthorized", "A credential is missing or not accepted", "unauthorized"),
    "403": ("Forbidden", "The credential does not allow this", "forbidden"),
    "404": ("NotFound", "Nothing has this key", "not_found"),
    "406": ("NotAcceptable", "No format that Accept allows can be made", "not_acceptable"),
    "409": ("Conflict", "What is there does not allow this", "conflict"),
    "410": ("Gone", "It was deleted", "gone"),
    "412": ("PreconditionFailed", "It is no longer what If-Match names", "precondition_failed"),
    "413": ("PayloadTooLarge", "The body is larger than this resource takes", "payload_too_large"),
    "414": ("TooLong", "The URL has more bytes than a request's first line has room for", "uri_too_long"),
    "415": ("UnsupportedMediaType", "The body is no JSON by its Content-Type", "unsupported_media_type"),
    "422": ("Invalid", "The body can be parsed but its values cannot be taken", "invalid"),
    "428": ("PreconditionRequired", "If-Match is required here", "precondition_required"),
    "429": ("TooManyRequests", "Too many requests in a time; Retry-After says when to come back", "too_many_requests"),
    "503": ("Unavailable", "Overloaded, or the database is away; Retry-After says when to come back", "unavailable"),
}

_QUOTA_HEADERS: Schema = {
    "Retry-After": {"description": "Seconds after which to come back", "schema": {"type": "integer", "minimum": 1}},
    "RateLimit-Policy": {
        "description": "What may be asked: `q` requests in `w` seconds. It is on every answer that counted",
        "schema": {"type": "string"},
        "example": '"anon";q=100;w=1',
    },
    "RateLimit": {
        "description": "What is left: `r` requests, for `t` seconds",
        "schema": {"type": "string"},
        "example": '"anon";r=0;t=1',
    },
}


def _example(code: str) -> Schema:
    """The OpenAPI example for the problem with the code `code`: `summary` is its title, `value` a problem document."""
    problem = PROBLEMS[code]
    detail = _DETAILS.get(code, problem.explanation)
    return {"summary": problem.title, "value": document(problem, detail, _REQUEST_ID, _ERRORS.get(code))}


def _answer(description: str, *codes: str) -> Schema:
    examples = {code: {"$ref": f"#/components/examples/{code}"} for code in codes}
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}}
    return {"description": description, "content": content} if codes else {"description": description}


def describe_problems(result: Schema, **kwargs: Any) -> Schema:
    """Add the error responses of every operation to the OpenAPI document `result`, and return it."""
    components = result["components"]
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    components["securitySchemes"] = {"bearer": BEARER}
    components["responses"] = {
        name: _answer(description, *([code] if code else [])) for name, description, code in _RESPONSES.values()
    }
    components["responses"]["TooManyRequests"]["headers"] = _QUOTA_HEADERS
    used = {code for _, _, code in _RESPONSES.values() if code}
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            codes = _codes(path, operation)
            used.update(codes)
            what = "A parameter or the body" if "requestBody" in operation else "A parameter"
            answers = {"400": _answer(f"{what} cannot be used", *codes)}
            for status in _statuses(path, method, operation):
                answers[status] = {"$ref": f"#/components/responses/{_RESPONSES[status][0]}"}
            operation["responses"] = dict(sorted({**operation["responses"], **answers}.items()))
    components["examples"] = {code: _example(code) for code in sorted(used)}
    return result


def _statuses(path: str, method: str, operation: Schema) -> list[str]:
    """The statuses of error responses that the operation may have, besides 400."""
    private, secured = "/auth/" in path or "/users/" in path, {"bearer": []} in operation["security"]
    closed = {} not in operation["security"]
    writes = not private and method in ("put", "patch", "delete") and "/sources/" not in path
    has = {
        "304": method == "get" and not closed,
        "401": secured or path.endswith(("/token/", "/refresh/", "/logout/", "/confirm/")),
        "403": secured,
        "404": "{" in path,
        "406": True,
        "409": (path.endswith("/users/{id}/") and method == "patch") or (method != "get" and not private),
        "410": not private and "{" in path and "{isbn}" not in path,
        "412": writes or path.endswith("/merge/"),
        "413": "requestBody" in operation,
        "414": True,
        "415": "requestBody" in operation,
        "422": "requestBody" in operation,
        "428": writes,
        "429": True,
        "503": True,
    }
    return [status for status in _RESPONSES if has[status]]


def _codes(path: str, operation: Schema) -> tuple[str, ...]:
    """The problem codes that a response of status 400 to the operation may have."""
    pages = any(parameter["name"] == "cursor" for parameter in operation.get("parameters", ()))
    body = ("malformed",) if "requestBody" in operation else ()
    return (
        "invalid_parameter",
        *body,
        *(_LIST_CODES if pages else ()),
        *(("invalid_isbn",) if "{isbn}" in path else ()),
    )
