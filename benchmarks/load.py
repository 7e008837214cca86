"""Requests a second, measured with wrk: in turns, so that a slow minute of the machine slows all servers."""

import re
import statistics
import subprocess
import time
from dataclasses import dataclass, field

from benchmarks.servers import HOST, Failed, Running
from settings.env import cores

CONNECTIONS = 16
TIMEOUT_SECONDS = 60
WARM_UP_SECONDS = 1


class NoAnswer(Failed):
    """The time was too short for even one answer."""


@dataclass(frozen=True)
class Scenario:
    """One request that is sent to one server over and over."""

    key: str
    server: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    connections: int = CONNECTIONS


@dataclass
class Result:
    """Requests a second of one scenario, a figure a round."""

    scenario: Scenario
    rates: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The middle round."""
        return statistics.median(self.rates)


@dataclass(frozen=True)
class Ratio:
    """The ratio of two rates, taken round by round: the middle one, the lowest, the highest."""

    middle: float
    low: float
    high: float


def ratio(ours: Result, theirs: Result) -> Ratio:
    """The ratio of rounds that were run side by side."""
    found = sorted(a / b for a, b in zip(ours.rates, theirs.rates, strict=True))
    return Ratio(statistics.median(found), found[0], found[-1])


def requests_a_second(wrk: str, server: Running, scenario: Scenario, seconds: float) -> float:
    """Drive one scenario for so long, whole seconds. Raises Failed for answers that are not 2xx or 3xx."""
    headers = [word for name, value in (*HOST.items(), *scenario.headers) for word in ("-H", f"{name}: {value}")]
    command = [
        wrk, "-t2", f"-c{scenario.connections}", f"-d{max(1, round(seconds))}s", "--timeout", f"{TIMEOUT_SECONDS}s",
        *headers, server.url(scenario.path),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return read(done.stdout, done.stderr, scenario.key)


def read(output: str, errors: str, key: str) -> float:
    """Requests a second out of what wrk printed. Raises Failed."""
    rate = re.search(r"^Requests/sec:\s+([0-9.]+)", output, re.MULTILINE)
    if rate is None:
        raise Failed(f"{key}: wrk failed: {(errors or output).strip()[-500:]}")
    for pattern in (r"Non-2xx or 3xx responses: \d+", r"Socket errors: .*"):
        if wrong := re.search(pattern, output):
            raise Failed(f"{key}: {wrong[0]}")
    if float(rate[1]) == 0:
        raise NoAnswer(f"{key}: no request was answered in the time given")
    return float(rate[1])


def enough(server: Running, scenario: Scenario, seconds: float, most: float) -> float:
    """`seconds`, or up to `most` if the server needs them to answer four times on every connection.

    Where it answers once or twice in its time, those under way at the end would count for too much. Raises Failed.
    """
    began = time.monotonic()
    server.get(scenario.path, **dict(scenario.headers))
    return max(seconds, min(most, 4 * scenario.connections * (time.monotonic() - began) / cores()))


def in_turns(
    wrk: str, servers: dict[str, Running], scenarios: list[Scenario], *, rounds: int, seconds: float, most: float
) -> tuple[dict[str, Result], list[str]]:
    """Run A B C A B C … after a warm-up; a scenario that fails is left out and its failure returned.

    Each runs for `seconds` a round; a slow one for longer, up to `most`.
    """
    results, failures = {scenario.key: Result(scenario) for scenario in scenarios}, []
    times: dict[str, float] = {}
    for number in range(rounds + 1):
        for scenario in [result.scenario for result in results.values()]:
            running = servers[scenario.server]
            try:
                if not number:
                    times[scenario.key] = enough(running, scenario, seconds, most)
                rate = requests_a_second(wrk, running, scenario, times[scenario.key] if number else WARM_UP_SECONDS)
                if times[scenario.key] > seconds:
                    # The server finishes the requests that wrk abandoned before the next scenario begins.
                    running.get(scenario.path)
            except Failed as failure:
                if number or not isinstance(failure, NoAnswer):
                    del results[scenario.key]
                    failures.append(str(failure))
                continue
            if number:
                results[scenario.key].rates.append(rate)
            running.weigh()
    return results, failures
