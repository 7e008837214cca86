"""Accounts over HTTP: signing in, API keys, passwords, and an admin's users, as API.md promises them."""

import re
from datetime import timedelta
from typing import Any

import orjson
import pytest
import time_machine
from django.utils import timezone
from kombu.exceptions import OperationalError
from rest_framework.test import APIClient

from core.accounts import families
from core.accounts.keys import create_key, note_use
from core.accounts.models import ApiKey, TokenFamily, User
from core.accounts.passwords import reset_token
from core.accounts.tasks import send_reset_mail
from core.volatile.redis import RedisStore

pytestmark = pytest.mark.django_db
V1 = "/api/v1/"
PASSWORD, OTHER = "a long enough one", "another long one"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture
def mailed(monkeypatch) -> list[str]:
    """The addresses to which a reset mail was queued."""
    found: list[str] = []
    monkeypatch.setattr(send_reset_mail, "apply_async", lambda args, **_: found.append(args[0]))
    return found


def account(role: str = "reader", email: str = "ada@example.org") -> User:
    return User.objects.create_user(email, PASSWORD, role=role, name="Ada")


def client(user: User | None = None, scopes: list[str] | None = None) -> APIClient:
    """A client that is signed in as `user`, with a key of these scopes if they are given; anonymous without either."""
    api = APIClient(HTTP_HOST="testserver")
    if user is not None:
        secret = families.sign_in(user).access if scopes is None else create_key(user, "k", scopes)[1]
        api.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return api


def send(api: APIClient, method: str, path: str, body: Any = None) -> Any:
    return api.generic(method, V1 + path, as_json(body), content_type="application/json")


def as_json(body: Any) -> Any:
    return b"" if body is None else body if isinstance(body, bytes) else orjson.dumps(body)


def problem(response: Any) -> tuple[int, str, list[tuple[str, str]]]:
    """The status, the code, and the fields of a problem document with their codes."""
    document = response.json()
    assert response["Content-Type"] == "application/problem+json"
    assert document["status"] == response.status_code
    assert response["Cache-Control"] in ("no-store", "private, no-store")
    return (
        response.status_code,
        document["code"],
        [(each["field"], each["code"]) for each in document.get("errors", ())],
    )


def test_signing_in_refreshing_and_signing_out():
    account()
    response = send(client(), "POST", "auth/token/", {"email": "ADA@example.org", "password": PASSWORD})
    first = response.json()
    assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")
    assert (set(first), first["token_type"], first["expires_in"]) == (
        {"access", "refresh", "token_type", "expires_in"}, "Bearer", 600,
    )  # fmt: skip
    second = send(client(), "POST", "auth/refresh/", {"refresh": first["refresh"]}).json()
    api = client()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {second['access']}")
    assert send(api, "GET", "auth/me/").json()["email"] == "ada@example.org"
    assert send(client(), "POST", "auth/logout/", {"refresh": second["refresh"]}).status_code == 204
    assert problem(send(api, "GET", "auth/me/")) == (401, "unauthorized", [])
    for path in ("auth/refresh/", "auth/logout/"):
        assert problem(send(client(), "POST", path, {"refresh": second["refresh"]})) == (401, "unauthorized", [])


@pytest.mark.parametrize(
    ("email", "password"), [("ada@example.org", OTHER), ("bob@example.org", PASSWORD), ("off@example.org", PASSWORD)]
)
def test_a_wrong_sign_in_is_the_same_whatever_is_wrong(email, password):
    account()
    account(email="off@example.org")
    User.objects.filter(email="off@example.org").update(is_active=False)
    response = send(client(), "POST", "auth/token/", {"email": email, "password": password})
    assert problem(response) == (401, "unauthorized", [])
    assert response.json()["detail"] == "No active account has this e-mail address and password."


def test_a_refresh_is_503_while_it_cannot_be_told_whether_the_token_was_used(monkeypatch):
    pair = families.sign_in(account())
    monkeypatch.setattr(families, "store", lambda: RedisStore("redis://127.0.0.1:1", ""))
    response = send(client(), "POST", "auth/refresh/", {"refresh": pair.refresh})
    assert (problem(response), response["Retry-After"]) == ((503, "unavailable", []), "5")
    assert not TokenFamily.objects.exclude(ended_at=None).exists()


