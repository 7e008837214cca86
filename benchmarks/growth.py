"""How answers slow down as a catalogue grows: `python -m benchmarks.growth URL…`, smallest catalogue first.

Each URL is a database with a catalogue from `make catalogue`. One worker, one request at a time, no
response cache, every request another one. Prints a Markdown table with ratios to the first catalogue.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import cycle, product
from pathlib import Path
from typing import Any

import httpx
import psycopg

from benchmarks.databases import environment
from benchmarks.servers import HOST, PUBLIC_URL, SERVERS, running
from settings.env import ROOT

REQUESTS, WARM_UP = int(os.environ.get("REQUESTS", "200")), 20
PAGE = 25
DEPTH = 1_000
"""The number of the page at which the walk begins, or the catalogue's last."""

Paths = Iterator[str]


def queries() -> list[tuple[str, str]]:
    """The published searches and their kinds."""
    lines = (ROOT / "benchmarks" / "queries.txt").read_text().splitlines()
    found = (line.partition("#") for line in lines if line and not line.startswith("#"))
    return [(query.strip(), kind.strip()) for query, _, kind in found]


def _list(client: httpx.Client, database: str) -> Paths:
    return iter([f"books/?page_size={PAGE - number % 2}" for number in range(REQUESTS)])


def _filtered(client: httpx.Client, database: str) -> Paths:
    narrowed = [f"language={code}" for code in ("en", "fr", "de", "fi")]
    narrowed += [f"category={slug}" for slug in ("history", "novels", "poetry", "science")]
    return (f"books/?{each}&published_year_min={year}" for year, each in product(range(1_900, 2_020), narrowed))


