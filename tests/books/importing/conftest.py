"""Finds real catalogues stored beside the project, for tests that read whole files."""

from collections.abc import Callable
from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


@pytest.fixture(scope="session")
def real_file() -> Callable[[str], Path]:
    """A function that returns the path of a real catalogue, and skips the test where the file is missing."""

    def path_of(name: str) -> Path:
        path = SHARED_DATA / name
        if not path.is_file():
            pytest.skip(f"the real catalogue {name} is not in {SHARED_DATA}")
        return path

    return path_of
