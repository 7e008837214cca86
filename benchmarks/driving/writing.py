"""Writing beside stock DRF with the same nested writes, and batches beside single requests."""

import time
from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx
import orjson

from benchmarks.driving.driver import Request, flat_out, one_by_one, request, run
from benchmarks.driving.measuring import BOOKS, ROUNDS, SECONDS, Say, documents, rate_of, say_ratio
from benchmarks.servers import HOST, LIST, SERVERS, Server, running

BATCH = 1_000
DRF = Server(
    "stock DRF, nested writes",
    SERVERS["stock DRF"].command,
    {**SERVERS["stock DRF"].environment, "PEER": "benchmarks.peers.stock_drf_writing"},
)


def patches(books: list[dict[str, Any]], key: str) -> Iterator[Request]:
    """Changes of a number, of the order of the authors and of the subjects of one book after the other."""
    for number in count():
        book = books[number % len(books)]
        body = {
            "pages": 1 + number % 900,
            "authors": [{"id": each["id"], "role": each["role"]} for each in reversed(book["authors"])],
            "subjects": [{"slug": each["slug"]} for each in reversed(book["subjects"])],
        }
        yield request("patch", "PATCH", f"{LIST}{book['id']}/", orjson.dumps(body), Authorization=f"Bearer {key}")


def measure_patches(environment: dict[str, str], key: str, say: Say) -> None:
    """`PATCH books/{id}/` of one worker beside stock DRF with the same nested writes, in turns."""
    with running(SERVERS["Octavo"], environment) as octavo, running(DRF, environment) as drf:
        books = documents(octavo, BOOKS)
        rates: dict[str, list[float]] = {"octavo": [], "drf": []}
        for number in range(ROUNDS + 1):
            for name, server in (("octavo", octavo), ("drf", drf)):
                answered = run(flat_out(server.port, patches(books, key), SECONDS))
                if number:
                    rates[name].append(rate_of(answered, SECONDS))
        say_ratio(say, "PATCH books/{id}/, one worker, against stock DRF", rates["octavo"], rates["drf"])


def measure_batches(environment: dict[str, str], key: str, say: Say) -> None:
    """A batch of 1,000 new books beside 1,000 single POSTs, in turns."""
    numbers = count()

    def items(number: int) -> list[dict[str, Any]]:
        return [
            {
                "title": f"Batch {n}", "identifiers": {"bench": [f"{time.time_ns()}-{n}"]}, "languages": ["en"],
                "authors": [{"name": f"Bench author {n % 50}"}], "subjects": [{"name": f"Bench subject {n % 20}"}],
            }
            for n in (next(numbers) for _ in range(number))
        ]  # fmt: skip

    headers = {**HOST, "Authorization": f"Bearer {key}"}
    with running(SERVERS["Octavo"], environment) as octavo:
        batches, singles = [], []
        for _ in range(3):
            began = time.monotonic()
            answer = httpx.post(octavo.url(f"{LIST}batch/"), json={"items": items(BATCH)}, headers=headers, timeout=120)
            assert answer.status_code == 200, answer.text
            batches.append(BATCH / (time.monotonic() - began))
            posts = [
                request("post", "POST", LIST, orjson.dumps(item), Authorization=f"Bearer {key}")
                for item in items(BATCH)
            ]
            began, waiting = time.monotonic(), iter(posts)
            answered = run(one_by_one(octavo.port, waiting))
            rate_of(answered, 1, (201,))
            singles.append(BATCH / (time.monotonic() - began))
        say_ratio(say, "books/batch/ of 1,000 items, books/s against single POSTs", batches, singles)
