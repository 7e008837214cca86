"""Every shell block of the documents, pasted one after the other into a shell beside a running server."""

import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from tests.conftest import serving

ROOT = Path(settings.BASE_DIR)
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", ["accounts", "writing"])
def test_the_blocks_of_a_document_run_as_they_stand(name, tmp_path):
    blocks = BLOCK.findall((ROOT / "docs" / f"{name}.md").read_text())
    assert blocks
    # On PostgreSQL's lane the broker is Redis, which no worker reads here: the mail is only queued.
    with serving(tmp_path, name) as server:
        script = "\n".join(["set -euo pipefail", *blocks, "echo; echo all blocks ran"])
        script = script.replace("http://localhost:8000", server.url)
        done = subprocess.run(
            ["bash", "-c", script], cwd=ROOT, env=server.env, capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("all blocks ran\n")
