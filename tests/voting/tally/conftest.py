"""The real election files: outside the repository, at BP_ELECTIONS_DIR."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def elections_dir() -> Path:
    """Skips with a reason when the files are absent; where CI is set their absence is a failure."""
    directory = Path(os.environ.get("BP_ELECTIONS_DIR", ROOT.parent / "shared" / "data" / "pb"))
    if not directory.is_dir():
        message = f"no real election files in {directory}; set BP_ELECTIONS_DIR"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return directory


@pytest.fixture
def synthetic() -> Path:
    return ROOT / "tests" / "elections"
