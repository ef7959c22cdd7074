"""The acts of the study."""

from instruction.services.answer import publish_answers
from instruction.services.committee import give_committee_opinion
from instruction.services.decision import declare_feasible, declare_feasible_with_changes, reject
from instruction.services.opening import assign, entrust, open_case, open_cases
from instruction.services.study import (
    CostLine,
    answer_question,
    ask_owner,
    complete_review,
    give_opinion,
    resume_without_answer,
    set_costing,
    start_review,
    validate_opinion,
)

__all__ = [
    "CostLine",
    "answer_question",
    "ask_owner",
    "assign",
    "complete_review",
    "declare_feasible",
    "declare_feasible_with_changes",
    "entrust",
    "give_committee_opinion",
    "give_opinion",
    "open_case",
    "open_cases",
    "publish_answers",
    "reject",
    "resume_without_answer",
    "set_costing",
    "start_review",
    "validate_opinion",
]
