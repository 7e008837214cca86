"""Real catalogues beside the project, for the tests that read them whole."""

from collections.abc import Callable
from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


@pytest.fixture(scope="session")
def real_file() -> Callable[[str], Path]:
    """The path of a real catalogue; the test is skipped where it is missing."""

    def find(name: str) -> Path:
        path = SHARED_DATA / name
        if not path.is_file():
            pytest.skip(f"the real catalogue {name} is not in {SHARED_DATA}")
        return path

    return find
