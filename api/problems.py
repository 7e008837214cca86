"""PROBLEMS: every problem that Octavo answers with: its code, status, title, and the sentence that explains it."""

from typing import NamedTuple


class Problem(NamedTuple):
    """One kind of problem (RFC 9457): `code` names it; the page `/problems/{slug}/` explains it."""

    code: str
    status: int
    title: str
    explanation: str

    @property
    def slug(self) -> str:
        """The code with hyphens for underscores: the problem's name in URLs."""
        return self.code.replace("_", "-")

    @property
    def type(self) -> str:
        """The path of the problem's page, which is its type in RFC 9457's terms."""
        return f"/problems/{self.slug}"


PROBLEMS: dict[str, Problem] = {
    problem.code: problem
    for problem in (
        Problem("bad_request", 400, "Bad request", "The request cannot be read: its form or its Host is wrong."),
        Problem(
            "invalid_parameter", 400, "Invalid parameter",
            "A query parameter is unknown, repeated, empty, of the wrong type or out of range. `errors` names each "
            "one. Octavo ignores none in silence, so that a typing error never looks like an answer.",
        ),
        Problem("invalid_isbn", 400, "Invalid ISBN", "This is not an ISBN, or its check digit is wrong."),
        Problem(
            "invalid_cursor", 400, "Invalid cursor",
            "The cursor was changed, was made by another installation, or belongs to other filters or another "
            "ordering. Begin the list again without it.",
        ),
        Problem("page_out_of_range", 400, "Page out of range", "There is no such page: the list ends before it."),
        Problem(
            "page_too_deep", 400, "Page too deep",
            "Numbered pages reach the first 10,000 rows. Follow `next` to walk further: it costs the same everywhere.",
        ),
        Problem(
            "query_too_costly", 400, "Query too costly",
            "The database gave up on this combination of parameters. Ask for less at once.",
        ),
        Problem("malformed", 400, "Malformed body", "The body cannot be parsed."),
        Problem("unauthorized", 401, "Unauthorized", "Credentials are missing or not accepted."),
        Problem("forbidden", 403, "Forbidden", "The credentials do not allow this."),
        Problem("not_found", 404, "Not found", "Nothing is here."),
        Problem("method_not_allowed", 405, "Method not allowed", "The header Allow lists what can be done here."),
        Problem("not_acceptable", 406, "Not acceptable", "No format that the Accept header allows can be made."),
        Problem("request_timeout", 408, "Request timeout", "The request did not arrive in time."),
        Problem("conflict", 409, "Conflict", "What is there does not allow this; the detail says why."),
        Problem(
            "in_progress", 409, "In progress",
            "A request with the same Idempotency-Key is being answered. Send it again in a moment for its answer.",
        ),
        Problem("in_use", 409, "In use", "It cannot be deleted while others refer to it."),
        Problem(
            "merged", 409, "Merged",
            "It has become another one, under the key in `into`: write to that. Reading is led there by a redirect.",
        ),
        Problem("gone", 410, "Gone", "It was here and was deleted."),
        Problem(
            "precondition_failed", 412, "Precondition failed",
            "It is no longer what the ETag in If-Match names: somebody changed it since. Get it again.",
        ),
        Problem("payload_too_large", 413, "Payload too large", "The body is larger than this resource takes."),
        Problem("uri_too_long", 414, "URI too long", "The first line of a request has room for 8,192 bytes."),
        Problem("unsupported_media_type", 415, "Unsupported media type", "The body's Content-Type is not taken here."),
        Problem("invalid", 422, "Invalid body", "The body can be parsed but its values cannot be taken; see `errors`."),
        Problem(
            "precondition_required", 428, "Precondition required",
            "This installation takes no change without If-Match, so that nobody undoes the change of another unseen.",
        ),
        Problem(
            "too_many_requests", 429, "Too many requests",
            "More was asked than one address, account or key may ask in a time, or too many passwords were wrong. "
            "Retry-After says in how many seconds to come back, RateLimit what is left.",
        ),
        Problem(
            "headers_too_large", 431, "Headers too large",
            "A request may have 100 headers, and 32,768 bytes of them.",
        ),
        Problem("internal_error", 500, "Internal error", "The fault is Octavo's. Its log knows the request_id."),
        Problem("not_implemented", 501, "Not implemented", "No such method is known here."),
        Problem(
            "unavailable", 503, "Unavailable",
            "Octavo is overloaded or its database is away. Retry-After says when to come back.",
        ),
    )
}  # fmt: skip
BY_STATUS: dict[int, Problem] = {}
for _problem in PROBLEMS.values():
    BY_STATUS.setdefault(_problem.status, _problem)
