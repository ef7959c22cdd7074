"""What is told of the turnout: no figure, and no subtraction of two figures, speaks of fewer than ten people
(PROTOCOL §6.4.16). Pure.

While the vote is open, a place is told in whole tens, and always with ten to nineteen votes in hand: `tonight` adds a
cell only once a place has twenty votes that were never told. So whatever two nights are compared, and whatever night is
compared with the exact numbers that closing publishes, the difference is nought or ten and more; and since the votes in
hand are ten *to nineteen*, the exact number of a night is not found by adding ten either. A place with few votes says
nothing until it has enough (the day folds into the place), or until the end (the place folds into the town).

At the end, `fold` gives the exact numbers, small places together; if these are still too few together, the smallest
place that could be shown joins them, so that no subtraction from the total finds them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

LEAST = 10
LEAST_OF_A_PLACE = 50  # exact numbers of one place or one channel (PROTOCOL §6.5.21)


@dataclass(frozen=True, slots=True)
class Cell:
    """So many more people had voted in a place by the evening of a day. `place` is « » online."""

    place: str
    day: date
    number: int


@dataclass(frozen=True, slots=True)
class Folded:
    """Exact numbers that may be shown, and the sum of all the others."""

    shown: Mapping[str, int]
    others: int

    @property
    def total(self) -> int:
        return sum(self.shown.values()) + self.others


def tonight(told: Iterable[Cell], voted: Mapping[str, int], day: date) -> tuple[Cell, ...]:
    """What this night adds to what is told. `voted`: how many had voted in each place by the end of `day`."""
    before = by_place(told)
    cells = (Cell(place, day, _tens(number - before.get(place, 0))) for place, number in sorted(voted.items()))
    return tuple(cell for cell in cells if cell.number)


def _tens(waiting: int) -> int:
    """Whole tens, with ten at least kept in hand."""
    return max(0, waiting - LEAST) // LEAST * LEAST


def by_place(cells: Iterable[Cell]) -> dict[str, int]:
    """How many were told in each place so far."""
    told: Counter[str] = Counter()
    for cell in cells:
        told[cell.place] += cell.number
    return dict(told)


def fold(numbers: Mapping[str, int], least: int = LEAST_OF_A_PLACE) -> Folded:
    """Exact numbers, those under `least` summed together, with the smallest of the others if their sum is too small."""
    ordered = sorted(((number, name) for name, number in numbers.items() if number), reverse=True)
    shown = [(number, name) for number, name in ordered if number >= least]
    others = sum(number for number, _name in ordered[len(shown) :])
    while 0 < others < least and shown:
        others += shown.pop()[0]
    return Folded({name: number for number, name in sorted(shown, key=lambda item: item[1])}, others)


def value_of(cells: Iterable[Cell]) -> list[list[str | int]]:
    """The cells as JSON keeps them."""
    return [[cell.place, cell.day.isoformat(), cell.number] for cell in cells]


def cells_of(value: Iterable[tuple[str, str, int]]) -> tuple[Cell, ...]:
    """The cells of a kept statement."""
    return tuple(Cell(place, date.fromisoformat(day), number) for place, day, number in value)
