"""What the edge counts: plain numbers where they are counted, Prometheus' where they are read.

An increment shared by processes costs a microsecond, a hit fifty: counts are handed over twice a second.
"""

import asyncio
from dataclasses import dataclass, fields

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

SECONDS_BETWEEN = 0.5
_COUNTERS = {
    "hits": "Answers from memory",
    "misses": "Answers fetched from the application, to be kept",
    "shared": "Answers taken from a trip to the application that another request made",
    "aside": "Requests passed by the memory because the database's generation could not be had",
    "validations": "304 answers",
    "questions": "Times the database was asked for its generation",
    "evictions": "Entries that left for want of room",
    "drops": "Times all entries were dropped because the generation's connection broke",
}
_GAUGES = {"bytes": "Bytes kept in memory", "entries": "Answers kept in memory"}


@dataclass(slots=True)
class Counts:
    """The numbers of one process."""

    hits: int = 0
    misses: int = 0
    shared: int = 0
    aside: int = 0
    validations: int = 0
    questions: int = 0
    evictions: int = 0
    drops: int = 0
    bytes: int = 0
    entries: int = 0


_counters = {name: Counter(f"octavo_cache_{name}", text) for name, text in _COUNTERS.items()}
_gauges = {
    name: Gauge(f"octavo_cache_{name}", text, multiprocess_mode="livesum")  # a dead worker keeps nothing
    for name, text in _GAUGES.items()
}
assert {field.name for field in fields(Counts)} == _counters.keys() | _gauges.keys()


class Meter:
    """Hands `counts` over to Prometheus while there is something to hand over."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts
        self._told = Counts()
        self._due: asyncio.TimerHandle | None = None

    def note(self) -> None:
        """Something may have been counted."""
        if self._due is None:
            self._due = asyncio.get_running_loop().call_later(SECONDS_BETWEEN, self._hand_over)

    def _hand_over(self) -> None:
        self._due = None
        for name, counter in _counters.items():
            counter.inc(getattr(self.counts, name) - getattr(self._told, name))
            setattr(self._told, name, getattr(self.counts, name))
        for name, gauge in _gauges.items():
            gauge.set(getattr(self.counts, name))


def exposition(folder: str | None) -> tuple[bytes, str]:
    """All metrics as Prometheus reads them, and their media type; of every process that writes to `folder`."""
    if folder is None:
        return generate_latest(REGISTRY), CONTENT_TYPE_LATEST
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=folder)  # type: ignore[no-untyped-call]
    return generate_latest(registry), CONTENT_TYPE_LATEST


def forget(pid: int, folder: str) -> None:
    """Take what the dead process `pid` kept out of the sums; what it counted stays."""
    mark_process_dead(pid, folder)  # type: ignore[no-untyped-call]