def test_a_refusal_says_how_to_authenticate():
    for api in (client(), APIClient(HTTP_AUTHORIZATION="Bearer nonsense")):
        response = send(api, "GET", "auth/me/")
        assert problem(response) == (401, "unauthorized", [])
        assert response["WWW-Authenticate"] == 'Bearer realm="octavo"'


def test_ones_own_account():
    user = account("editor")
    response = send(client(user), "GET", "auth/me/")
    shown = response.json()
    assert MOMENT.fullmatch(shown.pop("created_at"))
    assert shown == {"id": user.pk, "email": "ada@example.org", "name": "Ada", "role": "editor", "active": True}
    assert response["Cache-Control"] == "private, no-store"
    assert "ETag" not in response
    changed = send(client(user), "PATCH", "auth/me/", {**response.json(), "name": "Ada L\u0061\u0301"})
    assert (changed.status_code, changed.json()["name"]) == (200, "Ada L\u00e1")
    assert send(client(user), "PATCH", "auth/me/", {}).json()["name"] == "Ada L\u00e1"


def test_a_key_sees_itself_beside_the_account():
    user = account("editor")
    shown = send(client(user, ["read"]), "GET", "auth/me/").json()
    assert (shown["id"], shown["key"]["scopes"], shown["key"]["prefix"][:4]) == (user.pk, ["read"], "oct_")
    assert "digest" not in shown["key"]
    assert problem(send(client(user, ["read", "write"]), "PATCH", "auth/me/", {"name": "Eve"})) == (
        403,
        "forbidden",
        [],
    )


@pytest.mark.parametrize(
    ("field", "value"), [("role", "admin"), ("email", "x@example.org"), ("active", False), ("id", 7)]
)
def test_nobody_changes_more_of_the_own_account_than_the_name(field, value):
    user = account()
    before = User.objects.values().get()
    assert send(client(user), "PATCH", "auth/me/", {field: value}).status_code == 200
    assert User.objects.values().get() == before


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"{", (400, "malformed", [])),
        (b"\xff", (400, "malformed", [])),
        (b"[" * 100_000, (400, "malformed", [])),
        (b'{"name": "\\ud800"}', (400, "malformed", [])),
        ([], (422, "invalid", [("", "invalid")])),
        (b"null", (422, "invalid", [("", "null")])),
        ({"name": None}, (422, "invalid", [("name", "null")])),
        ({"name": ["Ada"]}, (422, "invalid", [("name", "invalid")])),
        ({"name": "x" * 201}, (422, "invalid", [("name", "max_length")])),
        ({"name": "a\0b"}, (422, "invalid", [("name", "control_characters")])),
        ({"name": "a\nb"}, (422, "invalid", [("name", "control_characters")])),
        ({"name": "Ada", "is_superuser": True}, (422, "invalid", [("is_superuser", "unknown")])),
        ({"name": 1.5, "password": "x"}, (422, "invalid", [("name", "invalid"), ("password", "unknown")])),
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_taken_is_refused_by_the_names_of_its_fields(body, expected):
    user = account()
    assert problem(send(client(user), "PATCH", "auth/me/", body)) == expected
    assert User.objects.get().name == "Ada"


def test_a_body_that_is_no_json_is_415_and_an_unknown_parameter_400():
    api = client(account())
    response = api.generic("PATCH", V1 + "auth/me/", "name=Ada", content_type="application/x-www-form-urlencoded")
    assert problem(response) == (415, "unsupported_media_type", [])
    response = send(api, "PATCH", "auth/me/?x=1", {"name": "Eve"})
    assert (response.status_code, response.json()["errors"][0]["param"]) == (400, "x")
    assert User.objects.get().name == "Ada"


def test_changing_the_password_ends_every_sign_in_and_no_key():
    user = account()
    api, key = client(user), client(user, ["read"])
    wrong = send(api, "POST", "auth/password/", {"current_password": OTHER, "new_password": OTHER})
    assert problem(wrong) == (422, "invalid", [("current_password", "wrong")])
    weak = send(api, "POST", "auth/password/", {"current_password": PASSWORD, "new_password": "12345"})
    assert problem(weak)[2] == [("new_password", "too_weak")] * len(problem(weak)[2])
    body = {"current_password": PASSWORD, "new_password": OTHER}
    assert problem(send(key, "POST", "auth/password/", body)) == (403, "forbidden", [])
    assert send(api, "POST", "auth/password/", body).status_code == 204
    assert problem(send(api, "GET", "auth/me/")) == (401, "unauthorized", [])
    assert send(key, "GET", "auth/me/").status_code == 200
    assert send(client(), "POST", "auth/token/", {"email": user.email, "password": OTHER}).status_code == 200


