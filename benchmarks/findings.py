"""The results of a run: ratios compared with their targets, memory, growth, and what could not be measured."""

from dataclasses import dataclass, field

from benchmarks.load import Ratio, Result, ratio
from benchmarks.scenarios import TARGETS, Target


def verdict_text(reached: float, at_least: float) -> str:
    """`met`, or by how many per cent `reached` falls short."""
    if reached >= at_least:
        return "met"
    return f"**missed by {(1 - reached / at_least) * 100:.0f} %**"


@dataclass(frozen=True)
class Verdict:
    """One line of TARGETS: what was reached, or that it was not measured."""

    target: Target
    reached: Ratio | None
    ours: float | None = None
    theirs: float | None = None

    @property
    def text(self) -> str:
        """`met`, `missed by 12 %`, or `not measured`."""
        if self.reached is None:
            return "not measured"
        return verdict_text(self.reached.middle, self.target.at_least)


@dataclass(frozen=True)
class Growth:
    """The times of one kind of request, books → (p50, p99 if known) in ms, and its verdict."""

    kind: str
    times: dict[int, tuple[float, float | None]]
    verdict: str


@dataclass(frozen=True)
class Loading:
    """How fast a catalogue was loaded into one kind of database, beside the limit of that database; works/s."""

    what: str
    ours: float
    limit: float
    times: Ratio
    at_least: float
    """How many times `limit` the target is."""

    @property
    def asked(self) -> str:
        """The target, as the table shows it."""
        return f"{self.at_least:g} ×"

    @property
    def verdict(self) -> str:
        """`met`, or by how much the target was missed."""
        return verdict_text(self.times.middle, self.at_least)


@dataclass
class Findings:
    """All of one run."""

    about: list[str]
    """Lines for the head of the report: machine, versions, catalogue, kind of run."""
    results: dict[str, Result] = field(default_factory=dict)
    extra: list[Verdict] = field(default_factory=list)
    """Verdicts that are not measured with wrk."""
    memory: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Server → MiB resident in its largest process, idle and under load."""
    loading: list[Loading] = field(default_factory=list)
    growth: list[Growth] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def verdicts(self) -> list[Verdict]:
        """The verdict of each target, in the order of TARGETS."""
        return [self._verdict(target) for target in TARGETS] + self.extra

    def _verdict(self, target: Target) -> Verdict:
        ours, theirs = self.results.get(target.ours), self.results.get(target.theirs)
        if ours is None or theirs is None:
            return Verdict(target, None)
        return Verdict(target, ratio(ours, theirs), ours.median, theirs.median)

    def weigh(self, server: str, idle: float, loaded: float) -> None:
        """Note a server's memory: the smallest idle, the largest under load."""
        before = self.memory.get(server, (idle, loaded))
        self.memory[server] = (min(idle, before[0]), max(loaded, before[1]))
