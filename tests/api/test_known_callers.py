"""A credential changes no answer of the catalogue: neither its body nor what caches are told of it."""

import pytest

from core.accounts.families import sign_in
from core.accounts.keys import create_key
from core.accounts.models import User
from tests.support.factories import make_book

PATHS = [
    "/", "/api/v1/", "/docs/", "/redoc/", "/problems/", "/problems/not-found/", "/api/v1/openapi.json",
    "/api/v1/openapi.yaml", "/api/v1/books/", "/api/v1/books/?search=emma", "/api/v1/authors/", "/api/v1/categories/",
    "/api/v1/categories/tree/", "/api/v1/subjects/", "/api/v1/series/", "/api/v1/series/novels/",
    "/api/v1/series/novels/books/", "/api/v1/suggest/?q=em", "/api/v1/isbn/9780141439518/",
    "/api/v1/books/?ordering=random", "/api/v1/nowhere/",
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS)
def test_a_credential_changes_no_answer(through_cache, path):
    make_book(title="Emma", authors=["Austen, Jane"], series=[("Novels", "4")], isbns=["9780141439518"])
    user = User.objects.create_user("ada@example.org", "a long enough one", role="admin")
    key = create_key(user, "a script", ["read"])[1]
    plain, *signed_in = (
        through_cache(path, **({"authorization": f"Bearer {credential}"} if credential else {}))
        for credential in (None, key, sign_in(user).access)
    )
    for reply in signed_in:
        assert (reply.status, reply.headers.keys()) == (plain.status, plain.headers.keys())
        own = {"x-request-id", "link"} if "random" in path else {"x-request-id"}
        assert {name: value for name, value in reply.headers.items() if name not in own} == {
            name: value for name, value in plain.headers.items() if name not in own
        }
        if "random" not in path and plain.status == 200:
            assert reply.body == plain.body
