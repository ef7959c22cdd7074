"""Pages read the clock: here it stands at the one moment of the suite."""

from __future__ import annotations

import pytest
import time_machine


@pytest.fixture(autouse=True)
def clock(at):
    """The clock, stopped at `at`; `clock.move_to(…)` and `clock.shift(…)` make time pass."""
    with time_machine.travel(at, tick=False) as traveller:
        yield traveller
