"""Every deliberate bug is noticed by the test that is named for it."""

import ast
import os
import subprocess
import sys
from collections import Counter

import pytest

from tests.mutations import accounts, api, books, core, database, importing, limits, records, serializers, writing
from tests.mutations.mutation import ROOT, Copy, Mutation

MUTATIONS: list[Mutation] = [
    *core.MUTATIONS,
    *writing.MUTATIONS,
    *database.MUTATIONS,
    *books.MUTATIONS,
    *importing.MUTATIONS,
    *records.MUTATIONS,
    *serializers.MUTATIONS,
    *api.MUTATIONS,
    *accounts.MUTATIONS,
    *limits.MUTATIONS,
]
FOLDERS = {"core", "authors", "books", "serializers", "api", "settings", "benchmarks"}
LANE = "postgres" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "sqlite"
HERE = [mutation for mutation in MUTATIONS if mutation.lane == LANE]


@pytest.fixture(scope="session")
def copy(tmp_path_factory):
    return Copy(tmp_path_factory.mktemp("mutated"))


@pytest.mark.soak
@pytest.mark.parametrize("mutation", HERE, ids=lambda mutation: mutation.name)
def test_a_bug_is_noticed_by_the_test_named_for_it(copy, mutation):
    outcome = copy.with_bug(mutation)
    assert outcome.failed, f"{mutation.says}\n{outcome.output}"


@pytest.mark.soak
def test_without_a_bug_the_tests_named_pass(copy):
    outcome = copy.test(sorted({name for mutation in HERE for name in mutation.tests}), seconds=3600)
    assert outcome.passed, outcome.output


def test_every_bug_has_its_place_in_the_code_and_is_still_python():
    wrong = []
    for mutation in MUTATIONS:
        try:
            mutated = mutation.applied((ROOT / mutation.file).read_text(encoding="utf-8"))
            ast.parse(mutated)
        except (OSError, SyntaxError, ValueError) as error:
            wrong.append(f"{mutation.name} {error}")
    assert wrong == []


def test_the_tests_named_for_bugs_are_there():
    names = sorted({name for mutation in MUTATIONS for name in mutation.tests})
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *names]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "deselected" not in found.stdout


def test_every_room_has_bugs_and_each_is_told_apart():
    assert len(MUTATIONS) >= 40
    assert {mutation.file.partition("/")[0] for mutation in MUTATIONS} == FOLDERS
    assert {mutation.lane for mutation in MUTATIONS} == {"sqlite", "postgres"}
    assert all(mutation.says.endswith(".") for mutation in MUTATIONS)
    assert [name for name, number in Counter(m.name for m in MUTATIONS).items() if number > 1] == []
