"""What the public may read of a study, and only once it is published; and the preview that the team reads before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from bp_platform.core import calendar, text
from bp_platform.core.components import Event
from cycles.models import Cycle
from cycles.rules import FRAMES, REFUSAL_REASONS
from instruction.models import (
    Arbitration,
    Assignment,
    Case,
    CaseState,
    CostItem,
    DepartmentOpinion,
    Outcome,
    PreselectionLine,
    Question,
)
from instruction.selectors.committee import SAID_OF_THE_CASE, Voice, stances_words, voices
from instruction.selectors.costs import CostSheet, cost_sheet
from proposals.models import Proposal, ProposalState, Stage


@dataclass(frozen=True, slots=True)
class PublicOpinion:
    """A department's validated opinion, as residents read it."""

    department: str
    verdict: str
    verdict_label: str
    text: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not: the reason, the article it rests on and its title, the explanation, what can be done next."""

    code: str
    label: str
    article: str
    article_title: str
    explanation: str
    next_step: str
    is_political: bool


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """The published answer to a proposal. Amounts in euros, all taxes included unless said."""

    number: str
    outcome: str
    outcome_label: str
    price_eur: Decimal | None
    running_cost_eur: Decimal | None
    funded_eur: Decimal | None
    confidence_percent: int | None
    price_on: str
    costed_by: str
    items: tuple[CostItem, ...]
    net_eur: Decimal | None
    vat_eur: Decimal | None
    total_eur: Decimal | None
    opinions: tuple[PublicOpinion, ...]
    changes: str
    refusal: Refusal | None
    decided_by: str
    decided_at: datetime | None
    published_at: datetime | None
    arbitration: str
    committee: tuple[Voice, ...]

    @property
    def committee_words(self) -> str:
        return stances_words(self.committee)

    @property
    def is_feasible(self) -> bool:
        return self.outcome != Outcome.UNFEASIBLE


@dataclass(frozen=True, slots=True)
class AnswerPreview:
    """A decided answer before its publication, as the team reads it."""

    proposal: Proposal
    summary: CaseSummary


def article_title(article: str) -> str:
    """« Ce qu’un projet doit être » for « 3.4 »; empty for an article that the règlement does not have."""
    frame = next((f for f in FRAMES if str(f.article) == article.partition(".")[0]), None)
    return _(frame.title) if frame else ""


@dataclass(frozen=True, slots=True)
class PublicStudy:
    """The study as its project's sheet tells it: the answer, once published, and its part of the history."""

    summary: CaseSummary | None
    events: Sequence[Event]


JOINED = ("case__costing__department", "case__arbitration", "preselection_line__preselection")
"""What a proposal's row is joined to, for `public_study` not to read the case again."""


def public_study(proposal: Proposal) -> PublicStudy:
    """What the public may read of a study. The summary is None before the answer's publication, whoever asks.

    The case comes with a row joined to `JOINED`, else in one query more; its parts in four.
    """
    case: Case | None = getattr(proposal, "case", None)
    if case is None:
        return PublicStudy(None, ())
    parts = Prefetch("assignments", Assignment.objects.select_related("department"))
    is_answered = case.state == CaseState.PUBLISHED
    prefetch_related_objects([case], parts, "questions", *(_answer_parts() if is_answered else ()))
    return PublicStudy(_summary(case, is_public=True) if is_answered else None, _events(case))


def _answer_parts() -> list[str | Prefetch[str]]:
    validated = DepartmentOpinion.objects.filter(validated_at__isnull=False).select_related("department")
    validated = validated.annotate(committee=SAID_OF_THE_CASE)
    return [Prefetch("opinions", validated.order_by("validated_at", "pk")), "costing__items"]


def preview(cycle: Cycle) -> list[AnswerPreview]:
    """All answers that wait for publication, in the order of their numbers."""
    cases = (
        Case.objects.of_cycle(cycle)
        .active()
        .to_publish()
        .select_related("proposal__cycle", "costing__department", "arbitration")
        .prefetch_related(*_answer_parts())
        .order_by("proposal__number")
    )
    return [AnswerPreview(case.proposal, _summary(case, is_public=False)) for case in cases]


def answer_of(case: Case) -> CaseSummary:
    """A decided answer beside its study, for who may read both; the committee's opinions are read apart."""
    return _summary(case, is_public=False)


