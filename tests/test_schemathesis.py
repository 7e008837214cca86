"""Schemathesis, with all its checks and all its phases, finds nothing to say about a running server."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
# Lists of one author's, category's or subject's books take the parameters of the list of books.
NESTED = "}/books/$"


def schemathesis(server, *arguments):
    """What `schemathesis run` says of `server`, an AssertionError with all of it when it has found something."""
    done = subprocess.run(
        [
            sys.executable, "-m", "schemathesis.cli", "run", "openapi.yaml", "--url", server.url, "--checks", "all",
            "--continue-on-failure", "--warnings", "off", *arguments,
        ],
        cwd=ROOT, env={**server.env, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_schemathesis_finds_nothing_with_all_its_checks(sample):
    said = schemathesis(sample, "--seed", "1", "--max-examples", "8", "--no-shrink", "--exclude-path-regex", NESTED)
    assert "No issues found" in said


@pytest.mark.soak
def test_schemathesis_finds_nothing_in_a_long_run_either(sample):
    assert "No issues found" in schemathesis(sample, "--max-examples", "60")
