"""Schemathesis, with all its checks and all its phases, finds nothing to say about a running server."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.conftest import SAMPLE, serving

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


# What would end the caller's own credential, or needs a token that JSON Schema cannot make.
OWN = "/auth/(logout|password|refresh|token)"
CALLERS = """
from core.accounts.keys import create_key
from core.accounts.models import ApiKey, User
from django.utils import timezone
for number, role in enumerate(("admin", "editor"), start=900_001):
    user = User(pk=number, email=f"{role}@example.org", role=role)
    user.set_unusable_password()
    user.save()
    print(create_key(user, "schemathesis", [*ApiKey.Scope.values])[1])
    ApiKey.objects.filter(user=user).update(id=number)
ended = create_key(user, "ended", ["read", "write"])
ApiKey.objects.filter(pk=ended[0].pk).update(revoked_at=timezone.now())
print(ended[1])
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A server of its own with the sample catalogue, and the keys of an admin, of an editor, and a revoked one."""
    with serving(tmp_path_factory.mktemp("schemathesis"), "writing") as server:
        server.manage("import_books", str(SAMPLE))
        admin, editor, revoked = server.manage("shell", "--verbosity", "0", "--command", CALLERS).split()
        yield server, {"admin": admin, "editor": editor, "revoked": revoked}


def as_caller(written, who, *arguments):
    """What schemathesis says where every request has a key.

    It is left out that whatever follows the schema is accepted: what a body names may not be there.
    """
    server, keys = written
    return schemathesis(
        server, "--header", f"Authorization: Bearer {keys[who]}", "--exclude-path-regex", OWN,
        "--exclude-checks", "positive_data_acceptance", *arguments,
    )  # fmt: skip


def test_schemathesis_finds_nothing_as_an_editor(written):
    methods = [word for method in ("POST", "PUT", "PATCH", "DELETE") for word in ("--include-method", method)]
    said = as_caller(
        written, "editor", "--seed", "1", "--phases", "fuzzing", "--max-examples", "2", "--no-shrink", *methods
    )
    assert "No issues found" in said


@pytest.mark.soak
@pytest.mark.parametrize("who", ["admin", "editor", "revoked"])
def test_schemathesis_finds_nothing_as_somebody_in_a_long_run(written, who):
    assert "No issues found" in as_caller(written, who, "--max-examples", "60")


def test_schemathesis_finds_nothing_with_all_its_checks(sample):
    # What an anonymous write is answered, tests/test_authorization.py says of every route.
    said = schemathesis(
        sample, "--seed", "1", "--max-examples", "8", "--no-shrink", "--exclude-path-regex", NESTED,
        "--include-method", "GET",
    )  # fmt: skip
    assert "No issues found" in said


@pytest.mark.soak
def test_schemathesis_finds_nothing_in_a_long_run_either(sample):
    assert "No issues found" in schemathesis(sample, "--max-examples", "60")
