"""The response cache's counters: plain numbers in each process, copied to prometheus_client twice a second.

An increment of prometheus_client takes 1 µs, a whole response from the cache 50 µs, with several counts each.
"""

import asyncio
from dataclasses import dataclass, fields

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

EXPORT_SECONDS = 0.5
_COUNTERS = {
    "hits": "Responses from the cache",
    "misses": "Calls of the application whose response may be stored",
    "shared": "Responses of a call of the application that another request made",
    "aside": "Requests that bypassed the cache because the database's generation could not be had",
    "validations": "Responses of status 304",
    "questions": "Times the database was asked for its generation",
    "evictions": "Entries removed to make room for others",
    "drops": "Times all entries were removed because the generation's connection broke",
}
_GAUGES = {"bytes": "Bytes of the stored responses", "entries": "Stored responses"}


@dataclass(slots=True)
class Counts:
    """The response cache's counts in one process. Each field is named as its metric is, without `octavo_cache_`."""

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


store_away = Counter(
    "octavo_limits_uncounted", "Requests and sign-ins let through because what counts them could not be reached"
)
refused = Counter("octavo_limits_refused", "Requests and sign-ins answered 429")

_counters = {name: Counter(f"octavo_cache_{name}", text) for name, text in _COUNTERS.items()}
_gauges = {
    name: Gauge(f"octavo_cache_{name}", text, multiprocess_mode="livesum")  # without workers that have ended
    for name, text in _GAUGES.items()
}
assert {field.name for field in fields(Counts)} == _counters.keys() | _gauges.keys()


class CountsExporter:
    """Copies `counts` to prometheus_client, at most once in EXPORT_SECONDS."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts
        self._exported = Counts()
        self._due: asyncio.TimerHandle | None = None

    def note(self) -> None:
        """Say that a count may have changed: the counts are copied within EXPORT_SECONDS."""
        if self._due is None:
            self._due = asyncio.get_running_loop().call_later(EXPORT_SECONDS, self._export)

    def _export(self) -> None:
        self._due = None
        for name, counter in _counters.items():
            counter.inc(getattr(self.counts, name) - getattr(self._exported, name))
            setattr(self._exported, name, getattr(self.counts, name))
        for name, gauge in _gauges.items():
            gauge.set(getattr(self.counts, name))


def exposition(folder: str | None) -> tuple[bytes, str]:
    """All metrics as bytes in Prometheus' text format, and their media type.

    `folder` is where the processes of a server write their numbers, which are summed; None if there is one process.
    """
    if folder is None:
        return generate_latest(REGISTRY), CONTENT_TYPE_LATEST
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=folder)  # type: ignore[no-untyped-call]
    return generate_latest(registry), CONTENT_TYPE_LATEST


def forget(pid: int, folder: str) -> None:
    """Remove the gauges of the dead process `pid`, which wrote to `folder`; its counters stay in the sums."""
    mark_process_dead(pid, folder)  # type: ignore[no-untyped-call]
