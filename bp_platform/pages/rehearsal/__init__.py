"""A whole edition run ahead of time by the real services, in a transaction that is never kept.

The edition is copied under another address, fictitious people file, study, decide, vote, count and build, each day in
order. Nothing stays: no row, no message, no file, no line of the journal. `running` is the job that the desk starts.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from time import perf_counter

from django.db import connection

from bp_platform.core import journal
from bp_platform.pages.rehearsal.play import Play, Progress
from bp_platform.pages.rehearsal.scenes import Report, Scene
from cycles.models import Cycle

PATIENCE = "3s"  # how long the play waits for a lock that a real act holds; it gives way rather than wait longer


class _CurtainError(Exception):
    """Raised at the end, so that nothing is kept."""


def silent(_percent: int, _words: str) -> None:
    """A progress that nobody reads."""


def rehearse(cycle: Cycle, *, at: datetime, progress: Progress = silent) -> Report:
    """Every scene of the edition, in order. Leaves no trace: the journal's lines are gathered and never written, so
    that no real act waits for its lock either."""
    report, start = Report(stamp=cycle.stamp), perf_counter()
    try:
        with journal.transaction_with_journal():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
            play = Play(cycle, progress)
            report = replace(report, scenes=tuple(play.run(at)), figures=play.agenda.figures)
            raise _CurtainError
    except _CurtainError:
        return replace(report, seconds=perf_counter() - start)


__all__ = ["Report", "Scene", "rehearse"]
