"""What a one-year review holds, as plain values: its figures and its blocks. Pure; kept as JSON at the publication.

Amounts are euros, all taxes included; `on` is the day of the figures. A `Document` read back from its JSON equals the
one that was kept: the page, the PDF, the CSV and the JSON are all drawn from it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from bp_platform.core.money import ZERO

SCHEMA_VERSION = 1
OVER = ("delivered", "inaugurated")
STOPPED = ("suspended", "abandoned")


@dataclass(frozen=True, slots=True)
class Part:
    """So many, of that sort; `note` says more (an article of the règlement, a population)."""

    label: str
    number: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Ideas:
    """What was filed, by whom and how."""

    filed: int
    published: int
    people: int
    by_channel: tuple[Part, ...] = ()
    by_place: tuple[Part, ...] = ()
    by_owner: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Answers:
    """What the study answered, and whether it kept the règlement's delays (in days)."""

    feasible: int
    changed: int
    refused: int
    waiting: int
    reasons: tuple[Part, ...]
    first_days: int
    first: int
    first_in_time: int
    opinion_days: int
    opinions: int
    opinions_in_time: int
    median_days: int | None

    @property
    def given(self) -> int:
        return self.feasible + self.changed + self.refused


@dataclass(frozen=True, slots=True)
class Vote:
    """The vote that was proclaimed; channels and places are told as the published result tells them."""

    opened_on: date
    closed_on: date
    proclaimed_on: date
    registered: int
    voters: int
    listed: int
    by_channel: tuple[Part, ...] = ()
    by_place: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Photo:
    """A public picture of ours: its address in two parts, where its bytes are, what it shows."""

    uid: str
    name: str
    path: str
    alt: str


@dataclass(frozen=True, slots=True)
class Laureate:
    """A project that was chosen, wherever it stands. `days_late` is counted from what was promised."""

    number: str
    title: str
    place: str
    drawing: str
    state: str
    status: str
    tone: str
    votes: int | None = None
    owners: str = ""
    department: str = ""
    promised_on: date | None = None
    expected_on: date | None = None
    delivered_on: date | None = None
    days_late: int = 0
    delay_reason: str = ""
    reason: str = ""
    voted_eur: Decimal = ZERO
    committed_eur: Decimal = ZERO
    invoiced_eur: Decimal = ZERO
    paid_eur: Decimal = ZERO
    released_eur: Decimal = ZERO
    news_on: date | None = None
    news: str = ""
    photo: Photo | None = None

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    @property
    def is_abandoned(self) -> bool:
        return self.state == "abandoned"

    @property
    def is_late(self) -> bool:
        return self.days_late > 0 and not self.is_over and not self.is_abandoned

    @property
    def available_eur(self) -> Decimal:
        return self.voted_eur - self.released_eur


@dataclass(frozen=True, slots=True)
class EnvelopePart:
    """An envelope's balance."""

    name: str
    voted_eur: Decimal
    received_eur: Decimal
    given_eur: Decimal
    allotted_eur: Decimal
    left_eur: Decimal


@dataclass(frozen=True, slots=True)
class Moved:
    """Money that a named body moved; `is_in`: it came from another edition, `is_out`: it went out of this one."""

    source: str
    target: str
    amount_eur: Decimal
    on: date
    decided_by: str
    decision: str
    is_in: bool
    is_out: bool


@dataclass(frozen=True, slots=True)
class Spent:
    """An edition's money, as its money page tells it that day."""

    voted_eur: Decimal
    received_eur: Decimal
    paid_eur: Decimal
    committed_eur: Decimal
    planned_eur: Decimal
    moved_eur: Decimal
    left_eur: Decimal
    updated_on: date | None
    envelopes: tuple[EnvelopePart, ...] = ()
    transfers: tuple[Moved, ...] = ()

    @property
    def total_eur(self) -> Decimal:
        """Voted by the council, and come from other editions."""
        return self.voted_eur + self.received_eur


@dataclass(frozen=True, slots=True)
class Figures:
    """All that the data says of an edition on one day."""

    on: date
    town: str
    cycle: str
    slug: str
    population: int
    ideas: Ideas
    answers: Answers
    vote: Vote | None
    laureates: tuple[Laureate, ...]
    money: Spent
    update_every_days: int
    schema_version: int = SCHEMA_VERSION

    @property
    def over(self) -> int:
        return sum(1 for project in self.laureates if project.is_over)

    @property
    def late(self) -> int:
        return sum(1 for project in self.laureates if project.is_late)

    @property
    def abandoned(self) -> int:
        return sum(1 for project in self.laureates if project.is_abandoned)

    @property
    def under_way(self) -> int:
        return len(self.laureates) - self.over - self.abandoned

    @property
    def promised_eur(self) -> Decimal:
        """What the chosen projects were voted for."""
        return sum((project.voted_eur for project in self.laureates), ZERO)

    @property
    def turnout_percent(self) -> Decimal | None:
        """Voters against the population, in tenths of a percent."""
        if self.vote is None or not self.population:
            return None
        return (Decimal(self.vote.voters) * 100 / self.population).quantize(Decimal("0.1"))

    def laureate(self, number: str) -> Laureate | None:
        return next((project for project in self.laureates if project.number == number), None)


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the review: its words (small Markdown) and, when somebody added one, its picture."""

    key: str
    kind: str
    title: str
    text: str
    photo: Photo | None = None

    @property
    def number(self) -> str:
        """The project that a laureate's block tells."""
        return self.key.removeprefix("laureat-") if self.kind == "laureate" else ""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole review. `figures` is None for one that was published before figures were kept."""

    figures: Figures | None
    blocks: tuple[Block, ...]

    def laureate(self, block: Block) -> Laureate | None:
        return self.figures.laureate(block.number) if self.figures else None


_DOCUMENT: TypeAdapter[Document] = TypeAdapter(Document)
_FIGURES: TypeAdapter[Figures] = TypeAdapter(Figures)


def kept(document: Document) -> dict[str, Any]:
    """The document as JSON keeps it; amounts are strings, to the cent."""
    value: dict[str, Any] = _DOCUMENT.dump_python(document, mode="json")
    return value


def read(value: Mapping[str, Any]) -> Document:
    """A kept document, typed again."""
    return _DOCUMENT.validate_python(value)


def plain(figures: Figures) -> dict[str, Any]:
    """The figures alone, as JSON."""
    value: dict[str, Any] = _FIGURES.dump_python(figures, mode="json")
    return value


def digest(figures: Figures) -> str:
    """SHA-256 (hex) of what the figures say, whatever the day they are read on: have they moved since?"""
    still = replace(
        figures, on=date.min, laureates=tuple(replace(project, days_late=0) for project in figures.laureates)
    )
    return hashlib.sha256(json.dumps(plain(still), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def total(parts: Sequence[Part]) -> int:
    """The sum of these parts."""
    return sum(part.number for part in parts)
