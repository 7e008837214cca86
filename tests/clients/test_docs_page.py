"""The documentation's page in a browser."""

import orjson
import pytest

from tests.clients.tools import BIN, HERE, MODULES, browser, run

pytestmark = pytest.mark.clients


def test_try_it_out_finds_books_as_it_stands_and_the_page_asks_nobody_else(sample, tmp_path):
    program = browser()
    if program is None:
        pytest.skip("there is no Chromium, and none can be installed")
    done = run(
        BIN / "node", HERE / "try_it_out.mjs", f"{sample.url}/docs/", program, tmp_path / "docs.png",
        MODULES=str(MODULES),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = orjson.loads(done.stdout)
    assert found == {
        "url": f"{sample.url}/api/v1/books/", "status": 200, "results": 25, "filled": [], "elsewhere": [],
    }  # fmt: skip
