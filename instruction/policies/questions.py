"""What may be done with a question once its owner's delay is over."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from bp_platform.core import calendar
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Decision, no
from instruction.models import Case, CaseState
from instruction.policies.cases import can_answer, can_assign, can_study

LATE_ANSWER_STATES = frozenset({CaseState.UNDER_REVIEW, CaseState.AWAITING_OWNER, CaseState.REVIEWED})


def can_resume(by: Actor, case: Case, at: datetime) -> Decision:
    """Whoever studies the case, or the team, once the owner's delay is over (règlement, art. 5)."""
    allowed = can_assign(by, case, at) or can_study(by, case, at)
    if not allowed:
        return allowed
    waiting = next((question for question in case.questions.all() if question.is_waiting), None)
    if waiting and calendar.local_day(at) <= waiting.patient_until:
        return no(
            _("Le porteur a jusqu’au %(day)s pour répondre : l’étude reprend avec sa réponse, ou sans elle après.")
            % {"day": calendar.day_words(waiting.patient_until)}
        )
    return allowed


def can_answer_late(by: Actor, case: Case, at: datetime) -> Decision:
    """An answer that comes after its delay is read as long as nothing is decided."""
    if case.state not in LATE_ANSWER_STATES:
        return no(
            _("La décision sur l’idée %(number)s est prise : une réponse n’y changerait plus rien.")
            % {"number": case.proposal.number}
        )
    return can_answer(by, case, at)