def test_a_reset_is_answered_alike_whether_the_address_is_known(mailed):
    account()
    answers = [
        send(client(), "POST", "auth/password/reset/", {"email": f"{who}@example.org"}) for who in ("ada", "bob")
    ]
    assert [(each.status_code, each.content) for each in answers] == [(202, b"")] * 2
    assert mailed == ["ada@example.org", "bob@example.org"]


def test_a_reset_is_503_while_no_task_can_be_queued(monkeypatch):
    def away(*_: Any, **__: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(send_reset_mail, "apply_async", away)
    response = send(client(), "POST", "auth/password/reset/", {"email": "bob@example.org"})
    assert problem(response) == (503, "unavailable", [])


def test_a_mailed_token_sets_a_password_once():
    user = account()
    token = reset_token(user)
    weak = send(client(), "POST", "auth/password/reset/confirm/", {"token": token, "new_password": "12345"})
    assert problem(weak)[2][0] == ("new_password", "too_weak")
    body = {"token": token, "new_password": OTHER}
    assert send(client(), "POST", "auth/password/reset/confirm/", body).status_code == 204
    assert send(client(), "POST", "auth/token/", {"email": user.email, "password": OTHER}).status_code == 200
    again = send(client(), "POST", "auth/password/reset/confirm/", body)
    assert problem(again) == (401, "unauthorized", [])


def test_a_key_is_made_shown_once_and_revoked():
    user = account("editor")
    people = client(user)
    expires = timezone.now().replace(microsecond=0) + timedelta(days=1)
    body = {"name": "a script", "scopes": ["write", "read"], "expires_at": expires.isoformat()}
    response = send(people, "POST", "auth/keys/", body)
    made = response.json()
    key = ApiKey.objects.get()
    assert (response.status_code, response["Location"]) == (201, f"http://testserver/api/v1/auth/keys/{key.pk}/")
    assert made["key"].startswith(made["prefix"])
    program = APIClient(HTTP_AUTHORIZATION=f"Bearer {made.pop('key')}")
    assert made == {
        "id": key.pk, "name": "a script", "prefix": key.prefix, "scopes": ["read", "write"],
        "created_at": made["created_at"], "expires_at": f"{expires.isoformat()[:19]}Z", "last_used_at": None,
    }  # fmt: skip
    assert send(program, "GET", "auth/me/").status_code == 200
    note_use(key)
    shown = send(people, "GET", f"auth/keys/{key.pk}/").json()
    assert MOMENT.fullmatch(shown["last_used_at"])
    assert {**shown, "last_used_at": None} == made
    assert send(people, "DELETE", f"auth/keys/{key.pk}/").status_code == 204
    assert problem(send(program, "GET", "auth/me/")) == (401, "unauthorized", [])
    assert problem(send(people, "GET", f"auth/keys/{key.pk}/")) == (404, "not_found", [])
    assert send(people, "GET", "auth/keys/").json()["count"] == 0


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, [("name", "required"), ("scopes", "required")]),
        ({"name": "", "scopes": ["read"]}, [("name", "blank")]),
        ({"name": "k", "scopes": []}, [("scopes", "empty")]),
        ({"name": "k", "scopes": "read"}, [("scopes", "not_a_list")]),
        ({"name": "k", "scopes": ["read", "fly"]}, [("scopes[1]", "invalid_choice")]),
        ({"name": "k", "scopes": ["admin"]}, [("scopes", "not_allowed")]),
        ({"name": "k", "scopes": ["read"], "expires_at": "2000-01-01T00:00:00Z"}, [("expires_at", "past")]),
        ({"name": "k", "scopes": ["read"], "expires_at": "soon"}, [("expires_at", "invalid")]),
        ({"name": "k", "scopes": ["read"], "user": 1}, [("user", "unknown")]),
        ({"name": "k", "scopes": [1] * 1000}, [("scopes", "max_length")]),
        (
            {"name": "k", "scopes": ["read"]} | {f"x{n}": 1 for n in range(99)},
            [(f"x{n}", "unknown") for n in range(50)],
        ),
    ],
)  # fmt: skip
def test_a_wrong_key_is_not_made(body, errors):
    assert problem(send(client(account("editor")), "POST", "auth/keys/", body)) == (422, "invalid", errors)
    assert not ApiKey.objects.exists()