def _summary(case: Case, *, is_public: bool) -> CaseSummary:
    sheet: CostSheet | None = cost_sheet(case.costing) if case.costing else None
    arbitration: Arbitration | None = getattr(case, "arbitration", None)
    return CaseSummary(
        number=case.proposal.number,
        outcome=case.outcome,
        outcome_label=case.get_outcome_display(),
        price_eur=case.price_eur,
        running_cost_eur=sheet.costing.running_cost_eur if sheet else None,
        funded_eur=sheet.costing.funded_eur if sheet else None,
        confidence_percent=sheet.costing.confidence_percent if sheet else None,
        price_on=calendar.day_words(sheet.costing.price_on) if sheet else "",
        costed_by=sheet.costing.department.name if sheet else "",
        items=sheet.items if sheet else (),
        net_eur=sheet.net_eur if sheet else None,
        vat_eur=sheet.vat_eur if sheet else None,
        total_eur=sheet.total_eur if sheet else None,
        opinions=tuple(
            PublicOpinion(o.department.name, o.verdict, o.get_verdict_display(), o.public_text)
            for o in case.opinions.all()
            if o.is_validated
        ),
        changes=case.changes,
        refusal=_refusal(case),
        decided_by=case.decided_by_label,
        decided_at=case.decided_at,
        published_at=case.published_at,
        arbitration=arbitration.decider_name if arbitration else "",
        committee=_committee(case, is_named=not is_public),
    )


def _committee(case: Case, *, is_named: bool) -> tuple[Voice, ...]:
    """The committee's opinions, which come with any department's: a case that was decided has one at least."""
    opinion = next(iter(case.opinions.all()), None)
    return voices(getattr(opinion, "committee", ()), is_named=is_named)


def _refusal(case: Case) -> Refusal | None:
    if case.outcome != Outcome.UNFEASIBLE:
        return None
    reason = REFUSAL_REASONS[case.refusal_reason]
    return Refusal(
        code=reason.code,
        label=_(reason.label),
        article=case.refusal_article,
        article_title=article_title(case.refusal_article),
        explanation=case.explanation,
        next_step=case.next_step,
        is_political=reason.is_political,
    )


def _events(case: Case) -> list[Event]:
    """The study's part of the project's history, oldest first. The answer appears with its publication."""
    events = [Event(calendar.local_day(case.received_at), _("L’étude commence"))]
    if case.triaged_at:
        parts = sorted(case.assignments.all(), key=lambda a: (not a.is_lead, a.department.name, a.pk))
        consulted = [part.department.name for part in parts if not part.is_lead]
        events.append(
            Event(
                calendar.local_day(case.triaged_at),
                _("Étude confiée à : %(department)s") % {"department": parts[0].department.name},
                text=_("Également consultée : %(names)s.") % {"names": text.enumerate_fr(consulted)}
                if len(consulted) == 1
                else _("Également consultées : %(names)s.") % {"names": text.enumerate_fr(consulted)}
                if consulted
                else "",
            )
        )
    for question in sorted(case.questions.all(), key=lambda q: (q.asked_at, q.pk)):
        shown = question.text if question.is_public else ""
        events.append(Event(calendar.local_day(question.asked_at), _("Question posée au porteur"), text=shown))
        if question.resumed_at:
            resumed = _("Étude reprise, sans réponse du porteur dans le délai")
            events.append(Event(calendar.local_day(question.resumed_at), resumed))
        if question.answered_at:
            said = question.answer if question.is_public else ""
            events.append(Event(calendar.local_day(question.answered_at), _("Réponse du porteur"), text=said))
    if case.state == CaseState.PUBLISHED and case.published_at:
        events.append(
            Event(
                calendar.local_day(case.published_at),
                _("Réponse de la collectivité : %(outcome)s") % {"outcome": case.get_outcome_display().lower()},
                by=_("Décidé par %(who)s") % {"who": case.decided_by_label},
            )
        )
    return events


def questions_to_owners(proposal_ids: Iterable[int]) -> QuerySet[Question]:
    """What the departments ask the owners of these proposals, the oldest first."""
    waiting = Question.objects.filter(case__in=Case.objects.active().filter(proposal__in=list(proposal_ids)))
    return waiting.filter(answered_at=None, resumed_at=None).select_related("case").order_by("asked_at", "pk")


@dataclass(frozen=True, slots=True)
class Expected:
    """What the case implies for the proposal's projection; the price is None where the study sets none."""

    stage: str
    price_eur: Decimal | None


def expected_stage(proposal_ids: Iterable[int]) -> dict[int, Expected]:
    """Stage and price implied by the cases of these proposals, and by their preselection; proposals without a case,
    or stopped, are left out. Two queries."""
    ids = list(proposal_ids)
    implied = _studied(ids)
    for pk in PreselectionLine.objects.dropped().filter(proposal__in=ids).values_list("proposal_id", flat=True):
        implied[pk] = Expected(Stage.NOT_KEPT, implied[pk].price_eur if pk in implied else None)
    return implied


def _studied(proposal_ids: list[int]) -> dict[int, Expected]:
    cases = Case.objects.filter(proposal__in=proposal_ids, proposal__state=ProposalState.PUBLISHED)
    implied = {}
    for proposal_id, state, outcome, price in cases.values_list("proposal_id", "state", "outcome", "price_eur"):
        if state != CaseState.PUBLISHED:
            implied[proposal_id] = Expected(Stage.STUDY, None)
        elif outcome == Outcome.UNFEASIBLE:
            implied[proposal_id] = Expected(Stage.UNFEASIBLE, None)
        else:
            implied[proposal_id] = Expected(Stage.FEASIBLE, price)
    return implied
