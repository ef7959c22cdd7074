"""Each preset's edition, from its opening to its end."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _keys_in_a_folder_of_their_own(settings, tmp_path):
    settings.BP_PRACTICE_KEYS_DIR = str(tmp_path / "keys")