def test_nobody_sees_or_revokes_the_keys_of_others_and_no_key_makes_keys():
    ada, bob = account(), account(email="bob@example.org")
    key, _ = create_key(bob, "bob's", ["read"])
    api = client(ada)
    assert send(api, "GET", "auth/keys/").json()["results"] == []
    assert send(client(bob), "GET", "auth/keys/").json()["results"][0]["id"] == key.pk
    for method in ("GET", "DELETE"):
        assert problem(send(api, method, f"auth/keys/{key.pk}/")) == (404, "not_found", [])
    program = client(ada, ["read"])
    for method, body in (("GET", None), ("POST", {"name": "k", "scopes": ["read"]})):
        assert problem(send(program, method, "auth/keys/", body)) == (403, "forbidden", [])
    ApiKey.objects.get(pk=key.pk, revoked_at=None)


def test_a_list_of_keys_is_walked_the_newest_first():
    user = account()
    made = [create_key(user, f"k{n}", ["read"])[0].pk for n in range(5)]
    api, found, path = client(user), [], "auth/keys/?page_size=2"
    while path:
        page = send(api, "GET", path).json()
        assert (page["count"], page["count_exact"]) == (5, True)
        found += [key["id"] for key in page["results"]]
        path = (page["next"] or "").removeprefix(f"http://testserver{V1}")
    assert found == made[::-1]
    assert send(api, "GET", "auth/keys/?fields=name&ordering=id").json()["results"][0] == {"name": "k0"}


def test_an_admin_makes_and_changes_accounts(mailed):
    admin = client(account("admin"))
    response = send(admin, "POST", "users/", {"email": "Bob@example.org", "name": "Bob", "role": "editor"})
    bob = User.objects.get(name="Bob")
    assert (response.status_code, response["Location"]) == (201, f"http://testserver/api/v1/users/{bob.pk}/")
    assert (mailed, bob.has_usable_password()) == (["Bob@example.org"], False)
    with_password = {"email": "eve@example.org", "password": OTHER}
    assert send(admin, "POST", "users/", with_password).json()["role"] == "reader"
    assert len(mailed) == 1
    assert send(client(), "POST", "auth/token/", with_password).status_code == 200
    changed = send(admin, "PATCH", f"users/{bob.pk}/", {"role": "reader", "active": False}).json()
    assert (changed["role"], changed["active"], changed["name"]) == ("reader", False, "Bob")
    assert [user["email"] for user in send(admin, "GET", "users/").json()["results"]] == [
        "eve@example.org", "Bob@example.org", "ada@example.org",
    ]  # fmt: skip
    assert send(admin, "GET", f"users/{bob.pk}/").json() == changed


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, [("email", "required")]),
        ({"email": "no address"}, [("email", "invalid")]),
        ({"email": '"\u0001"@example.org'}, [("email", "invalid")]),
        ({"email": f"a@{'é' * 63}.example.org"}, [("email", "invalid")]),
        ({"email": "ADA@example.org"}, [("email", "taken")]),
        ({"email": "b@example.org", "role": "king"}, [("role", "invalid_choice")]),
        ({"email": "b@example.org", "password": "short"}, [("password", "too_weak")]),
        ({"email": "b@example.org", "is_superuser": True}, [("is_superuser", "unknown")]),
        ({"email": f"{'x' * 250}@example.org"}, [("email", "max_length")]),
    ],
)  # fmt: skip
def test_a_wrong_account_is_not_made(mailed, body, errors):
    assert problem(send(client(account("admin")), "POST", "users/", body))[2] == errors
    assert (User.objects.count(), mailed) == (1, [])


