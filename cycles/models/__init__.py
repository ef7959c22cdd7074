"""The frame of a participatory budget: the cycle, its phases, its rulebook, its money, its places."""

from __future__ import annotations

from cycles.models.calendars import (
    CalendarChange,
    CalendarDay,
    CalendarDayKind,
    CycleFrame,
    Election,
    ElectionKind,
    SchoolZone,
)
from cycles.models.checklists import ChecklistItem, Correspondent
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
from cycles.models.envelopes import BudgetSection, Envelope, EnvelopePublic, Theme
from cycles.models.places import Area, AreaImport, AreaImportState, AreaKind
from cycles.models.rulebooks import RulebookState, RulebookVersion, SectionFreeze

__all__ = [
    "RESERVED_SLUGS",
    "Area",
    "AreaImport",
    "AreaImportState",
    "AreaKind",
    "BudgetSection",
    "CalendarChange",
    "CalendarDay",
    "CalendarDayKind",
    "ChecklistItem",
    "Correspondent",
    "Cycle",
    "CycleFrame",
    "CycleKind",
    "CycleQuerySet",
    "CycleState",
    "Election",
    "ElectionKind",
    "Envelope",
    "EnvelopePublic",
    "Phase",
    "PhaseKind",
    "PhaseQuerySet",
    "RulebookState",
    "RulebookVersion",
    "SchoolZone",
    "SectionFreeze",
    "Theme",
]
