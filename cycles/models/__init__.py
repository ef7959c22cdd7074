"""The frame of a participatory budget: the cycle, its phases, its rulebook, its money, its places."""

from __future__ import annotations

from cycles.models.bodies import Body, BodyKind, BodyPower, College, Member, Recruitment
from cycles.models.body_work import CHARTER, BodyDecision, BodyOpinion, BodyReport, OpinionKind
from cycles.models.diagnosis import CallKind, Concern, ConcernChannel, Diagnosis, Issue
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
from cycles.models.meetings import (
    Attendance,
    Meeting,
    MeetingKind,
    MeetingPhoto,
    MeetingQuerySet,
    MeetingState,
    Minutes,
    MinutesState,
    Presence,
    Registration,
    RegistrationState,
)
from cycles.models.places import Area, AreaKind
from cycles.models.recruitment import (
    AgeBand,
    Application,
    ApplicationChannel,
    ApplicationState,
    Draw,
    DrawEntry,
    Gender,
    LotOutcome,
)
from cycles.models.rulebooks import RulebookState, RulebookVersion, SectionFreeze

__all__ = [
    "CHARTER",
    "RESERVED_SLUGS",
    "AgeBand",
    "Application",
    "ApplicationChannel",
    "ApplicationState",
    "Area",
    "AreaKind",
    "Attendance",
    "Body",
    "BodyDecision",
    "BodyKind",
    "BodyOpinion",
    "BodyPower",
    "BodyReport",
    "BudgetSection",
    "CallKind",
    "College",
    "Concern",
    "ConcernChannel",
    "Cycle",
    "CycleKind",
    "CycleQuerySet",
    "CycleState",
    "Diagnosis",
    "Draw",
    "DrawEntry",
    "Envelope",
    "Gender",
    "Issue",
    "LotOutcome",
    "Meeting",
    "MeetingKind",
    "MeetingPhoto",
    "MeetingQuerySet",
    "MeetingState",
    "Member",
    "Minutes",
    "MinutesState",
    "OpinionKind",
    "Phase",
    "PhaseKind",
    "PhaseQuerySet",
    "Presence",
    "Recruitment",
    "Registration",
    "RegistrationState",
    "RulebookState",
    "RulebookVersion",
    "SectionFreeze",
    "Theme",
]
