"""The chart of RESULTS.md and the README: bars, drawn by hand, legible on light and on dark pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from benchmarks.load import Result, ratio

WIDTH, LABEL, BAR, GAP, HEADING = 760, 230, 22, 8, 54
"""Pixels: the picture, the column of names, a bar's height, the space between two, a panel's title."""
ROOM = 175
"""Pixels left free to the right of the longest bar, for its figures."""
STYLE = """
    text { font: 13px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #24292f; }
    .title { font-size: 15px; font-weight: 600; }
    .note { font-size: 12px; fill: #57606a; }
    .bar { fill: #9aa4af; }
    .ours { fill: #0a7d5a; }
    .spread { stroke: #24292f; stroke-opacity: 0.55; stroke-width: 2; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3; }
      .note { fill: #9da7b1; }
      .bar { fill: #6e7781; }
      .ours { fill: #2ea67d; }
      .spread { stroke: #ffffff; }
    }
"""


@dataclass(frozen=True)
class Bar:
    """A name, a scenario's key, and whether it is Octavo's own."""

    name: str
    key: str
    ours: bool = False


@dataclass(frozen=True)
class Panel:
    """Bars of one scale."""

    title: str
    note: str
    bars: tuple[Bar, ...]


PANELS = (
    Panel(
        "Hot: asked before, nothing written since",
        "requests/s, a page of 25 books, strictly fresh, one worker",
        (
            Bar("Octavo", "hot list", ours=True),
            Bar("Octavo, 304", "304", ours=True),
            Bar("uvicorn sending fixed bytes", "raw list"),
        ),
    ),
    Panel(
        "Cold: every page made from the database",
        "requests/s, the same page from the same PostgreSQL, one worker",
        (
            Bar("Octavo, cache off", "cold list: Octavo, cache off", ours=True),
            Bar("FastAPI + SQLAlchemy async", "cold list: FastAPI + SQLAlchemy"),
            Bar("DRF + serpy", "cold list: DRF + serpy"),
            Bar("django-bolt", "cold list: django-bolt"),
            Bar("django-ninja", "cold list: django-ninja"),
            Bar("stock DRF", "cold list: stock DRF"),
            Bar("bare asyncpg, JSON from SQL", "cold list: ASGI + asyncpg"),
        ),
    ),
)


def drawn(results: Mapping[str, Result]) -> str:
    """The picture as SVG; scenarios that were not measured are left out."""
    parts, top = [], 0
    for panel in PANELS:
        bars = [bar for bar in panel.bars if bar.key in results]
        if not bars:
            continue
        parts += [
            f'<text class="title" x="0" y="{top + 20}">{escape(panel.title)}</text>',
            f'<text class="note" x="0" y="{top + 40}">{escape(panel.note)}</text>',
        ]
        top += HEADING
        longest = max(max(results[bar.key].rates) for bar in bars)
        first = results[bars[0].key] if bars[0].ours else None
        for bar in bars:
            parts += _bar(bar, results[bar.key], top, longest, None if bar.ours else first)
            top += BAR + GAP
        top += 2 * GAP
    label = "Requests a second of Octavo and its peers; the figures are in benchmarks/RESULTS.md"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {max(top, 1)}" width="{WIDTH}" '
        f'height="{max(top, 1)}" role="img" aria-label="{escape(label)}">\n<style>{STYLE}</style>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _bar(bar: Bar, result: Result, top: int, longest: float, first: Result | None) -> list[str]:
    """The median as a bar, lowest to highest as a line, figures right of both."""
    scale = (WIDTH - LABEL - ROOM) / longest
    width = max(2.0, scale * result.median)
    low, high = (LABEL + scale * rate for rate in (min(result.rates), max(result.rates)))
    figures = f"{result.median:,.0f}" + (f" · Octavo {_times(ratio(first, result).middle)}" if first else "")
    baseline = top + BAR * 0.7
    return [
        f'<text x="{LABEL - 10}" y="{baseline:.1f}" text-anchor="end">{escape(bar.name)}</text>',
        f'<rect class="bar{" ours" if bar.ours else ""}" x="{LABEL}" y="{top}" width="{width:.1f}" height="{BAR}"/>',
        f'<path class="spread" d="M{low:.1f} {top + BAR / 2}H{high:.1f}"/>',
        f'<text x="{max(LABEL + width, high) + 8:.1f}" y="{baseline:.1f}">{escape(figures)}</text>',
    ]


def _times(value: float) -> str:
    return f"{value:.0f} ×" if value >= 10 else f"{value:.1f} ×" if value >= 1 else f"{value:.2f} ×"