def test_a_disabled_account_is_signed_out_and_its_keys_refused():
    admin, bob = client(account("admin")), account(email="bob@example.org")
    people, program = client(bob), client(bob, ["read"])
    assert send(admin, "PATCH", f"users/{bob.pk}/", {"active": False}).status_code == 200
    for api in (people, program):
        assert problem(send(api, "GET", "auth/me/")) == (401, "unauthorized", [])
    assert send(admin, "PATCH", f"users/{bob.pk}/", {"active": True}).status_code == 200
    assert problem(send(people, "GET", "auth/me/")) == (401, "unauthorized", [])
    assert send(program, "GET", "auth/me/").status_code == 200


@pytest.mark.parametrize("change", [{"active": False}, {"role": "editor"}])
def test_the_last_active_admin_stays_one(change):
    ada, bob = account("admin"), account("admin", "bob@example.org")
    api = client(ada)
    assert send(api, "PATCH", f"users/{bob.pk}/", change).status_code == 200
    assert problem(send(api, "PATCH", f"users/{ada.pk}/", change)) == (409, "conflict", [])
    assert send(api, "PATCH", f"users/{ada.pk}/", {"name": "Ada L"}).status_code == 200


def test_a_superuser_that_is_no_admin_any_more_is_no_superuser():
    bob = User.objects.create_superuser("bob@example.org", PASSWORD)
    admin = client(account("admin"))
    assert send(admin, "PATCH", f"users/{bob.pk}/", {"name": "Bob"}).status_code == 200
    assert User.objects.get(pk=bob.pk).is_superuser
    assert send(admin, "PATCH", f"users/{bob.pk}/", {"role": "editor"}).status_code == 200
    assert not User.objects.get(pk=bob.pk).is_superuser


@pytest.mark.parametrize(
    ("role", "scopes", "status"),
    [("admin", None, 200), ("admin", ["admin"], 200), ("admin", ["read", "write"], 403), ("editor", None, 403)],
)
def test_accounts_are_for_admins_and_their_keys_with_the_scope(role, scopes, status):
    api = client(account(role), scopes)
    assert send(api, "GET", "users/").status_code == status
    assert problem(send(client(), "GET", "users/")) == (401, "unauthorized", [])


def test_a_token_ends_by_the_clock_over_http():
    user = account()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        api = client(user)
        assert send(api, "GET", "auth/me/").status_code == 200
        clock.shift(families.ACCESS_SECONDS)
        assert send(api, "GET", "auth/me/").status_code == 401


@pytest.mark.parametrize(
    ("path", "method", "allow"),
    [
        ("auth/token/", "GET", "POST, OPTIONS"),
        ("auth/me/", "DELETE", "GET, PATCH, HEAD, OPTIONS"),
        ("users/1/", "DELETE", "GET, PATCH, HEAD, OPTIONS"),
    ],
)
def test_another_method_is_405_with_those_that_are_allowed(path, method, allow):
    response = send(client(account("admin")), method, path)
    assert problem(response) == (405, "method_not_allowed", [])
    assert set(response["Allow"].split(", ")) == set(allow.split(", "))


@pytest.mark.parametrize(
    ("method", "path", "origin", "allowed"),
    [
        ("GET", "books/", "https://else.example.org", "*"),
        ("GET", "auth/me/", "https://else.example.org", None),
        ("PATCH", "auth/me/", "https://else.example.org", None),
        ("PATCH", "auth/me/", "https://books.example.org", "*"),
        ("POST", "books/", "https://else.example.org", None),
    ],
)
def test_pages_of_named_origins_write_and_all_read(settings, method, path, origin, allowed):
    settings.CORS_WRITE_ORIGINS = ["https://books.example.org"]
    preflight = APIClient().options(V1 + path, HTTP_ORIGIN=origin, HTTP_ACCESS_CONTROL_REQUEST_METHOD=method)
    assert preflight.headers.get("Access-Control-Allow-Origin") == allowed
    assert preflight.status_code == 200
    answer = APIClient().generic(method, V1 + path, HTTP_ORIGIN=origin)
    assert answer.headers.get("Access-Control-Allow-Origin") == allowed
    assert "origin" in answer["Vary"].lower()


@pytest.mark.parametrize("path", ["auth/me/", "users/", "auth/keys/"])
def test_anybody_may_ask_for_the_methods_whatever_the_credential(path):
    for api in (client(), APIClient(HTTP_AUTHORIZATION="Bearer x")):
        response = send(api, "OPTIONS", path)
        assert response.status_code == 204
        assert "GET" in response["Allow"]
