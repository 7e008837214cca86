"""The two parts with scripts of their own: serializers alone, and growth with the catalogue."""

import importlib
import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

from benchmarks import databases
from benchmarks.findings import Findings, Growth, Verdict
from benchmarks.load import Ratio
from benchmarks.scenarios import Target
from benchmarks.servers import Failed
from settings.env import ROOT

Times = dict[str, dict[int, tuple[float, float | None]]]
"""Kind of request → books → p50 and, if known, p99, in ms."""

SERIALIZED = "1,000 nested books, compiled plan"
SERIALIZERS = {
    "serpy": Target(SERIALIZED, "serpy, same objects, equal output", "compiled", "serpy", 5),
    "drf": Target(SERIALIZED, "DRF ModelSerializer, same objects, equal output", "compiled", "drf", 30),
}
SIZES = {False: (20_000, 200_000, 2_000_000), True: (5_000, 20_000)}
"""Sizes of the catalogues in books, by whether the run is a quick one."""
MOST = {"two-word search": 3.0}
"""How many times the smallest catalogue's p50 the largest's may be, where not 1.5."""
UNJUDGED = {"two commonest words", "the 40 searches"}
"""Kinds whose growth has no target."""
BESIDE = {"two-word search": ("list", 25 / 3), "two commonest words": ("two-word search", 10.0)}
"""At the largest size, how many times the p50 of another kind a kind's own may be: 25 ms where a list takes 3 ms."""
TAIL = {"suggest": 2.0}
"""At the largest size, how many times its p50 a kind's p99 may be."""


def serializers(findings: Findings, environment: dict[str, str]) -> None:
    """Time the compiled plan against serpy and DRF over the same objects."""
    if importlib.util.find_spec("benchmarks.serializers") is None:
        findings.problems.append("serializers: skipped: there is no benchmarks/serializers.py")
        return
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.serializers", "--json"], cwd=ROOT, env=environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    try:
        times = json.loads(done.stdout.strip().splitlines()[-1])
        found = [(target, times[theirs], times["compiled"]) for theirs, target in SERIALIZERS.items()]
    except (ValueError, KeyError, IndexError):
        findings.problems.append(f"serializers: failed: {(done.stderr or done.stdout).strip()[-500:]}")
        return
    for target, theirs, ours in found:
        times_as_fast = theirs / ours
        findings.extra.append(
            Verdict(target, Ratio(times_as_fast, times_as_fast, times_as_fast), 1000 / ours, 1000 / theirs)
        )


def growth(findings: Findings, url: str, folder: Path, *, sizes: Sequence[int], say: Callable[[str], None]) -> None:
    """Measure the same requests on generated catalogues of several sizes."""
    measure = importlib.import_module("benchmarks.growth").measure
    taken: dict[int, dict[str, Any]] = {}
    try:
        with ExitStack() as stack:
            made = [stack.enter_context(_generated(size, url, folder, say)) for size in sizes]
            say("growth: asking them in turns")
            taken = dict(zip(sizes, measure(made), strict=True))
    except (Failed, databases.Failed, httpx.HTTPError, ArithmeticError, LookupError, TypeError, ValueError) as why:
        findings.problems.append(f"growth: {type(why).__name__}: {why}")
    times: Times = {}
    for size, found in taken.items():
        for kind, each in found.items():
            times.setdefault(kind, {})[size] = _times(each)
    findings.growth += [Growth(kind, times[kind], judged(kind, times)) for kind in times]


@contextmanager
def _generated(size: int, url: str, folder: Path, say: Callable[[str], None]) -> Iterator[str]:
    """A database with a catalogue of `size` books, dropped afterwards."""
    say(f"growth: {size:,} books")
    with databases.fresh(url, f"octavo_growth_{size}") as database:
        databases.load({database: folder}, databases.generated(size))
        databases.vacuum(database)
        yield database


def _times(found: Any) -> tuple[float, float | None]:
    """p50 and p99 in ms, of a number or of `{"p50": …, "p99": …}`."""
    if isinstance(found, dict):
        return float(found["p50"]), None if found.get("p99") is None else float(found["p99"])
    return float(found), None


def judged(kind: str, times: Times) -> str:
    """Whether a kind of request grew as little, and is as fast beside others, as its targets demand, in words."""
    own = times[kind]
    if len(own) < 2:
        return "not compared"
    (smallest, _), (largest, tail) = own[min(own)], own[max(own)]
    grown = largest / smallest
    limits = [] if kind in UNJUDGED else [(f"{grown:.2f} ×", grown, MOST.get(kind, 1.5))]
    if kind in BESIDE and (other := BESIDE[kind][0]) in times:
        beside = largest / times[other][max(own)][0]
        limits.append((f"{beside:.1f} × {other}", beside, BESIDE[kind][1]))
    if kind in TAIL and tail is not None:
        limits.append((f"p99 {tail / largest:.1f} × p50", tail / largest, TAIL[kind]))
    if not limits:
        return f"{grown:.2f} ×"
    missed = any(value > most for _, value, most in limits)
    return f"{'**missed**' if missed else 'met'}: " + ", ".join(
        f"{said} (at most {most:.3g})" for said, _, most in limits
    )
