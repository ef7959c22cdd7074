"""The acts of the study, and of the preselection."""

from instruction.services.answer import publish_answers
from instruction.services.committee import give_committee_opinion
from instruction.services.decision import declare_feasible, declare_feasible_with_changes, reject
from instruction.services.opening import assign, entrust, open_case, open_cases
from instruction.services.preselection import (
    Typed,
    decide_preselection,
    hold_preselection,
    reopen_preselection,
    save_list,
    save_voices,
)
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
    "Typed",
    "answer_question",
    "ask_owner",
    "assign",
    "complete_review",
    "decide_preselection",
    "declare_feasible",
    "declare_feasible_with_changes",
    "entrust",
    "give_committee_opinion",
    "give_opinion",
    "hold_preselection",
    "open_case",
    "open_cases",
    "publish_answers",
    "reject",
    "reopen_preselection",
    "resume_without_answer",
    "save_list",
    "save_voices",
    "set_costing",
    "start_review",
    "validate_opinion",
]
