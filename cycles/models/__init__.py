"""The frame of a participatory budget: the cycle, its phases, its rulebook, its money, its places."""

from __future__ import annotations

from cycles.models.consultations import (
    AnswerChoice,
    Consultation,
    ConsultationAnswer,
    OpenParameter,
    PaperAnswers,
    RemarkState,
)
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
from cycles.models.lessons import AcknowledgedWarning, Lesson
from cycles.models.places import Area, AreaKind
from cycles.models.rulebooks import Deviation, RulebookState, RulebookVersion, SectionFreeze

__all__ = [
    "RESERVED_SLUGS",
    "AcknowledgedWarning",
    "AnswerChoice",
    "Area",
    "AreaKind",
    "BudgetSection",
    "Consultation",
    "ConsultationAnswer",
    "Cycle",
    "CycleKind",
    "CycleQuerySet",
    "CycleState",
    "Deviation",
    "Envelope",
    "Lesson",
    "OpenParameter",
    "PaperAnswers",
    "Phase",
    "PhaseKind",
    "PhaseQuerySet",
    "RemarkState",
    "RulebookState",
    "RulebookVersion",
    "SectionFreeze",
    "Theme",
]
