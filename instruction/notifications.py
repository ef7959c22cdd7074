"""Who is told what about a study. Rows are written with the act; letters leave after commit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from bp_platform.core import calendar, money
from bp_platform.notifications import services as outbox
from cycles import selectors as cycle_selectors
from cycles.models import PhaseKind
from cycles.rules import REFUSAL_REASONS
from instruction import selectors
from instruction.models import Case, Outcome, Preselection, PreselectionLine, PreselectionOutcome, Question
from proposals import notifications as proposals

QUESTION_SALT = "instruction.question"
EVENTS = {
    Outcome.FEASIBLE: "case_feasible",
    Outcome.FEASIBLE_WITH_CHANGES: "case_feasible_with_changes",
    Outcome.UNFEASIBLE: "case_unfeasible",
}


def answer_path(question: Question) -> str:
    """Where the owner answers; the address itself gives the right to."""
    return reverse("instruction:answer", args=[signing.dumps(question.pk, salt=QUESTION_SALT)])


def question_of(token: str) -> int | None:
    """The question that a link names, or None when the link was not made here."""
    try:
        pk = signing.loads(token, salt=QUESTION_SALT)
    except signing.BadSignature:
        return None
    return pk if isinstance(pk, int) else None


def _facts(case: Case) -> dict[str, Any]:
    """What every letter of the study says: which project, who studies it, whom to call."""
    parts = case.assignments.select_related("department", "person").order_by("-kind", "pk")
    lead = next((part for part in parts if part.is_lead), None)
    sender = {}
    if lead:
        sender = {
            "department": lead.department.name,
            "person": lead.person.shown_name if lead.person else "",
            "phone": lead.department.phone,
            "email": lead.department.email,
        }
    return {
        "number": case.proposal.number,
        "title": case.proposal.title,
        "url": proposals.sheet_url(case.proposal),
        "department": lead.department.name if lead else "",
        "sender": sender,
    }


def study_started(case: Case, *, at: datetime) -> None:
    """Who studies the idea, and until when."""
    phase = cycle_selectors.phase_of(case.proposal.cycle, PhaseKind.INSTRUCTION)
    until = (
        outbox.later(calendar.day_words, calendar.local_day(calendar.last_instant(phase.closes_at))) if phase else ""
    )
    outbox.queue(
        "case_study_started",
        proposals.owners_of(case.proposal),
        key=case.proposal.number,
        context=_facts(case) | {"until": until},
        at=at,
    )


def question_asked(question: Question, *, at: datetime) -> None:
    """A question, and the link to answer it without an account."""
    case = question.case
    context = _facts(case) | {
        "question": question.text,
        "due_on": outbox.later(calendar.day_words, question.due_on) if question.due_on else "",
        "secret_answer_url": settings.BASE_URL + answer_path(question),
    }
    outbox.queue(
        "case_question", proposals.owners_of(case.proposal), key=f"{case.proposal.number}:{question.pk}",
        context=context, at=at,
    )  # fmt: skip


def study_resumed(question: Question, *, at: datetime) -> None:
    """The study goes on without the answer; one may still be sent."""
    case = question.case
    outbox.queue(
        "case_resumed", proposals.owners_of(case.proposal), key=f"{case.proposal.number}:{question.pk}",
        context=_facts(case) | {"secret_answer_url": settings.BASE_URL + answer_path(question)}, at=at,
    )  # fmt: skip


def answered(case: Case, *, at: datetime) -> None:
    """The answer, in one of three letters."""
    context = _facts(case) | {
        "price": outbox.later(money.in_words, case.price_eur) if case.price_eur is not None else "",
        "changes": case.changes,
        "decided_by": case.decided_by_label,
    }
    if case.outcome == Outcome.UNFEASIBLE:
        context |= {
            "article": case.refusal_article,
            "article_title": selectors.article_title(case.refusal_article),
            "reason": outbox.later(_, REFUSAL_REASONS[case.refusal_reason].label),
            "explanation": case.explanation,
            "next_step": case.next_step,
            "rulebook_url": settings.BASE_URL + reverse("cycles:rulebook", args=[case.proposal.cycle.slug]),
        }
    outbox.queue(
        EVENTS[Outcome(case.outcome)],
        proposals.owners_of(case.proposal),
        key=case.proposal.number,
        context=context,
        at=at,
    )


def preselected(preselection: Preselection, lines: Iterable[PreselectionLine], *, at: datetime) -> None:
    """What the preselection made of each idea: kept or not, its voices, why, what comes next."""
    cycle, last = preselection.cycle, preselection.reopenings.order_by("-reopened_at", "-pk").first()
    shared = {
        "cycle": cycle.title,
        "decided_by": preselection.decided_by_label,
        "result_url": settings.BASE_URL + reverse("instruction:preselection", args=[cycle.slug]),
        "precedes_study": preselection.precedes_study,
        "again": last.reason if last else "",
    }
    for line in lines:
        event = "preselection_opinion"
        if preselection.is_binding:
            event = "idea_preselected" if line.is_kept else "idea_not_preselected"
        facts = {
            "number": line.proposal.number,
            "title": line.proposal.title,
            "url": proposals.sheet_url(line.proposal),
            "has_voices": line.voices is not None,
            "voices": line.voices or 0,
            "reason": line.reason,
            "is_kept": line.is_kept,
            "is_rescued": line.outcome == PreselectionOutcome.PLACE,
            "place": line.proposal.area.name,
        }
        key = f"{line.proposal.number}:{at.isoformat()}"
        outbox.queue(event, proposals.owners_of(line.proposal), key=key, context=shared | facts, at=at)
