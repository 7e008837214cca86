"""The scenarios that are timed, and the ratio that each target demands of two of them."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.load import Scenario
from benchmarks.servers import LIST, Running

SEARCH = "/api/v1/books/?search={words}"
NARROW = "/api/v1/books/?fields=id,title"
MACHINE_CONNECTIONS = 64
"""For many workers: 16 would leave some of them idle."""
DETAIL = "{detail}"
"""Stands for the path of the book whose page is measured."""
WORDS = "{words}"
"""Stands for the two words searched."""
ETAG = "{etag}"
"""Stands for the list's entity tag."""


@dataclass(frozen=True)
class Group:
    """Scenarios that are run in turns, on servers that live as long as the group."""

    name: str
    scenarios: tuple[Scenario, ...]


@dataclass(frozen=True)
class Target:
    """`ours` is to be `at_least` times `theirs`: keys of scenarios."""

    what: str
    against: str
    ours: str
    theirs: str
    at_least: float


def _cold(*names: str) -> tuple[Scenario, ...]:
    return tuple(Scenario(f"cold list: {name}", name, LIST) for name in names)


COLD_PEERS = ("stock DRF", "DRF + serpy", "django-ninja", "django-bolt", "FastAPI + SQLAlchemy", "ASGI + asyncpg")
GROUPS = (
    Group(
        "hot, one worker",
        (
            Scenario("hot list", "Octavo", LIST),
            Scenario("raw list", "raw uvicorn", LIST),
            Scenario("304", "Octavo", LIST, (("If-None-Match", ETAG),)),
            Scenario("hot detail", "Octavo", DETAIL),
            Scenario("raw detail", "raw uvicorn", DETAIL),
        ),
    ),
    Group(
        "cold list",
        (
            *_cold("Octavo, cache off", *COLD_PEERS),
            Scenario("cold list, two fields", "Octavo, cache off", NARROW),
            Scenario("cold list, limits on", "Octavo, cache off, limits on", LIST),
        ),
    ),
    Group(
        "cold detail",
        (
            Scenario("cold detail", "Octavo, cache off", DETAIL),
            Scenario("cold detail: stock DRF", "stock DRF", DETAIL),
        ),
    ),
    Group("SQLite", _cold("Octavo, SQLite, cache off", "stock DRF, SQLite")),
    Group(
        "search",
        (
            Scenario("search", "Octavo, cache off", SEARCH),
            Scenario("search: Gutendex's way", "Gutendex's way", SEARCH),
        ),
    ),
    Group(
        "whole machine",
        (
            Scenario("whole machine", "Octavo, whole machine", LIST, connections=MACHINE_CONNECTIONS),
            Scenario("whole machine, same bytes", "gunicorn, same bytes", LIST, connections=MACHINE_CONNECTIONS),
        ),
    ),
)
COLD = "cold list: Octavo, cache off"
TARGETS = (
    Target("hot list, strict freshness on", "raw uvicorn sending the same bytes", "hot list", "raw list", 0.90),
    Target("hot detail, strict freshness on", "raw uvicorn sending the same bytes", "hot detail", "raw detail", 0.90),
    Target("304", "the same server's hot 200", "304", "hot list", 1.0),
    Target("cold list", "stock DRF, prefetching, page numbers", COLD, "cold list: stock DRF", 18),
    Target("cold list", "FastAPI, SQLAlchemy 2 async, asyncpg", COLD, "cold list: FastAPI + SQLAlchemy", 4.5),
    Target("cold list", "django-ninja", COLD, "cold list: django-ninja", 10),
    Target("cold list", "django-bolt", COLD, "cold list: django-bolt", 8),
    Target("cold list", "hand-written ASGI, asyncpg, json_agg", COLD, "cold list: ASGI + asyncpg", 0.60),
    Target("cold detail", "stock DRF detail", "cold detail", "cold detail: stock DRF", 20),
    Target(
        "cold list on SQLite", "stock DRF on SQLite",
        "cold list: Octavo, SQLite, cache off", "cold list: stock DRF, SQLite", 12,
    ),
    Target("search, two words, cold", "Gutendex's way, same data", "search", "search: Gutendex's way", 100),
    Target(
        "whole machine, hot", "gunicorn, the same workers, the same bytes",
        "whole machine", "whole machine, same bytes", 0.85,
    ),
    Target("`fields=id,title` cold", "the full cold list", "cold list, two fields", COLD, 1.3),
)  # fmt: skip

NOT_MEASURED = tuple(
    (*measure, "by `python -m benchmarks.driving`, above")
    for measure in (
        ("hot list of a signed-in reader", "the same, anonymous", "0.7 ×"),
        ("mixed load at 70 % of its peak: p99 of hot answers", "the same rate, hot answers alone", "5 × at most"),
        ("1,000 URLs by Zipf, a book edited 10 times a second", "the same, cache off", "1.5 ×"),
        ("`PATCH books/{id}/`", "stock DRF with the same nested writes", "1.5 ×"),
        ("`books/batch/`, 1,000 items", "1,000 single POSTs", "20 ×"),
    )
)
"""Targets that no part of the bench measures: measure, compared with, ratio, reason."""


def filled(scenario: Scenario, *, detail: str, etag: str, words: str) -> Scenario:
    """The scenario with the values that are known only when the servers run."""
    headers = tuple((name, value.replace(ETAG, etag)) for name, value in scenario.headers)
    path = scenario.path.replace(DETAIL, detail).replace(WORDS, words)
    return Scenario(scenario.key, scenario.server, path, headers, scenario.connections)


def answerable(scenario: Scenario, server: Running, refuse: Callable[[str], None]) -> bool:
    """Whether the server answers the scenario with the expected status; if not, `refuse` gets the reason."""
    status = server.get(scenario.path, **dict(scenario.headers)).status_code
    expected = 304 if scenario.headers else 200
    if status != expected:
        refuse(f"{scenario.key}: skipped: {scenario.server} answers {status} where {expected} is expected")
    return status == expected
