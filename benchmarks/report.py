"""The report of a run: tables in RESULTS.md between two markers, and the chart beside it."""

from collections.abc import Iterable
from pathlib import Path

from benchmarks import chart
from benchmarks.findings import Findings, Verdict
from benchmarks.scenarios import NOT_MEASURED

BEGIN = "<!-- What follows is written by make bench. -->"
END = "<!-- Here ends what make bench writes. -->"


def tables(findings: Findings) -> str:
    """The whole section of RESULTS.md as Markdown."""
    parts = [
        "## Reading, beside its peers (`make bench`)",
        " ".join(findings.about),
        "![Requests a second](results.svg)",
        _table(
            ("measure", "against", "Octavo/s", "the other/s", "times (lowest-highest)", "asked", ""),
            [*map(_verdict, findings.verdicts()), *map(_not_measured, NOT_MEASURED)],
        ),
        "### Everything timed (requests/s)",
        _table(
            ("what", "server", "median", "lowest-highest"),
            (
                (key, result.scenario.server, number(result.median), f"{_low_high(result.rates)}")
                for key, result in findings.results.items()
            ),
        ),
        "### Memory (MiB resident, the largest process; on SQLite with the pages of the file it maps)",
        _table(
            ("server", "idle", "under load"),
            ((name, f"{idle:.0f}", f"{loaded:.0f}") for name, (idle, loaded) in findings.memory.items()),
        ),
    ]
    if findings.loading:
        parts += ["### Loading (works/s, from nothing, in turns)", _loading(findings)]
    if findings.growth:
        parts += ["### Growth (generated catalogues, one worker, cache off, ms)", _growth(findings)]
    if findings.problems:
        parts += ["### Not measured", "\n".join(f"- {' '.join(problem.split())}" for problem in findings.problems)]
    return "\n\n".join(parts) + "\n"


def number(value: float) -> str:
    """A figure with as many digits as its noise allows: 13,200 · 520 · 4.6 · 0.62."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _low_high(rates: list[float]) -> str:
    return f"{number(min(rates))}-{number(max(rates))}"


def _verdict(verdict: Verdict) -> tuple[str, ...]:
    target = verdict.target
    asked = f"{target.at_least:g} ×"
    if verdict.reached is None or verdict.ours is None or verdict.theirs is None:
        return target.what, target.against, "", "", "", asked, verdict.text
    reached = verdict.reached
    times = f"{number(reached.middle)} × ({number(reached.low)}-{number(reached.high)})"
    return target.what, target.against, number(verdict.ours), number(verdict.theirs), times, asked, verdict.text


def _not_measured(target: tuple[str, str, str, str]) -> tuple[str, ...]:
    what, against, asked, why = target
    return what, against, "", "", "", asked, f"not measured: {why}"


def _loading(findings: Findings) -> str:
    rows = []
    for found in findings.loading:
        times = f"{number(found.times.middle)} × ({number(found.times.low)}-{number(found.times.high)})"
        rows.append((found.what, number(found.ours), number(found.limit), times, found.asked, found.verdict))
    return _table(("what", "works/s", "limit", "times (lowest-highest)", "asked", ""), rows)


def _growth(findings: Findings) -> str:
    sizes = sorted({size for found in findings.growth for size in found.times})
    rows = []
    for found in findings.growth:
        cells = []
        for size in sizes:
            p50, p99 = found.times.get(size, (None, None))
            cells.append("" if p50 is None else f"{p50:.1f}" + ("" if p99 is None else f" (p99 {p99:.1f})"))
        rows.append((found.kind, *cells, found.verdict))
    return _table(("p50", *(f"{size:,} books" for size in sizes), "largest : smallest"), rows)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def placed(text: str, section: str) -> str:
    """`text` with `section` between the markers, and nothing else changed; markers not there are added at the end."""
    block = f"{BEGIN}\n\n{section.strip()}\n\n{END}"
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        return f"{text.rstrip()}\n\n{block}\n" if text.strip() else f"{block}\n"
    return f"{before}{block}{after}"


def write(findings: Findings, folder: Path) -> None:
    """Bring RESULTS.md and results.svg up to date."""
    results = folder / "RESULTS.md"
    text = results.read_text(encoding="utf-8") if results.exists() else ""
    results.write_text(placed(text, tables(findings)), encoding="utf-8")
    (folder / "results.svg").write_text(chart.drawn(findings.results), encoding="utf-8")
    print(f"Written: {results} and {folder / 'results.svg'}")
