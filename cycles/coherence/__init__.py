"""Does the edition hold together? Pure: an edition in, sentences out, each with its figures and its step.

What a calendar must be is in `calendar_checks`, for this list and for the desk of the calendar alike.
"""

from __future__ import annotations

from cycles.calendar_checks import Stage
from cycles.coherence import bodies, calendar, calls, money, places, vote
from cycles.coherence.base import Edition, Finding, Money, Place, Seated
from cycles.coherence.bodies import ELSEWHERE
from cycles.coherence.vote import expected_winners

__all__ = ["ELSEWHERE", "Edition", "Finding", "Money", "Place", "Seated", "Stage", "check", "expected_winners"]

CHECKS = (calendar.check, places.check, money.check, vote.check, calls.check, bodies.check)


def check(edition: Edition) -> list[Finding]:
    """Every finding, in the order of the steps."""
    return [finding for part in CHECKS for finding in part(edition)]
