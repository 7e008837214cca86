"""Reading by people who signed in, in mixed load, and while a book is edited."""

import random
import re
import statistics
import threading
import time
from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx
import orjson

from benchmarks import machine
from benchmarks.driving.driver import Answered, Request, at_rate, flat_out, percentile, repeated, request, run
from benchmarks.driving.measuring import BOOKS, ROUNDS, SECONDS, Say, documents, rate_of, say_ratio
from benchmarks.load import Scenario, requests_a_second
from benchmarks.servers import HOST, LIST, SERVERS, Running, running
from tests.support.servers import free_port

_METRIC = re.compile(r"^octavo_cache_(\w+?)(?:_total)? ([0-9.e+]+)$", re.MULTILINE)

URLS = 1_000
EDITS_A_SECOND = 10


def measure_signed_in(environment: dict[str, str], key: str, say: Say) -> None:
    """The hot list with an API key beside the same without one, in turns, by wrk."""
    wrk = machine.wrk()
    with running(SERVERS["Octavo"], environment) as octavo:
        signed, anonymous = [], []
        for _ in range(ROUNDS):
            header = (("Authorization", f"Bearer {key}"),)
            signed.append(requests_a_second(wrk, octavo, Scenario("key", "Octavo", LIST, header), SECONDS))
            anonymous.append(requests_a_second(wrk, octavo, Scenario("anonymous", "Octavo", LIST), SECONDS))
        say_ratio(say, "hot list with an API key, against anonymous", signed, anonymous)


def mixed(books: list[dict[str, Any]], words: list[str]) -> Iterator[Request]:
    """80 % one hot list, 15 % lists that nobody asked for before, 5 % searches of two words."""
    chosen, numbers = random.Random(1), count()
    while True:
        share = chosen.random()
        if share < 0.80:
            yield request("hot", "GET", LIST)
        elif share < 0.95:
            ids = ",".join(str(book["id"]) for book in chosen.sample(books, 3))
            yield request(
                "cold", "GET", f"{LIST}?page_size=25&published_year_max={2100 - next(numbers) % 90}&ids={ids}"
            )
        else:
            yield request("search", "GET", f"{LIST}?search={'%20'.join(chosen.sample(words, 2))}")


def measure_mixed(environment: dict[str, str], say: Say) -> None:
    """p99 of hot answers in mixed load at 70 % of its own peak, beside hot answers alone at the same rate."""
    with running(SERVERS["Octavo"], environment) as octavo:
        books = documents(octavo, BOOKS)
        words = [word for book in books for word in book["title"].split() if word.isalpha() and len(word) > 4]
        peak = rate_of(run(flat_out(octavo.port, mixed(books, words), SECONDS)), SECONDS)
        beside, alone = [], []
        for _ in range(ROUNDS):
            found = run(at_rate(octavo.port, repeated([request("hot", "GET", LIST)]), 0.7 * peak, SECONDS))
            alone.append(percentile(found, "hot", 0.99))
            found = run(at_rate(octavo.port, mixed(books, words), 0.7 * peak, SECONDS))
            rate_of(found, SECONDS)
            beside.append(percentile(found, "hot", 0.99))
        say(
            f"mixed load at {0.7 * peak:,.0f}/s: p99 of hot answers {1000 * statistics.median(beside):.1f} ms, alone"
            f" {1000 * statistics.median(alone):.1f} ms:"
            f" {statistics.median(b / a for a, b in zip(alone, beside, strict=True)):.1f} × (at most 5)"
        )


def measure_edits(environment: dict[str, str], key: str, say: Say) -> None:
    """1,000 URLs by Zipf while one book is edited ten times a second, with the response cache and without."""
    metrics_port = free_port()
    with (
        running(SERVERS["Octavo"], {**environment, "OPS_PORT": str(metrics_port)}) as on,
        running(SERVERS["Octavo, cache off"], environment) as off,
    ):
        books = documents(on, URLS // 2)
        lists = [f"{LIST}?page_size=25&ids={book['id']},{books[0]['id']}" for book in books[1:]]
        details = [f"{LIST}{book['id']}/" for book in books]
        paths = [path for pair in zip(details, lists, strict=False) for path in pair]
        weights = [1 / rank for rank in range(1, len(paths) + 1)]
        edited = books[0]["id"]
        rates: dict[str, list[float]] = {"on": [], "off": []}
        stale, hits = 0, list[float]()
        for number in range(ROUNDS + 1):
            for name, server in (("on", on), ("off", off)):
                with Editing(server, edited, key) as editing:
                    requests = _checked(paths, weights, editing, random.Random(number))
                    before = _counts(metrics_port)
                    answered = run(flat_out(server.port, requests, SECONDS))
                    after = _counts(metrics_port)
                if number:
                    rates[name].append(rate_of(answered, SECONDS))
                    stale += editing.stale(answered)
                if number and name == "on":
                    told = {one: after[one] - before[one] for one in ("hits", "misses", "shared", "aside")}
                    hits.append(told["hits"] / max(1, sum(told.values())))
        say_ratio(say, "1,000 URLs by Zipf beside 10 edits/s, against the cache off", rates["on"], rates["off"])
        say(f"    {stale} stale, {statistics.median(hits):.0%} from memory")


class Editing:
    """A context in which one book's `ratings_count` is raised ten times a second."""

    def __init__(self, server: Running, book: int, key: str) -> None:
        self.book, self.acknowledged, self._stopped = book, 0, threading.Event()
        self._client = httpx.Client(base_url=server.url("/"), headers={**HOST, "Authorization": f"Bearer {key}"})
        self._thread = threading.Thread(target=self._edit)

    def __enter__(self) -> "Editing":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _edit(self) -> None:
        start = int(time.time())
        for number in count(1):
            if self._stopped.wait(1 / EDITS_A_SECOND):
                return
            body = {"ratings_count": start + number}
            self._client.patch(f"{LIST}{self.book}/", json=body).raise_for_status()
            self.acknowledged = start + number

    def stale(self, answered: list[Answered]) -> int:
        """How many answers of the edited book are older than what had been acknowledged when they were asked for."""
        return sum(
            orjson.loads(each.body)["ratings_count"] < int(each.kind) for each in answered if each.kind.isdigit()
        )


def _checked(paths: list[str], weights: list[float], editing: Editing, chosen: random.Random) -> Iterator[Request]:
    """Requests by Zipf; those of the edited book are named by what was acknowledged when they were made."""
    own = f"{LIST}{editing.book}/"
    while True:
        (path,) = chosen.choices(paths, weights)
        yield request(str(editing.acknowledged) if path == own and editing.acknowledged else "read", "GET", path)


def _counts(port: int) -> dict[str, float]:
    text = httpx.get(f"http://127.0.0.1:{port}/metrics").text
    return {name: float(value) for name, value in _METRIC.findall(text)}
