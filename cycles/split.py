"""Sharing a sum between places, to the cent. Pure: values in, result out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from bp_platform.core import money

Formula = Literal["equal", "population", "by_hand"]


FORMULAS: Mapping[str, Formula] = {
    "equal": "equal", "population": "population", "population_and_priority": "population", "by_hand": "by_hand",
}  # fmt: skip
"""What the choices of article 9 are at the desk; « single » shares nothing."""


@dataclass(frozen=True, slots=True)
class Sharer:
    """A place that takes part: its inhabitants, and whether the bonus of priority neighbourhoods is for it."""

    code: str
    population: int = 0
    is_priority: bool = False


def shares(total_eur: Decimal, weights: Sequence[Fraction]) -> list[Decimal]:
    """Proportional parts whose sum is the total exactly: the largest remainders get the cents that are left.

    Weights are not negative and not all zero (ValueError). Equal remainders are served in the order given.
    """
    whole = sum(weights, Fraction(0))
    if whole <= 0 or any(weight < 0 for weight in weights):
        msg = "Weights must be positive or zero, and not all zero."
        raise ValueError(msg)
    cents = money.to_cents(total_eur)
    exact = [weight * cents / whole for weight in weights]
    parts = [int(value) for value in exact]
    by_remainder = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in by_remainder[: cents - sum(parts)]:
        parts[place] += 1
    return [money.from_cents(part) for part in parts]


def weights_of(sharers: Sequence[Sharer], formula: Formula, bonus_percent: int = 0) -> list[Fraction]:
    """What each place weighs: 1 or its inhabitants, and more by the bonus for a priority neighbourhood."""
    bonus = Fraction(100 + bonus_percent, 100)
    return [
        Fraction(1 if formula == "equal" else sharer.population) * (bonus if sharer.is_priority else 1)
        for sharer in sharers
    ]
