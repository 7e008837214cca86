"""`make bench`: Octavo beside its peers. `python -m benchmarks [--quick] [--only GROUP]`."""

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Any

from benchmarks import databases, equality, load, loading, machine, parts, report
from benchmarks.findings import Findings
from benchmarks.scenarios import GROUPS, Group, answerable, filled
from benchmarks.servers import LIST, SERVERS, Failed, Running, running
from settings.env import ROOT
from tests.support.servers import Unavailable

ROUNDS = {False: 5, True: 3}
SECONDS = {False: 5, True: 1}
MOST = {False: 60, True: 15}
"""By whether the run is quick: rounds, seconds of a scenario in each, and the most a slow one gets."""
OCTAVO = "Octavo, cache off"


class Run:
    """One run: its databases, Octavo's responses, and the findings."""

    def __init__(
        self, *, quick: bool, rounds: int, wrk: str, databases_: dict[bool, str], folder: Path, findings: Findings
    ) -> None:
        self.quick, self.rounds, self.wrk, self.folder, self.findings = quick, rounds, wrk, folder, findings
        self.databases = databases_
        self.documents: dict[str, Any] = {}
        self.detail, self.words = "", ""
        self.etag = '"none"'
        self.began = time.monotonic()

    def say(self, text: str) -> None:
        """A line of progress, with the seconds since the beginning."""
        print(f"{time.monotonic() - self.began:5.0f} s  {text}", flush=True)

    def trouble(self, text: str) -> None:
        """Note what could not be measured, and go on."""
        self.findings.problems.append(text)
        self.say(f"!!! {text}")

    def environment(self, *, sqlite: bool = False) -> dict[str, str]:
        """The environment variables that name a server's database."""
        found = databases.environment(self.databases[sqlite], self.folder / ("sqlite" if sqlite else "postgres"))
        return {**found, "FIXED": str(self.folder / "fixed.json")}

    def prepare(self) -> None:
        """Get the responses of Octavo that the others must equal; store the bytes of its hot ones. Raises Failed."""
        with running(SERVERS[OCTAVO], self.environment()) as octavo:
            page = equality.document(octavo, LIST)
            self.detail, self.words = equality.first_book(page), equality.two_words(octavo, page)
            self.documents = {LIST: page, self.detail: equality.document(octavo, self.detail)}
        with running(SERVERS["Octavo"], self.environment()) as octavo:
            for path, document in self.documents.items():
                equality.check(document, octavo, path)
            self.etag = octavo.get(LIST).headers.get("etag", self.etag)
            equality.keep_bytes(octavo, list(self.documents), self.folder / "fixed.json")

    def group(self, group: Group) -> None:
        """Start the group's servers, compare their responses with Octavo's, then drive them in turns."""
        self.say(group.name)
        with ExitStack() as stack:
            servers: dict[str, Running] = {}
            for name in dict.fromkeys(scenario.server for scenario in group.scenarios):
                try:
                    server = SERVERS[name]
                    servers[name] = stack.enter_context(running(server, self.environment(sqlite=server.sqlite)))
                except Failed as problem:
                    self.trouble(str(problem))
            scenarios = [
                filled(scenario, detail=self.detail, etag=self.etag, words=self.words)
                for scenario in group.scenarios
                if scenario.server in servers
            ]
            scenarios = [scenario for scenario in scenarios if self.checked(scenario, servers[scenario.server])]
            results, failures = load.in_turns(
                self.wrk, servers, scenarios, rounds=self.rounds, seconds=SECONDS[self.quick], most=MOST[self.quick]
            )
            for failure in failures:
                self.trouble(failure)
            self.findings.results |= results
            for name, started in servers.items():
                self.findings.weigh(name, started.idle, started.loaded)
        for key, result in results.items():
            self.say(f"    {key}: {result.median:,.0f}/s")

    def checked(self, scenario: load.Scenario, server: Running) -> bool:
        """Whether the server may be timed in this scenario: its response equals Octavo's."""
        try:
            if not answerable(scenario, server, self.trouble):
                return False
            equality.check_scenario(scenario, server, self.documents, self.folder / "fixed.json")
        except Failed as failure:
            self.trouble(str(failure))
            return False
        return True


def measure(quick: bool, only: str, sizes: Sequence[int], rounds: int) -> Findings:
    """Everything, or the groups whose name begins with `only`. Raises Missing, Unavailable, Failed."""
    wrk, load_before = machine.wrk(), machine.load_before()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="octavo-bench-")))
        url = stack.enter_context(databases.server())
        books = stack.enter_context(databases.fresh(url, "octavo_bench"))
        sqlite = f"sqlite:///{folder}/catalogue.sqlite3"
        findings = Findings([])
        run = Run(
            quick=quick, rounds=rounds, wrk=wrk, folder=folder, findings=findings,
            databases_={False: books, True: sqlite},
        )  # fmt: skip
        what, command = databases.catalogue()
        run.say(f"loading {what}")
        databases.load({books: folder / "postgres", sqlite: folder / "sqlite"}, command)
        databases.index_for_peers(books)
        findings.about = [
            f"{databases.books(books):,} books ({what}). {machine.described(databases.version(url))}.",
            f"{machine.versions()}.",
            f"{'Quick' if quick else 'Full'} run: medians of {rounds} rounds in turns,",
            f"{SECONDS[quick]} s each, `wrk -t2 -c{load.CONNECTIONS}`.",
            load_before,
        ]
        run.prepare()
        for group in GROUPS:
            if group.name.startswith(only):
                try:
                    run.group(group)
                except Failed as failure:
                    run.trouble(f"{group.name}: {failure}")
        if not only or "serializers".startswith(only):
            run.say("serializers")
            parts.serializers(findings, {**os.environ, **run.environment()})
        if not only or "loading".startswith(only):
            loading.measure(findings, url, folder, command, run.say)
        if not only or "growth".startswith(only):
            parts.growth(findings, url, folder, sizes=sizes, say=run.say)
    return findings


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def main() -> int:
    """0 when everything was measured, 1 when something could not be; missed targets are no failure."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds: at most 5 minutes")
    parser.add_argument("--only", default="", metavar="GROUP", help="one group, by the beginning of its name")
    parser.add_argument("--sizes", metavar="N,N", help="books of the catalogues that growth is measured on")
    parser.add_argument("--rounds", type=int, metavar="N", help="how often the servers take turns")
    given = parser.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")] if given.sizes else parts.SIZES[given.quick]
    signal.signal(signal.SIGTERM, _leave)
    try:
        findings = measure(given.quick, given.only, sizes, given.rounds or ROUNDS[given.quick])
    except (machine.Missing, Unavailable, Failed, databases.Failed) as reason:
        print(f"bench: {reason}", file=sys.stderr)
        return 1
    print(report.tables(findings))
    if given.only:
        print("A part of the run only: benchmarks/RESULTS.md is left as it was.")
    else:
        report.write(findings, ROOT / "benchmarks")
    return int(any(": skipped: " not in problem for problem in findings.problems))


if __name__ == "__main__":
    sys.exit(main())
