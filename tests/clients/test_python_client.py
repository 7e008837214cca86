"""A Python client generated from the document, used as an integrator would."""

import pytest

from tests.clients.tools import BIN, HERE, ROOT, run

pytestmark = pytest.mark.clients


def test_a_generated_python_client_lists_pages_selects_and_reads(sample, tmp_path):
    made = run(
        BIN / "openapi-python-client", "generate", "--path", ROOT / "openapi.yaml", "--meta", "none",
        "--output-path", tmp_path / "octavo_client", "--fail-on-warning",
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    used = run(BIN / "python", "-W", "error", HERE / "use_python_client.py", sample.url, PYTHONPATH=str(tmp_path))
    assert (used.returncode, used.stdout) == (0, "everything was as it should be\n"), used.stdout + used.stderr
