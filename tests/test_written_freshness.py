"""What a write over HTTP did is seen by every read that begins after its answer, on every node, and nothing drifts."""

import json
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.conftest import new_database
from tests.freshness.checked_cluster import CheckedCluster, checked_cluster

pytestmark = pytest.mark.xdist_group("freshness")
API = "/api/v1/"
READS = 3
"""Reads of a node after each write: the whole way, by the prepared request, and from memory."""
RECOUNT = """
from books.counts import recount
from books.models import Word
from books.search.words import rebuild_words
from tests.books.catalogue import index_rows
before, after = index_rows()
words = set(Word.objects.values_list("word", flat=True))
rebuild_words(__import__("django.db").db.connection)
lost = set(Word.objects.values_list("word", flat=True)) - words
print(recount(), before == after, len(lost))
"""


class Writer:
    """Writes by one thread, and reads by which each write is checked on all nodes."""

    def __init__(self, number: int, nodes: list[str], key: str) -> None:
        self.number, self.round = number, 0
        self.nodes = [httpx.Client(base_url=node, timeout=60) for node in nodes]
        self.headers = {"Authorization": f"Bearer {key}"}

    def send(self, method: str, path: str, body: Any = None, expected: int = 200) -> Any:
        """The answer of any node to a write, which must have the status `expected`."""
        node = random.choice(self.nodes)
        answer = node.request(method, API + path, json=body, headers=self.headers)
        assert answer.status_code == expected, (method, path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def see(self, path: str, check: Callable[[httpx.Response], bool]) -> None:
        """Assert that every node answers `path` as `check` wants it."""
        for node in self.nodes:
            for _ in range(READS):
                answer = node.get(API + path)
                assert check(answer), (path, answer.status_code, answer.text[:500])

    def make(self, title: str) -> Any:
        """The id of a new book, whose author and subject other writers name too."""
        named = {"authors": [{"name": f"Author {self.round % 4}"}], "subjects": [{"name": f"Subject {self.round % 3}"}]}
        return self.send("POST", "books/", {"title": title, "identifiers": {"own": [title]}, **named}, 201)["id"]

    def cycle(self) -> None:
        """Make, change, batch, merge, undo and delete two books of authors that others write too."""
        self.round += 1
        name = f"{self.number}-{self.round}"
        first, second = (self.make(f"{which} {name}") for which in ("First", "Second"))
        self.see(f"books/{first}/", lambda read: read.status_code == 200 and read.json()["title"] == f"First {name}")
        self.see(f"books/?ids={first},{second}", lambda read: read.json()["count"] == 2)
        self.send("PATCH", f"books/{first}/", {"title": f"Changed {name}"})
        self.see(f"books/{first}/", lambda read: read.json()["title"] == f"Changed {name}")
        self.send("POST", "books/batch/", {"items": [{"id": first, "pages": self.round}]})
        self.see(f"books/{first}/", lambda read: read.json()["pages"] == self.round)
        merge = self.send("POST", f"books/{second}/merge/", {"into": first}, 201)
        assert merge["id"] == first
        self.see(f"books/{second}/", lambda read: read.status_code == 308)
        self.see(f"books/{first}/", lambda read: len(read.json()["identifiers"]["own"]) == 2)
        merges = self.nodes[0].get(f"{API}merges/?resource=books&page_size=100", headers=self.headers).json()["results"]
        merged = next(each["id"] for each in merges if each["from"]["id"] == second)
        self.send("POST", f"merges/{merged}/undo/")
        self.see(f"books/{second}/", lambda read: read.status_code == 200)
        self.see(f"books/{first}/", lambda read: len(read.json()["identifiers"]["own"]) == 1)
        for book in (first, second):
            self.send("DELETE", f"books/{book}/", expected=204)
            self.see(f"books/{book}/", lambda read: read.status_code == 410)
        self.see(f"books/?ids={first},{second}", lambda read: read.json()["missing"] == [first, second])


def run(acting: CheckedCluster, writers: int, seconds: float, rounds: int) -> int:
    """Let so many writers write for so long, and each at least so many rounds; return how many rounds there were."""
    nodes, key = acting.env["NODES"].split(), acting.env["WRITER_KEY"]
    until = time.monotonic() + seconds

    def write(number: int) -> int:
        writer = Writer(number, nodes, key)
        try:
            while writer.round < rounds or time.monotonic() < until:
                writer.cycle()
        finally:
            for node in writer.nodes:
                node.close()
        return writer.round

    with ThreadPoolExecutor(writers) as pool:
        return sum(pool.map(write, range(writers)))


def assert_nothing_drifted(acting: CheckedCluster) -> None:
    told = acting.manage("shell", "--verbosity", "0", "--command", RECOUNT).split()
    assert told == ["0", "True", "0"]


@pytest.mark.parametrize("cache", ["on", "off", "aside"])
def test_every_read_after_a_write_shows_it(tmp_path, cache):
    options: dict[str, Any] = {"bug": "aside"} if cache == "aside" else {"variables": {"RESPONSE_CACHE": cache}}
    with new_database(tmp_path, "written") as url, checked_cluster(tmp_path, url, workers=1, **options) as acting:
        assert run(acting, writers=4, seconds=0, rounds=2) == 8
        assert_nothing_drifted(acting)


@pytest.mark.soak
def test_after_long_writing_beside_loads_and_revocations_every_number_is_that_of_a_recount(tmp_path):
    """`SOAK_SECONDS` of 32 writers, loads and revocations; 20 minutes unless said."""
    seconds = float(os.environ.get("SOAK_SECONDS", "1200"))
    with new_database(tmp_path, "written") as url, checked_cluster(tmp_path, url, workers=2) as acting:
        stopped, told = threading.Event(), Counter[str]()

        def load() -> None:
            while not stopped.is_set():
                told["loads"] += 1
                works = [
                    {"key": str(n), "title": f"Loaded {n} {told['loads'] % 7}", "authors": [f"Author {n % 4}"]}
                    for n in range(200)
                ]
                file = tmp_path / "loaded.ndjson"
                lines = [{"_format": "octavo", "version": 1, "source": "soak"}, *works]
                file.write_text("".join(json.dumps(line) + "\n" for line in lines))
                acting.manage("import_books", str(file))

        def revoke() -> None:
            node = acting.env["NODES"].split()[0]
            while not stopped.wait(1):
                told["revocations"] += 1
                made = acting.manage("create_key", "writer@example.org", "short", "--scope", "read").strip()
                head = {"Authorization": f"Bearer {made}"}
                assert httpx.get(f"{node}{API}auth/me/", headers=head, timeout=60).status_code == 200
                sql = "from core.accounts.models import ApiKey; from django.utils import timezone;"
                sql += "ApiKey.objects.filter(name='short').update(revoked_at=timezone.now())"
                acting.manage("shell", "--verbosity", "0", "--command", sql)
                assert httpx.get(f"{node}{API}books/", headers=head, timeout=60).status_code == 401

        with ThreadPoolExecutor(2) as beside:
            others = [beside.submit(load), beside.submit(revoke)]
            try:
                rounds = run(acting, writers=32, seconds=seconds, rounds=1)
            finally:
                stopped.set()
            for other in others:
                other.result()
        print(f"{rounds} rounds of writes, {told['loads']} loads, {told['revocations']} revocations")
        assert_nothing_drifted(acting)
