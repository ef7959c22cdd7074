"""Dates of the phases, counted forward or backward from the day that cannot move. Pure: values in, result out.

A phase is in whole weeks and goes from a Tuesday to a Monday: the last week-end is whole, and the team is there on the
last day. Sources of the figures: the finance calendar of French communes (results known 16 weeks before the budget
vote, costings closed two weeks before the vote opens).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Anchor = Literal["budget", "vote", "start"]
ORDER = (
    "preparation", "diagnosis", "call", "instruction", "preselection", "campaign", "vote", "proclamation",
    "realisation", "review",
)  # fmt: skip
USUAL_WEEKS: Mapping[str, int] = {
    "preparation": 8, "diagnosis": 6, "call": 8, "instruction": 14, "preselection": 3, "campaign": 4, "vote": 3,
    "proclamation": 2, "realisation": 104, "review": 8,
}  # fmt: skip
RESULTS_BEFORE_BUDGET = timedelta(weeks=16)
COSTS_BEFORE_VOTE = timedelta(weeks=2)
TUESDAY = 1


@dataclass(frozen=True, slots=True)
class PlannedPhase:
    """A phase by its first and its last day, both included."""

    kind: str
    first: date
    last: date


def plan(weeks: Mapping[str, int], anchor: Anchor, on: date) -> list[PlannedPhase]:
    """The phases of `weeks`, one after the other, around the anchor.

    `budget`: results are known at the latest 16 weeks before that vote; `vote`: the vote opens on that day or on the
    Tuesday before; `start`: the first phase opens on that day or on the Tuesday after.
    """
    kinds = [kind for kind in ORDER if weeks.get(kind, 0) > 0]
    if not kinds:
        return []
    starts = _offsets(kinds, weeks)
    pivot, day = _pivot(kinds, anchor, on)
    first = day - starts[pivot]
    return [
        PlannedPhase(
            kind, first + starts[kind], first + starts[kind] + timedelta(weeks=weeks[kind]) - timedelta(days=1)
        )
        for kind in kinds
    ]


def _offsets(kinds: Sequence[str], weeks: Mapping[str, int]) -> dict[str, timedelta]:
    """When each phase starts after the first one; two weeks at least between the study and the vote."""
    starts: dict[str, timedelta] = {}
    now = timedelta()
    for kind in kinds:
        if kind == "vote" and "instruction" in starts:
            now = max(now, starts["instruction"] + timedelta(weeks=weeks["instruction"]) + COSTS_BEFORE_VOTE)
        starts[kind] = now
        now += timedelta(weeks=weeks[kind])
    return starts


def _pivot(kinds: Sequence[str], anchor: Anchor, on: date) -> tuple[str, date]:
    if anchor == "start":
        return kinds[0], on + timedelta(days=(TUESDAY - on.weekday()) % 7)
    if anchor == "vote" and "vote" in kinds:
        return "vote", _tuesday_before(on)
    after_vote = next((kind for kind in kinds if ORDER.index(kind) > ORDER.index("vote")), kinds[-1])
    latest = on if anchor == "vote" else on - RESULTS_BEFORE_BUDGET
    return after_vote, _tuesday_before(latest)


def _tuesday_before(day: date) -> date:
    return day - timedelta(days=(day.weekday() - TUESDAY) % 7)
