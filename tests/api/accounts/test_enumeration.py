"""Nobody learns which accounts there are: not by an answer, not by how many passwords are hashed or rows looked up."""

import json
from typing import Any, NamedTuple

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.accounts.models import User
from core.accounts.passwords import reset_token
from core.accounts.tasks import send_reset_mail
from tests.api.accounts.test_accounts import OTHER, PASSWORD, account, client, send

pytestmark = pytest.mark.django_db
KNOWN, DISABLED, WITHOUT_PASSWORD = "ada@example.org", "off@example.org", "new@example.org"
ADDRESSES = ("nobody@example.org", KNOWN, DISABLED, WITHOUT_PASSWORD)


class Told(NamedTuple):
    """What a client is told by an answer, and how many passwords were hashed for it."""

    status: int
    document: Any
    headers: dict[str, str]
    hashed: int


@pytest.fixture(autouse=True)
def accounts() -> None:
    """An account of each kind: active, disabled, and one that has no password yet."""
    account()
    account(email=DISABLED)
    User.objects.filter(email=DISABLED).update(is_active=False)
    new = account(email=WITHOUT_PASSWORD)
    new.set_unusable_password()
    new.save()


@pytest.fixture(autouse=True)
def mailed(monkeypatch) -> list[str]:
    """The addresses to which a reset mail was queued."""
    found: list[str] = []
    monkeypatch.setattr(send_reset_mail, "apply_async", lambda args, **_: found.append(args[0]))
    return found


@pytest.fixture
def hashed(accounts, monkeypatch) -> list[str]:
    """The passwords that were hashed since the accounts were made."""
    found: list[str] = []
    encode = MD5PasswordHasher.encode

    def noted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        found.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", noted)
    return found


def told(response: Any, hashed: list[str]) -> Told:
    """What a response tells but for the request's id; empties `hashed`."""
    document = json.loads(response.content) if response.content else None
    headers = {name: value for name, value in response.headers.items() if name != "X-Request-ID"}
    if document:
        document.pop("request_id", None)
        headers.pop("Content-Length", None)
    count = len(hashed)
    hashed.clear()
    return Told(response.status_code, document, headers, count)


def test_a_refused_sign_in_tells_nothing_of_the_account(hashed):
    """Also where the account is disabled and the password right."""
    answers = [
        told(send(client(), "POST", "auth/token/", {"email": email, "password": password}), hashed)
        for email in ADDRESSES
        for password in (OTHER, PASSWORD)
        if (email, password) != (KNOWN, PASSWORD)
    ]
    assert answers == [answers[0]] * 7
    assert (answers[0].status, answers[0].hashed) == (401, 1)


def test_a_right_sign_in_hashes_no_more_than_a_wrong_one(hashed):
    answer = told(send(client(), "POST", "auth/token/", {"email": KNOWN, "password": PASSWORD}), hashed)
    assert (answer.status, answer.hashed) == (200, 1)


def test_a_locked_address_tells_nothing_of_the_account(hashed):
    for email in ADDRESSES:
        found = [send(client(), "POST", "auth/token/", {"email": email, "password": OTHER}) for _ in range(11)]
        assert [each.status_code for each in found] == [401] * 10 + [429]
        assert found[-1].json()["code"] == "too_many_requests"
    assert len(hashed) == 10 * len(ADDRESSES)


def test_asking_for_a_reset_looks_up_and_hashes_nothing(mailed, hashed):
    """The account is looked for by the task that mails the token, for which no client waits."""
    answers = []
    for email in ADDRESSES:
        with CaptureQueriesContext(connection) as queries:
            answers.append(told(send(client(), "POST", "auth/password/reset/", {"email": email}), hashed))
        assert queries.captured_queries == []
    assert answers == [answers[0]] * 4
    assert (answers[0].status, answers[0].document, answers[0].hashed) == (202, None, 0)
    assert mailed == [*ADDRESSES]


@pytest.mark.parametrize("password", [OTHER, "12345", KNOWN], ids=["good", "weak", "the address itself"])
def test_a_refused_reset_token_tells_nothing_of_the_account(hashed, password):
    """A password that is easy to guess is named only to whoever has a good token: it may be like the address."""
    tokens = {email: reset_token(User.objects.get(email=email)) for email in ADDRESSES[1:]}
    (number, secret), (_, others) = tokens[KNOWN].split("."), tokens[WITHOUT_PASSWORD].split(".")
    wrong = [token[:-1] + ("0" if token[-1] != "0" else "1") for token in tokens.values()]
    refused = [*wrong, f"OTk5OTk5OTk.{secret}", f"{number}.{others}", tokens[DISABLED], f"{number}.", "x"]
    answers = [
        told(send(client(), "POST", "auth/password/reset/confirm/", {"token": token, "new_password": password}), hashed)
        for token in refused
    ]
    assert answers == [answers[0]] * len(refused)
    assert (answers[0].status, answers[0].hashed) == (401, 0)


@pytest.mark.parametrize(
    ("role", "scopes", "status"),
    [(None, None, 401), ("reader", None, 403), ("editor", None, 403), ("admin", ["read", "write", "import"], 403)],
)
def test_only_admins_learn_which_addresses_and_ids_are_taken(hashed, mailed, role, scopes, status):
    caller = client(account(role, "caller@example.org") if role else None, scopes)
    hashed.clear()
    answers = [told(send(caller, "POST", "users/", {"email": email}), hashed) for email in ADDRESSES]
    assert answers == [answers[0]] * 4
    assert (answers[0].status, answers[0].hashed) == (status, 0)
    ids = [*User.objects.values_list("pk", flat=True), 999_999]
    for method, body in (("GET", None), ("PATCH", {"name": "Eve"})):
        answers = [told(send(caller, method, f"users/{pk}/", body), hashed) for pk in ids]
        assert answers == [answers[0]] * len(ids)
        assert answers[0].status == status
    assert mailed == []


@pytest.mark.parametrize("email", [KNOWN, KNOWN.upper(), DISABLED])
def test_an_admin_learns_that_an_address_is_taken(email):
    answer = send(client(account("admin", "caller@example.org")), "POST", "users/", {"email": email}).json()
    assert [(error["field"], error["code"]) for error in answer["errors"]] == [("email", "taken")]
