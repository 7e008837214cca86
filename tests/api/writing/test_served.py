"""Writes on the real server: seen at once by every worker, answered as a GET is, and of many at once one counts."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.conftest import Server, serving

CALLER = """
from core.accounts.models import User
from core.accounts.keys import create_key
user = User.objects.create_user("editor@example.org", None, role="editor")
print(create_key(user, "tests", ["read", "write"])[1])
"""
RECOUNT = "from books.counts import recount; print(recount())"
SHARED_BOOKS = """
from authors.models import Author
from tests.support.factories import make_book
for number in range(12):
    make_book(title=f"Shared {{number}}", authors=list(Author.objects.filter(pk__in={authors}).order_by("?")))
"""
INDEXED = "from tests.books.catalogue import index_rows; before, after = index_rows(); print(before == after)"
SERIES = "/api/v1/series/"
BOOKS = "/api/v1/books/"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("writing"), "writing") as running:
        yield running


@pytest.fixture(scope="module")
def send(server: Server) -> Callable[..., httpx.Response]:
    """Sends a request of an editor, each on a new connection, so that any worker answers."""
    key = server.manage("shell", "--verbosity", "0", "--command", CALLER).strip()

    def call(method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        given = {"Authorization": f"Bearer {key}", **headers}
        return httpx.request(method, server.url + path, json=body, headers=given, timeout=30)

    return call


def test_what_a_write_answers_is_what_every_worker_answers_from_then_on(server, send):
    last = send("POST", SERIES, {"name": "Tales"})
    url = f"{SERIES}tales/"
    for number in range(10):
        for _ in range(4):
            read = server.get(url)
            assert (read.content, read.headers["ETag"]) == (last.content, last.headers["ETag"])
            assert any(each["name"] == last.json()["name"] for each in server.get(SERIES).json()["results"])
        last = send("PATCH", url, {"name": f"Tales {number}"}, **{"If-Match": read.headers["ETag"]})
        assert last.status_code == 200
    assert send("PATCH", url, {"name": "X"}, **{"If-Match": read.headers["ETag"]}).status_code == 412
    assert send("DELETE", url).status_code == 204
    assert [server.get(url).status_code for _ in range(6)] == [410] * 6


def test_of_many_who_make_one_series_at_once_one_does(server, send):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: send("POST", SERIES, {"name": "Once"}), range(24)))
    assert Counter(answer.status_code for answer in answers)[201] == 1
    assert {answer.status_code for answer in answers} <= {201, 409, 422}
    found = [each for each in server.get(SERIES).json()["results"] if each["name"] == "Once"]
    assert len(found) == 1
    assert server.manage("shell", "--verbosity", "0", "--command", RECOUNT).strip() == "0"


def test_of_many_requests_of_one_name_one_makes_something(server, send):
    headers = {"Idempotency-Key": "fifty"}
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: send("POST", SERIES, {"name": "Fifty"}, **headers), range(50)))
    done = [answer for answer in answers if answer.status_code == 201]
    assert done
    assert len({answer.content for answer in done}) == 1
    assert {answer.json()["code"] for answer in answers if answer.status_code != 201} <= {"in_progress"}
    again = send("POST", SERIES, {"name": "Fifty"}, **headers)
    assert (again.status_code, again.content) == (201, done[0].content)
    assert sum(each["name"] == "Fifty" for each in server.get(SERIES).json()["results"]) == 1
    # A cache does not answer what the view refuses.
    server.get(SERIES)
    assert httpx.get(server.url + SERIES, headers=headers).status_code == 400


def test_no_deadlock_and_no_drift_reach_those_who_rename_authors_of_one_book(server, send):
    authors = [send("POST", "/api/v1/authors/", {"name": f"Writer {n}"}).json()["id"] for n in range(6)]
    server.manage("shell", "--verbosity", "0", "--command", SHARED_BOOKS.format(authors=authors))
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda n: send("PATCH", f"/api/v1/authors/{authors[n % 6]}/", {"name": f"Renamed {n}"}), range(48))
        )
    assert Counter(answer.status_code for answer in answers) == {200: 48}
    assert server.manage("shell", "--verbosity", "0", "--command", RECOUNT).strip() == "0"
    assert server.manage("shell", "--verbosity", "0", "--command", INDEXED).strip() == "True"


def test_of_many_writers_of_the_same_books_none_is_refused_and_nothing_drifts(server, send):
    """32 at once make, change, rename, batch and delete books of a few authors, subjects and series."""
    books = [send("POST", BOOKS, {"title": f"Common {n}", "authors": [{"name": "A 0"}]}).json()["id"] for n in range(6)]

    def write(n: int) -> httpx.Response:
        named = {
            "authors": [{"name": f"A {n % 5}"}, {"name": f"New {n // 4}", "role": "editor"}],
            "subjects": [{"name": f"S {n % 3}"}, {"name": f"T {n // 8}"}],
            "series": [{"name": f"Saga {n // 8}", "position": str(n)}],
        }
        match n % 5:
            case 0:
                return send("POST", BOOKS, {"title": f"Made {n}", **named})
            case 1:
                return send("PATCH", f"{BOOKS}{books[n % 6]}/", {"title": f"Changed {n}", **named})
            case 2:
                author = send("GET", f"{BOOKS}{books[n % 6]}/").json()["authors"][0]["id"]
                return send("PATCH", f"/api/v1/authors/{author}/", {"alternate_names": [f"Alias {n}"]})
            case 3:
                items = [{"id": pk, "subjects": named["subjects"]} for pk in books]
                return send(
                    "POST", f"{BOOKS}batch/", {"items": [*items, {"identifiers": {"own": [str(n)]}, "title": "B"}]}
                )
            case _:
                made = send("POST", BOOKS, {"title": f"Deleted {n}", **named})
                return send("DELETE", f"{BOOKS}{made.json()['id']}/")

    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(write, range(160)))
    assert {answer.status_code for answer in answers} <= {200, 201, 204}, Counter(
        answer.text for answer in answers if answer.status_code > 204
    )
    names = Counter(author["name"] for author in server.get("/api/v1/authors/?page_size=100").json()["results"])
    assert {name: number for name, number in names.items() if number > 1} == {}
    assert server.manage("shell", "--verbosity", "0", "--command", RECOUNT).strip() == "0"
    assert server.manage("shell", "--verbosity", "0", "--command", INDEXED).strip() == "True"


def test_of_many_who_change_what_they_saw_one_does(server, send):
    etag = send("POST", SERIES, {"name": "Seen"}).headers["ETag"]
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda n: send("PATCH", f"{SERIES}seen/", {"name": f"Seen {n}"}, **{"If-Match": etag}), range(16))
        )
    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 15}
