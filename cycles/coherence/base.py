"""What the checks read, and what they say. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from cycles.calendar_checks import Facts, Stage
from cycles.rules import Rules

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Place:
    """A place that holds no other; `within` are the names of those that hold it."""

    name: str
    population: int | None = None
    is_priority: bool = False
    is_whole: bool = False
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Money:
    """An envelope, in euros; `place` is empty when it is the whole town's, `is_plain` when it is for every project."""

    name: str
    amount_eur: Decimal
    place: str = ""
    is_plain: bool = True
    is_operating: bool = False


@dataclass(frozen=True, slots=True)
class Seated:
    """A body as it is today: its address, its line in the règlement, its seats, how many people sit."""

    slug: str
    name: str
    seats: int = 0
    sitting: int = 0
    code: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """All that the checks read. `coverage`: what the last file of places left to look at, in sentences."""

    rules: Rules
    phases: tuple[Stage, ...] = ()
    areas: tuple[Place, ...] = ()
    envelopes: tuple[Money, ...] = ()
    total_eur: Decimal | None = None
    facts: Facts = field(default_factory=Facts)
    coverage: Mapping[str, str] = field(default_factory=dict)
    bodies: tuple[Seated, ...] = ()
    today: date | None = None
    call_kind: str = ""

    def phase(self, kind: str) -> Stage | None:
        return next((phase for phase in reversed(self.phases) if phase.kind == kind), None)

    @property
    def has_vote(self) -> bool:
        return self.rules.ballot.has_vote

    @property
    def sum_eur(self) -> Decimal:
        return sum((envelope.amount_eur for envelope in self.envelopes), Decimal(0))


@dataclass(frozen=True, slots=True)
class Finding:
    """What does not hold: an error blocks the adoption, a warning is read and kept. `code` is of 38 signs at most."""

    code: str
    level: Level
    sentence: str
    step: str
