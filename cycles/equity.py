"""Euros for each inhabitant, place by place, and priority neighbourhoods against the rest. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bp_platform.core import money


@dataclass(frozen=True, slots=True)
class Line:
    """A place: its money and its inhabitants. `share` (0 to 100) is its bar, of the highest euros per inhabitant."""

    code: str
    name: str
    kind: str
    amount_eur: Decimal
    population: int | None
    is_priority: bool = False
    share: int = 0

    @property
    def per_head_eur(self) -> Decimal | None:
        """None where the inhabitants are not known."""
        return money.round_eur(self.amount_eur / self.population) if self.population else None


@dataclass(frozen=True, slots=True)
class Report:
    """The lines, what priority neighbourhoods and the others get per head, and the money of no place."""

    lines: tuple[Line, ...]
    shared_eur: Decimal
    priority_eur: Decimal | None
    rest_eur: Decimal | None
    mean_eur: Decimal | None
    unknown: tuple[str, ...]

    @property
    def is_worth_reading(self) -> bool:
        """Whether at least one place has money of its own."""
        return any(line.amount_eur for line in self.lines)

    @property
    def ratio(self) -> Decimal | None:
        """How many times what the others get a priority neighbourhood gets, per inhabitant."""
        if self.priority_eur is None or not self.rest_eur:
            return None
        return (self.priority_eur / self.rest_eur).quantize(Decimal("0.01"))


def report(lines: Sequence[Line], shared_eur: Decimal) -> Report:
    """Compare places that have money; `shared_eur` is the money of no place."""
    highest = max((line.per_head_eur or money.ZERO for line in lines), default=money.ZERO)
    drawn = tuple(
        replace(line, share=round(line.per_head_eur / highest * 100) if highest and line.per_head_eur else 0)
        for line in lines
    )
    return Report(
        lines=drawn,
        shared_eur=shared_eur,
        priority_eur=_mean(line for line in lines if line.is_priority),
        rest_eur=_mean(line for line in lines if not line.is_priority),
        mean_eur=_mean(lines),
        unknown=tuple(line.name for line in lines if not line.population),
    )


def _mean(lines: Iterable[Line]) -> Decimal | None:
    known = [line for line in lines if line.population]
    heads = sum(line.population or 0 for line in known)
    return money.round_eur(sum((line.amount_eur for line in known), money.ZERO) / heads) if heads else None
