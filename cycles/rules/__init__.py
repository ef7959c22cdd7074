"""The règlement as data: one validated value, enforced by the policies of each phase and printed as articles.

Sections freeze when the phase they govern opens. Amounts are in euros, ages in years, durations in days.
"""

from __future__ import annotations

from cycles.rules.after import ROLL_MONTHS, DeliveryRules, Evaluation, Leftovers, Retention
from cycles.rules.base import Section
from cycles.rules.filing import Admissibility, Caps, Places, Proposers, Tranche
from cycles.rules.frames import FRAMES, REFUSAL_REASONS, RefusalReason, SectionFrame
from cycles.rules.study import Bodies, BodyRule, Preselection, Study
from cycles.rules.versions import upgraded
from cycles.rules.vote import BallotRules, Electorate, ListChoices
from cycles.rules.whole import SCHEMA_VERSION, Rules

__all__ = [
    "FRAMES",
    "REFUSAL_REASONS",
    "ROLL_MONTHS",
    "SCHEMA_VERSION",
    "Admissibility",
    "BallotRules",
    "Bodies",
    "BodyRule",
    "Caps",
    "DeliveryRules",
    "Electorate",
    "Evaluation",
    "Leftovers",
    "ListChoices",
    "Places",
    "Preselection",
    "Proposers",
    "RefusalReason",
    "Retention",
    "Rules",
    "Section",
    "SectionFrame",
    "Study",
    "Tranche",
    "upgraded",
]
