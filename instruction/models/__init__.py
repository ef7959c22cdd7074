"""The study: the case of a proposal, what departments say of it, what it costs, what is decided."""

from instruction.models.case import (
    FINAL_STATES,
    POLITICAL_REASONS,
    Arbitration,
    Case,
    CaseQuerySet,
    CaseState,
    Outcome,
)
from instruction.models.costing import VAT_RATES, Costing, CostItem, CostKind
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
    "FINAL_STATES",
    "HOURS",
    "POLITICAL_REASONS",
    "VAT_RATES",
    "Arbitration",
    "Assignment",
    "AssignmentKind",
    "Case",
    "CaseQuerySet",
    "CaseState",
    "Complexity",
    "CostItem",
    "CostKind",
    "Costing",
    "DepartmentOpinion",
    "Outcome",
    "Question",
    "Verdict",
]