def _deep(client: httpx.Client, database: str) -> Paths:
    """Pages from DEPTH on, by following `next`."""
    size = client.get("books/?page_size=1").json()["count"]
    pages = max(1, min(100, size // 300))
    walked = 100 * pages
    page = client.get(f"books/?page={pages}&page_size=100").json()
    while walked < min(DEPTH * PAGE, size - PAGE * (REQUESTS + WARM_UP + 2)):
        page = client.get(_next(page)).json()
        walked += 100
    following = _next(page).replace("page_size=100", f"page_size={PAGE}")
    begin = following
    while True:
        yield following
        following = _next(client.get(following).json()) or begin


def _next(page: dict[str, Any]) -> str:
    """The path of the following page, below the API's own; empty after the last."""
    return (page["next"] or "").removeprefix(f"{PUBLIC_URL}/api/v1/")


def _detail(client: httpx.Client, database: str) -> Paths:
    return (f"books/{pk}/" for pk in _sampled(database, "SELECT id FROM books_book WHERE sample_key > %s LIMIT 1"))


def _isbn(client: httpx.Client, database: str) -> Paths:
    sql = "SELECT isbn_13 FROM books_book WHERE sample_key > %s AND isbn_13 IS NOT NULL ORDER BY sample_key LIMIT 1"
    return (f"isbn/{isbn}/" for isbn in _sampled(database, sql))


def _two_words(client: httpx.Client, database: str) -> Paths:
    """Rare and common words in pairs."""
    first = [
        "john",
        "proust",
        "the",
        "medea",
        "history",
        "animals",
        "verse",
        "zola",
        "william",
        "young",
        "doctor",
        "great",
        "shakespeare",
        "of",
        "wife",
    ]
    second = [
        "society",
        "man",
        "prince",
        "ruins",
        "poems",
        "life",
        "fiction",
        "short",
        "house",
        "garnett",
        "people",
        "love",
        "century",
        "town",
        "romance",
    ]
    pairs = list(product(first, second))
    random.Random(1).shuffle(pairs)
    return (f"books/?search={one} {other}" for one, other in pairs)


def _commonest(client: httpx.Client, database: str) -> Paths:
    """The two words that most books have, in requests that differ in the page's size alone."""
    sql = (
        "SELECT word FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs) AS c(word, share)"
        " WHERE tablename = 'books_search' AND attname = 'words' AND word IS NOT NULL ORDER BY share DESC, word LIMIT 2"
    )
    with psycopg.connect(database) as connection:
        words = "+".join(str(word) for (word,) in connection.execute(sql))
    return (f"books/?search={words}&page_size={PAGE - number % 5}&count=none" for number in cycle(range(REQUESTS)))


def _suggest(client: httpx.Client, database: str) -> Paths:
    """Beginnings, of one letter to six, of the words of the published searches."""
    words = dict.fromkeys(word for query, _ in queries() for word in query.split() if word.isalpha())
    return (f"suggest/?q={word[:length]}" for length, word in product(range(1, 7), words))


def _published(client: httpx.Client, database: str) -> Paths:
    return (f"books/?search={query}" for query, _ in cycle(queries()))


KINDS: dict[str, Callable[[httpx.Client, str], Paths]] = {
    "list": _list,
    "filtered list": _filtered,
    f"cursor page {DEPTH:,} deep": _deep,
    "detail": _detail,
    "ISBN": _isbn,
    "two-word search": _two_words,
    "two commonest words": _commonest,
    "suggest": _suggest,
    "the 40 searches": _published,
}


def _sampled(database: str, sql: str) -> Iterator[Any]:
    numbers = random.Random(2)
    with psycopg.connect(database) as connection:
        while True:
            found = connection.execute(sql, [int(numbers.random() * 2_000_000_000)]).fetchone()
            if found:
                yield found[0]


def measure(urls: Sequence[str], kinds: Sequence[str] = tuple(KINDS)) -> list[dict[str, dict[str, float]]]:
    """p50 and p99, in ms, and the number of requests of each of `kinds` over each database of `urls`.

    Requests go to the databases in turns: a machine whose speed drifts slows all of them.
    """
    with ExitStack() as stack:
        clients = [stack.enter_context(_client(url)) for url in urls]
        taken = {
            kind: _timed([(client, KINDS[kind](client, url)) for client, url in zip(clients, urls, strict=True)])
            for kind in kinds
        }
    return [{kind: times[number] for kind, times in taken.items()} for number in range(len(urls))]


@contextmanager
def _client(url: str) -> Iterator[httpx.Client]:
    """A client of a server of its own over the database at `url`."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running(SERVERS["Octavo, cache off"], environment(url, Path(folder))) as server,
        httpx.Client(base_url=server.url("/api/v1/"), headers=HOST, timeout=60) as client,
    ):
        yield client


def _timed(catalogues: Sequence[tuple[httpx.Client, Paths]]) -> list[dict[str, float]]:
    taken: list[list[float]] = [[] for _ in catalogues]
    for number in range(REQUESTS + WARM_UP):
        for times, (client, paths) in zip(taken, catalogues, strict=True):
            if (path := next(paths, None)) is None:
                continue
            began = time.perf_counter()
            response = client.get(path)
            if number >= WARM_UP:
                times.append((time.perf_counter() - began) * 1_000)
            if response.status_code not in (200, 302, 307):
                raise RuntimeError(f"{response.status_code} from {path}: {response.text[:300]}")
    return [_summary(times) for times in taken]


def _summary(times: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return {"p50": cuts[49], "p99": cuts[98], "requests": len(times)}


def table(found: dict[str, dict[str, dict[str, float]]]) -> str:
    """Measurements by catalogue and kind as Markdown; ratios are to the first catalogue."""
    names = list(found)
    lines = [
        "| p50 ms (p99), ratio of p50 | " + " | ".join(names) + " |",
        "|---" * (len(names) + 1) + "|",
    ]
    for kind in found[names[0]]:
        first = found[names[0]][kind]["p50"]
        cells = [
            f"{found[name][kind]['p50']:.1f} ({found[name][kind]['p99']:.0f}) {found[name][kind]['p50'] / first:.2f} ×"
            for name in names
        ]
        lines.append(f"| {kind} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    names = [url.rsplit("/", 1)[-1] for url in sys.argv[1:]]
    print(table(dict(zip(names, measure(sys.argv[1:]), strict=True))))
