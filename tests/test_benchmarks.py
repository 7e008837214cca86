"""make bench without its timing: what it compares is there, what it reads it reads right, what it writes is sound."""

import ast
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks import chart, findings, parts, report
from benchmarks.equality import difference
from benchmarks.load import Ratio, Result, Scenario, ratio, read
from benchmarks.scenarios import GROUPS, NOT_MEASURED, TARGETS, filled
from benchmarks.servers import SERVERS, Failed

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / "benchmarks" / "peers"
SHARED = {"__init__", "project", "rows", "stock_drf_writing", "wsgi"}
WRK = """Running 1s test @ http://127.0.0.1:9000/api/v1/books/
  2 threads and 16 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.21ms  320.11us   9.87ms   93.12%
  13216 requests in 1.00s, 193.62MB read
Requests/sec:  13204.51
Transfer/sec:    193.45MB
"""
SCENARIOS = {scenario.key: scenario for group in GROUPS for scenario in group.scenarios}


def measured(scale=1.0):
    """Results of every scenario, three rounds each, as a run would have them."""
    return {
        key: Result(scenario, [rate * scale for rate in (100.0 + place, 90.0 + place, 110.0 + place)])
        for place, (key, scenario) in enumerate(SCENARIOS.items())
    }


def found():
    """A whole run's findings."""
    run = findings.Findings(["80,000 books."], measured())
    run.weigh("Octavo", 70, 90)
    run.growth = [findings.Growth("list", {5_000: (1.0, None), 20_000: (1.2, 2.0)}, "met")]
    run.problems = ["growth: skipped: it is\nnot there"]
    return run


def modules():
    """The peers' modules that servers name, in their command or as PEER."""
    named = [word for server in SERVERS.values() for word in (*server.command, server.environment.get("PEER", ""))]
    return {match[1] for word in named if (match := re.match(r"benchmarks\.peers\.(\w+)", word))}


@pytest.mark.parametrize("file", sorted(PEERS.glob("*.py")), ids=lambda file: file.stem)
def test_a_peer_is_a_program_that_says_what_it_is(file):
    assert ast.get_docstring(ast.parse(file.read_text(), str(file)))


def test_every_peer_is_served_and_every_server_has_its_peer():
    assert modules() | SHARED == {file.stem for file in PEERS.glob("*.py")}


def test_every_lane_has_a_server_and_every_target_its_lanes():
    assert {scenario.server for scenario in SCENARIOS.values()} == set(SERVERS)
    assert len(SCENARIOS) == sum(len(group.scenarios) for group in GROUPS)
    assert {key for target in TARGETS for key in (target.ours, target.theirs)} <= set(SCENARIOS)
    for group in GROUPS:
        keys = {scenario.key for scenario in group.scenarios}
        # Compared is only what ran in turns.
        assert all((target.ours in keys) == (target.theirs in keys) for target in TARGETS)


def test_what_is_known_at_run_time_only_is_filled_in():
    scenario = filled(SCENARIOS["304"], detail="/api/v1/books/7/", etag='"abc"', words="")
    assert scenario.headers == (("If-None-Match", '"abc"'),)
    assert filled(SCENARIOS["hot detail"], detail="/api/v1/books/7/", etag="", words="").path == "/api/v1/books/7/"
    searched = filled(SCENARIOS["search"], detail="", etag="", words="war+peace")
    assert searched.path == "/api/v1/books/?search=war+peace"


def test_the_lock_of_the_peers_has_octavos_own_versions_and_a_hash_each():
    text = (ROOT / "benchmarks" / "requirements.lock").read_text()
    pins = dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", text, re.MULTILINE))
    runtime = re.findall(
        r"^([a-z0-9][a-z0-9._-]*)==(\S+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE
    )  # fmt: skip
    assert [name for name, version in runtime if pins.get(name) != version] == []
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []
    wanted = (ROOT / "benchmarks" / "requirements.in").read_text()
    assert set(re.findall(r"^[a-z0-9-]+", wanted, re.MULTILINE)) <= set(pins)


def test_wrk_is_read():
    assert read(WRK, "", "hot list") == 13204.51


@pytest.mark.parametrize(
    "output",
    [
        "",
        WRK.replace("13204.51", "0.00"),
        WRK.replace("Requests/sec", "  Non-2xx or 3xx responses: 12\nRequests/sec"),
        WRK.replace("Requests/sec", "  Socket errors: connect 0, read 3, write 0, timeout 1\nRequests/sec"),
    ],
    ids=["nothing", "no answers", "errors", "broken connections"],
)
def test_a_run_with_failures_is_no_figure(output):
    with pytest.raises(Failed, match="hot list"):
        read(output, "unable to connect", "hot list")


def test_a_ratio_is_taken_round_by_round():
    ours, theirs = (
        Result(Scenario(name, name, "/"), rates)
        for name, rates in (("a", [20.0, 90.0, 40.0]), ("b", [10.0, 30.0, 40.0]))
    )
    assert ratio(ours, theirs) == Ratio(2, 1, 3)


