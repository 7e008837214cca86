"""The document as linters and JavaScript read it."""

import subprocess

import orjson
import pytest
import yaml

from tests.clients.tools import BIN, HERE, MODULES, ROOT, environment, run

pytestmark = pytest.mark.clients


def test_redocly_finds_nothing():
    done = run(MODULES / ".bin" / "redocly", "lint", "openapi.yaml", "--format", "json")
    found = orjson.loads(done.stdout)
    assert (found["problems"], found["totals"], done.returncode) == (
        [], {"errors": 0, "warnings": 0, "ignored": 0}, 0,
    )  # fmt: skip


def test_spectral_finds_nothing():
    done = run(
        MODULES / ".bin" / "spectral", "lint", "openapi.yaml", "--fail-severity", "hint", "--quiet",
        "--format", "json",
    )  # fmt: skip
    assert (orjson.loads(done.stdout), done.returncode) == ([], 0), done.stderr


def test_every_pattern_is_one_of_javascripts_with_and_without_unicode():
    document = orjson.dumps(yaml.safe_load((ROOT / "openapi.yaml").read_text()))
    done = subprocess.run(
        [BIN / "node", HERE / "patterns.mjs"], input=document, env=environment(), capture_output=True, check=True
    )
    found = orjson.loads(done.stdout)
    assert found["wrong"] == []
    assert found["count"] > 50
