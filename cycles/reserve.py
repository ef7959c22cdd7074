"""The reserve before elections (article L. 52-1 of the code électoral). Pure: values in, result out.

It runs from the first day of the sixth month before the month of the election until its last round.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

REASON = "L. 52-1"


@dataclass(frozen=True, slots=True)
class Vote:
    """An election by its two rounds; `is_estimated` when only its month is known."""

    kind: str
    first_round_on: date
    last_round_on: date
    is_estimated: bool = False
    is_set_aside: bool = False
    reason: str = ""
    pk: int = 0


@dataclass(frozen=True, slots=True)
class Reserve:
    """The days of reserve before one election, both included."""

    vote: Vote
    first: date
    last: date

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last

    def meets(self, first: date, last: date) -> bool:
        """Whether it has a day in common with that span."""
        return self.first <= last and first <= self.last


def _month(kind: str, year: int, month: int) -> Vote:
    return Vote(kind, date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]), is_estimated=True)


KNOWN: tuple[Vote, ...] = (
    Vote("municipal", date(2026, 3, 15), date(2026, 3, 22)),
    _month("presidential", 2027, 4),
    _month("legislative", 2027, 6),
    _month("departmental", 2028, 3),
    _month("regional", 2028, 3),
    _month("european", 2029, 6),
    _month("presidential", 2032, 4),
    _month("municipal", 2032, 3),
    _month("legislative", 2032, 6),
)


def reserve_of(vote: Vote) -> Reserve:
    """Six months before the month, until the last round."""
    months = vote.first_round_on.year * 12 + vote.first_round_on.month - 1 - 6
    return Reserve(vote, date(months // 12, months % 12 + 1, 1), vote.last_round_on)


def calendar_of(written: Iterable[Vote]) -> list[Vote]:
    """The known elections and those that the team wrote, which replace the known one of that kind and year."""
    rows = list(written)
    replaced = {(vote.kind, vote.first_round_on.year) for vote in rows}
    kept = [vote for vote in KNOWN if (vote.kind, vote.first_round_on.year) not in replaced]
    return sorted([*rows, *kept], key=lambda vote: (vote.first_round_on, vote.kind))


def at(votes: Iterable[Vote], day: date) -> Reserve | None:
    """The reserve that holds on that day: of several, the one that ends last; None outside, or when set aside."""
    holding = [found for vote in votes if not vote.is_set_aside and (found := reserve_of(vote)).holds(day)]
    return max(holding, key=lambda found: found.last, default=None)