@pytest.mark.parametrize(
    ("theirs", "where"),
    [
        ({"id": 1, "authors": [{"id": 2}]}, ""),
        ({"id": 1.0, "authors": [{"id": 2}]}, ""),
        ({"id": 1, "authors": [{"id": 3}]}, ".authors[0].id"),
        ({"id": 1, "authors": []}, ".authors has 0"),
        ({"id": 1}, "keys"),
        ({"id": None, "authors": [{"id": 2}]}, ".id is None"),
    ],
)
def test_a_different_answer_is_found_and_named(theirs, where):
    said = difference({"id": 1, "authors": [{"id": 2}]}, theirs)
    assert (where in said) if where else said == ""


def test_the_report_keeps_what_was_written_by_hand():
    by_hand = f"# Measured\n\nBefore.\n\n{report.BEGIN}\nold\n{report.END}\n\n## Loading\n\nAfter.\n"
    once = report.placed(by_hand, "new")
    assert once == f"# Measured\n\nBefore.\n\n{report.BEGIN}\n\nnew\n\n{report.END}\n\n## Loading\n\nAfter.\n"
    assert report.placed(once, "new") == once
    assert report.placed("# Measured\n", "new") == f"# Measured\n\n{report.BEGIN}\n\nnew\n\n{report.END}\n"


def test_the_report_has_a_line_for_every_target_even_where_nothing_was_measured():
    for run in (found(), findings.Findings([])):
        text = report.tables(run)
        assert text.count(" × |") >= len(TARGETS)
        for line in text.splitlines():
            assert line.count("|") in (0, 3, 4, 5, 7, 8), line
    assert report.tables(findings.Findings([])).count("not measured") == len(TARGETS) + len(NOT_MEASURED)


def test_a_verdict_says_by_how_much():
    run = found()
    texts = {verdict.target.theirs: verdict.text for verdict in run.verdicts()}
    assert texts["raw list"] == "met"
    assert re.fullmatch(r"\*\*missed by 9\d %\*\*", texts["cold list: stock DRF"])


@pytest.mark.parametrize(
    ("kind", "times", "verdict"),
    [
        ("list", {"list": {5: (1.0, None), 50: (1.4, None)}}, "met: 1.40 × (at most 1.5)"),
        ("list", {"list": {5: (1.0, None), 50: (1.6, None)}}, "**missed**: 1.60 × (at most 1.5)"),
        ("list", {"list": {5: (1.0, None)}}, "not compared"),
        ("the 40 searches", {"the 40 searches": {5: (1.0, None), 50: (9.0, None)}}, "9.00 ×"),
        (
            "two-word search",
            {"list": {50: (3.0, None)}, "two-word search": {5: (9.0, None), 50: (24.9, None)}},
            "met: 2.77 × (at most 3), 8.3 × list (at most 8.33)",
        ),
        (
            "two-word search",
            {"list": {50: (3.0, None)}, "two-word search": {5: (9.0, None), 50: (25.5, None)}},
            "**missed**: 2.83 × (at most 3), 8.5 × list (at most 8.33)",
        ),
        (
            "two commonest words",
            {"two-word search": {50: (2.0, None)}, "two commonest words": {5: (1.0, None), 50: (21.0, None)}},
            "**missed**: 10.5 × two-word search (at most 10)",
        ),
        (
            "suggest",
            {"suggest": {5: (9.0, 9.0), 50: (10.0, 21.0)}},
            "**missed**: 1.11 × (at most 1.5), p99 2.1 × p50 (at most 2)",
        ),
    ],
)
def test_growth_is_judged_by_its_kind(kind, times, verdict):
    assert parts.judged(kind, times) == verdict


def test_a_load_is_judged_by_the_limit_of_its_database():
    run = found()
    run.loading = [findings.Loading("SQLite", 5_000, 10_000, Ratio(0.5, 0.45, 0.55), 0.65)]
    assert "| SQLite | 5,000 | 10,000 | 0.50 × (0.45-0.55) | 0.65 × | **missed by 23 %** |" in report.tables(run)


@pytest.mark.parametrize("results", [measured(), measured(0.001), {}], ids=["all", "tiny", "none"])
def test_the_chart_is_well_formed(results):
    picture = ElementTree.fromstring(chart.drawn(results))
    shown = {bar.key for panel in chart.PANELS for bar in panel.bars}
    assert shown <= set(SCENARIOS)
    bars = picture.findall("{http://www.w3.org/2000/svg}rect")
    assert len(bars) == (len(shown) if results else 0)
    assert all(float(bar.attrib["width"]) > 0 for bar in bars)


def test_the_committed_results_judge_by_todays_targets():
    text = (ROOT / "benchmarks" / "RESULTS.md").read_text()
    rows = [[cell.strip() for cell in line.split("|")] for line in text.splitlines() if line.startswith("|")]
    asked = {(row[1], row[2]): row[6] for row in rows if len(row) == 9}
    every = [*TARGETS, *parts.SERIALIZERS.values()]
    assert {(each.what, each.against): asked.get((each.what, each.against)) for each in every} == {
        (each.what, each.against): f"{each.at_least:g} ×" for each in every
    }
    assert all((what, against) in asked for what, against, *_ in NOT_MEASURED)
