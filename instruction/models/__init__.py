"""The study: the case of a proposal, what departments say of it, what it costs, what is decided; the preselection."""

from instruction.models.case import (
    COMMITTEE_STATES,
    FINAL_STATES,
    POLITICAL_REASONS,
    Arbitration,
    Case,
    CaseQuerySet,
    CaseState,
    Outcome,
)
from instruction.models.committee import LONGEST_OPINION, CommitteeOpinion, CommitteeStance
from instruction.models.costing import VAT_RATES, Costing, CostItem, CostKind
from instruction.models.preselection import (
    KEPT,
    LONGEST_REASON,
    Preselection,
    PreselectionLine,
    PreselectionOutcome,
    PreselectionReopening,
    PreselectionState,
)
from instruction.models.study import (
    HOURS,
    Assignment,
    AssignmentKind,
    Complexity,
    DepartmentOpinion,
    Question,
    Verdict,
)

__all__ = [
    "COMMITTEE_STATES",
    "FINAL_STATES",
    "HOURS",
    "KEPT",
    "LONGEST_OPINION",
    "LONGEST_REASON",
    "POLITICAL_REASONS",
    "VAT_RATES",
    "Arbitration",
    "Assignment",
    "AssignmentKind",
    "Case",
    "CaseQuerySet",
    "CaseState",
    "CommitteeOpinion",
    "CommitteeStance",
    "Complexity",
    "CostItem",
    "CostKind",
    "Costing",
    "DepartmentOpinion",
    "Outcome",
    "Preselection",
    "PreselectionLine",
    "PreselectionOutcome",
    "PreselectionReopening",
    "PreselectionState",
    "Question",
    "Verdict",
]
