"""The time inside one long act: the instant it was given, plus what has elapsed since."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta


def running_from(at: datetime) -> Callable[[], datetime]:
    """A clock that starts at `at`: an act that lasts minutes dates its last row truly, and asks nobody the time."""
    start = time.monotonic()
    return lambda: at + timedelta(seconds=time.monotonic() - start)
