"""The frame of a participatory budget: the cycle, its phases, its rulebook, its money, its places."""

from __future__ import annotations

from cycles.models.editions import (
    RESERVED_SLUGS,
    Cycle,
    CycleKind,
    CycleQuerySet,
    CycleState,
    Phase,
    PhaseKind,
    PhaseQuerySet,
)
from cycles.models.envelopes import BudgetSection, Envelope, Theme
from cycles.models.places import Area, AreaKind
from cycles.models.rulebooks import RulebookState, RulebookVersion, SectionFreeze

__all__ = [
    "RESERVED_SLUGS",
    "Area",
    "AreaKind",
    "BudgetSection",
    "Cycle",
    "CycleKind",
    "CycleQuerySet",
    "CycleState",
    "Envelope",
    "Phase",
    "PhaseKind",
    "PhaseQuerySet",
    "RulebookState",
    "RulebookVersion",
    "SectionFreeze",
    "Theme",
]
