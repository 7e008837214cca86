"""A deliberate bug, and pytest run on a copy of the tree that has it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS = 300
"""How long the tests of one bug may take: a bug may make a test wait for ever, which says nothing."""

# What is no part of the tree: hidden folders (the environment, caches), data, and compiled files.
_NOT_COPIED = shutil.ignore_patterns(".*", "var", "node_modules", "__pycache__", "*.pyc")


@dataclass(frozen=True)
class Mutation:
    """The bug that stands in `file` when its only `old` becomes `new`; `test`, one or several, must fail by it."""

    file: str
    old: str
    new: str
    test: str | tuple[str, ...]
    says: str
    """What is wrong then, in a sentence."""
    lane: str = "sqlite"
    """The lane in which the test notices it; most bugs show in both, and are tried in one."""

    @property
    def tests(self) -> tuple[str, ...]:
        """The names of the tests."""
        return (self.test,) if isinstance(self.test, str) else self.test

    @property
    def name(self) -> str:
        """What pytest calls it."""
        return f"{self.file}: {self.says}"

    def applied(self, text: str) -> str:
        """`text` of the file with the bug. Raises ValueError unless the place is there, and only once."""
        if text.count(self.old) != 1:
            raise ValueError(f"{self.file} has {self.old!r} {text.count(self.old)} times, not once")
        return text.replace(self.old, self.new)


class Outcome(NamedTuple):
    """How a run of pytest ended, and what it said."""

    status: int
    output: str

    @property
    def passed(self) -> bool:
        """Whether tests were run and all of them passed."""
        return self.status == 0 and " passed" in self._summary and "skipped" not in self._summary

    @property
    def failed(self) -> bool:
        """Whether a test failed, and nothing else went wrong: a file that cannot be imported notices no bug."""
        return self.status == 1 and " failed" in self._summary and "error" not in self._summary

    @property
    def _summary(self) -> str:
        lines = self.output.strip().splitlines()
        return f" {lines[-1]}" if lines and re.search(r"\d+ (passed|failed|skipped|error)", lines[-1]) else ""


class Copy:
    """A copy of the tree in `folder`, to be changed and tested."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "tree"
        shutil.copytree(ROOT, self.root, ignore=_NOT_COPIED)

    def with_bug(self, mutation: Mutation) -> Outcome:
        """How the tests of `mutation` end where its bug is in the tree."""
        file = self.root / mutation.file
        text = file.read_text(encoding="utf-8")
        file.write_text(mutation.applied(text), encoding="utf-8")
        try:
            return self.test(mutation.tests)
        finally:
            file.write_text(text, encoding="utf-8")

    def test(self, names: Sequence[str], *, seconds: int = SECONDS) -> Outcome:
        """How these tests end in the tree as it is."""
        # Plugins that no test named needs: schemathesis' alone takes a third of the time that one test does.
        plugins = [word for name in ("randomly", "cacheprovider", "schemathesis") for word in ("-p", f"no:{name}")]
        plugins += ["-p", "tests.mutations.noshrink"]
        options = (*plugins, "--hypothesis-seed=0", "-x", "-q", "--tb=short")
        # Compiled files are told apart by size and second: a bug of the same length would be overlooked.
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        environment.pop("PYTEST_ADDOPTS", None)
        command = [sys.executable, "-m", "pytest", *options, *names]
        try:
            done = subprocess.run(
                command, cwd=self.root, env=environment, stdin=subprocess.DEVNULL, timeout=seconds,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as late:
            return Outcome(-1, f"{late.stdout or b''!r}\nwas not done after {seconds} s")
        return Outcome(done.returncode, done.stdout)
