"""The case's machine, from its reception to its published answer; and the preselection's, of two states."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Decision
from bp_platform.core.flows import Step
from instruction import policies
from instruction.models import Case, Preselection, PreselectionState, Question
from instruction.models import CaseState as S

ASSIGN: Step[Case] = Step(
    "assign_case",
    _("attribuer ce dossier"),
    frozenset({S.RECEIVED, S.TRIAGED}),
    S.TRIAGED,
    policies.can_assign,
    "art. 5",
)
START: Step[Case] = Step(
    "start_review",
    _("commencer l’étude"),
    frozenset({S.TRIAGED}),
    S.UNDER_REVIEW,
    policies.can_study,
    "art. 5",
)
ASK: Step[Case] = Step(
    "ask_owner",
    _("poser une question au porteur"),
    frozenset({S.UNDER_REVIEW}),
    S.AWAITING_OWNER,
    policies.can_study,
    "art. 5",
)
ANSWER: Step[Case] = Step(
    "answer_question",
    _("répondre à cette question"),
    frozenset({S.AWAITING_OWNER}),
    S.UNDER_REVIEW,
    policies.can_answer,
    "art. 5",
)
RESUME: Step[Case] = Step(
    "resume_without_answer",
    _("reprendre l’étude sans réponse"),
    frozenset({S.AWAITING_OWNER}),
    S.UNDER_REVIEW,
    policies.can_resume,
    "art. 5",
)
COMPLETE: Step[Case] = Step(
    "complete_review",
    _("rendre l’étude"),
    frozenset({S.UNDER_REVIEW}),
    S.REVIEWED,
    policies.can_complete,
    "art. 5",
)
FEASIBLE: Step[Case] = Step(
    "declare_feasible",
    _("déclarer ce projet réalisable"),
    frozenset({S.REVIEWED}),
    S.DECIDED,
    policies.can_declare_feasible,
    "art. 4",
)
FEASIBLE_WITH_CHANGES: Step[Case] = Step(
    "declare_feasible_with_changes",
    _("déclarer ce projet réalisable avec des changements"),
    frozenset({S.REVIEWED}),
    S.DECIDED,
    policies.can_declare_feasible,
    "art. 4",
)
REJECT: Step[Case] = Step(
    "reject_case", _("refuser ce projet"), frozenset({S.REVIEWED}), S.DECIDED, policies.can_decide
)
PUBLISH: Step[Case] = Step(
    "publish_answer",
    _("publier cette réponse"),
    frozenset({S.DECIDED}),
    S.PUBLISHED,
    policies.can_publish_case,
    "art. 5",
)

DECIDE_PRESELECTION: Step[Preselection] = Step(
    "decide_preselection",
    _("décider cette présélection"),
    frozenset({PreselectionState.OPEN}),
    PreselectionState.DECIDED,
    policies.can_decide_preselection,
    "art. 14",
)
REOPEN_PRESELECTION: Step[Preselection] = Step(
    "reopen_preselection",
    _("rouvrir cette présélection"),
    frozenset({PreselectionState.DECIDED}),
    PreselectionState.OPEN,
    policies.can_reopen,
    "art. 14",
)

STEPS = (ASSIGN, START, ASK, ANSWER, RESUME, COMPLETE, FEASIBLE, FEASIBLE_WITH_CHANGES, REJECT, PUBLISH)


def may_answer(by: Actor, question: Question, at: datetime) -> Decision:
    """Whether the owner may still answer: while the study waits, and late, until the decision."""
    if question.resumed_at is not None:
        return policies.can_answer_late(by, question.case, at)
    return ANSWER.may(by, question.case, at)
