"""What the measures of this folder share: the books they ask for, and how rates and ratios are taken."""

import statistics
from collections.abc import Callable
from typing import Any

from benchmarks.driving.driver import Answered
from benchmarks.servers import LIST, Running

ROUNDS, SECONDS = 5, 4.0
BOOKS = 400

Say = Callable[[str], None]


def documents(server: Running, number: int) -> list[dict[str, Any]]:
    """The documents of `number` books."""
    found: list[dict[str, Any]] = []
    path: str | None = f"{LIST}?page_size=100&expand=subjects&ordering=id"
    while path and len(found) < number:
        page = server.get(path).json()
        found += page["results"]
        path = page["next"] and page["next"].partition("example.org")[2]
    return found[:number]


def rate_of(answered: list[Answered], seconds: float, expected: tuple[int, ...] = (200,)) -> float:
    """Answers a second. Raises AssertionError for an unexpected status."""
    wrong = [each for each in answered if each.status not in expected]
    assert not wrong, (len(wrong), wrong[0])
    return len(answered) / seconds


def say_ratio(say: Say, what: str, ours: list[float], theirs: list[float]) -> None:
    ratios = sorted(a / b for a, b in zip(ours, theirs, strict=True))
    say(
        f"{what}: {statistics.median(ours):,.0f}/s and {statistics.median(theirs):,.0f}/s:"
        f" {statistics.median(ratios):.2f} × ({ratios[0]:.2f}-{ratios[-1]:.2f})"
    )
