"""Pages read the clock: in tests that ask for it, it stands at the one moment of the suite."""

from __future__ import annotations

import pytest
import time_machine


@pytest.fixture
def clock(at):
    """The clock, stopped at `at`; `clock.move_to(…)` makes time pass."""
    with time_machine.travel(at, tick=False) as traveller:
        yield traveller
