"""Who may do what: the one table of every route and method, and what its words mean.

A route that is not here, and one here that is gone, fail the test. `-` is a method that the route does not have.
HEAD is as GET, and OPTIONS is for everybody.
"""

from tests.authorization.callers import Caller

TABLE = """
route                                  GET      POST     PUT      PATCH    DELETE

books/                                 reading  writing  -        -        -
books/{id}/                            reading  -        writing  writing  writing
books/facets/                          reading  -        -        -        -
books/lookup/                          -        reading  -        -        -
books/batch/                           -        writing  -        -        -
books/{id}/merge/                      -        writing  -        -        -
books/{id}/sources/                    editing  -        -        -        -
books/{id}/sources/curated/{field}/    -        -        -        -        writing
authors/{id}/merge/                    -        writing  -        -        -
merges/                                editing  -        -        -        -
merges/{id}/                           editing  -        -        -        -
merges/{id}/undo/                      -        writing  -        -        -
duplicates/                            editing  -        -        -        -
authors/                               reading  writing  -        -        -
authors/{id}/                          reading  -        writing  writing  writing
authors/{id}/books/                    reading  -        -        -        -
categories/                            reading  writing  -        -        -
categories/tree/                       reading  -        -        -        -
categories/{slug}/                     reading  -        writing  writing  writing
categories/{slug}/books/               reading  -        -        -        -
series/                                reading  writing  -        -        -
series/{slug}/                         reading  -        writing  writing  writing
series/{slug}/books/                   reading  -        -        -        -
subjects/                              reading  -        -        -        -
subjects/{slug}/                       reading  -        -        -        -
subjects/{slug}/books/                 reading  -        -        -        -
isbn/{isbn}/                           reading  -        -        -        -
match/                                 reading  -        -        -        -
suggest/                               reading  -        -        -        -

auth/token/                            -        open     -        -        -
auth/refresh/                          -        open     -        -        -
auth/logout/                           -        open     -        -        -
auth/password/reset/                   -        open     -        -        -
auth/password/reset/confirm/           -        open     -        -        -
auth/password/                         -        people   -        -        -
auth/me/                               account  -        -        people   -
auth/keys/                             people   people   -        -        -
auth/keys/{id}/                        people   -        -        -        people
users/                                 admin    admin    -        -        -
users/{id}/                            admin    -        -        admin    -

/api/v1/                               reading  -        -        -        -
openapi.{form}                         open     -        -        -        -
/                                      open     -        -        -        -
/docs/                                 open     -        -        -        -
/redoc/                                open     -        -        -        -
/problems/                             open     -        -        -        -
/problems/{slug}/                      open     -        -        -        -
/static/{path}                         open     -        -        -        -
/health/live/                          open     -        -        -        -
/health/ready/                         open     -        -        -        -
/metrics/                              open     -        -        -        -
"""

WORDS = {
    "open": "everybody; no credential is looked at, so a wrong one is none",
    "reading": "everybody, and where CATALOGUE_ACCESS is `members` any account and keys with the scope `read`",
    "account": "whoever has an account, by a key too",
    "people": "whoever has signed in with a password; no key",
    "writing": "editors and admins, by a key if it has the scope `write`",
    "editing": "the same, and where CATALOGUE_ACCESS is `members` a key needs the scope `read` besides",
    "admin": "admins, by a key if it has the scope `admin`",
}
"""What the words of the table mean. A credential that is not accepted is 401 everywhere but at `open`."""

ROLES = {
    "": set(),
    "reader": {"read"},
    "editor": {"read", "write"},
    "admin": {"read", "write", "import", "admin"},
}
"""What each role may do at most; a key only what its scopes say within that."""


def rules() -> dict[str, dict[str, str]]:
    """The word of each method of each route, without those that a route does not have."""
    (_, *methods), *rows = (line.split() for line in TABLE.splitlines() if line)
    return {
        route: {method: word for method, word in zip(methods, words, strict=True) if word != "-"}
        for route, *words in rows
    }


def refusal(word: str, caller: Caller, access: str) -> int:
    """The status by which `caller` is refused what needs `word`; 0 if it is allowed."""
    if word == "open":
        return 0
    if not caller.accepted:
        return 401
    may = ROLES[caller.role] & (ROLES["admin"] if caller.scopes is None else set(caller.scopes))
    if word == "reading" and access == "public":
        return 0
    if not caller.role:
        return 401
    allowed = {
        "reading": "read" in may,
        "account": True,
        "people": caller.scopes is None,
        "writing": "write" in may,
        "editing": "write" in may and (access == "public" or "read" in may),
        "admin": "admin" in may,
    }
    return 0 if allowed[word] else 403
