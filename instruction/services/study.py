"""What departments do with a case: opinions, costings, questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bp_platform.accounts.models import Department, User
from bp_platform.core import calendar, journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Decision, Refused, demand, no
from bp_platform.core.money import ZERO, round_eur
from cycles import selectors as cycle_selectors
from cycles import services as cycle_services
from cycles.rules import Caps
from instruction import flow, notifications, policies, shares
from instruction.models import Case, CaseState, Costing, CostItem, DepartmentOpinion, Question


@dataclass(frozen=True, slots=True)
class CostLine:
    """A line to cost: what, how many, at what price without tax, under which VAT rate (per cent)."""

    kind: str
    label: str
    quantity: Decimal
    unit_price_eur: Decimal
    vat_percent: Decimal


def start_review(case: Case, *, by: Actor, at: datetime) -> Case:
    """A department takes the case in hand. Giving an opinion, a costing or asking a question does it too."""
    with flow.START.take(case, by=by, at=at) as locked:
        locked.started_at = at
    return locked


@contextmanager
def _studying(case: Case, *, by: Actor, at: datetime) -> Iterator[Case]:
    """A transaction on the locked case, whose review starts if it had not."""
    with journal.transaction_with_journal():
        locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        if locked.state == CaseState.TRIAGED:
            demand(policies.can_study(by, locked, at))
            locked = start_review(locked, by=by, at=at)
        yield locked


def _note(case: Case, act: str, decision: Decision, *, by: Actor, at: datetime) -> None:
    journal.record(journal.Line(case.journal_chain, at, by, act, case, rule="art. 5", role=decision.role))


def give_opinion(
    case: Case,
    *,
    by: Actor,
    at: datetime,
    department: Department,
    verdict: str,
    public_text: str,
    internal_note: str = "",
) -> DepartmentOpinion:
    """A department's opinion, written for residents; may be rewritten until its head validates it."""
    if not public_text.strip():
        raise ValidationError({"public_text": _("expliquez votre avis en une ou deux phrases.")})
    with _studying(case, by=by, at=at) as locked:
        decision = demand(policies.can_give_opinion(by, locked, department, at))
        opinion = locked.opinions.filter(department=department).first() or DepartmentOpinion(
            case=locked, department=department
        )
        opinion.verdict, opinion.public_text, opinion.internal_note = (
            verdict,
            public_text.strip(),
            internal_note.strip(),
        )
        opinion.given_by, opinion.given_at = by if isinstance(by, User) else None, at
        opinion.full_clean()
        opinion.save()
        _note(locked, "give_opinion", decision, by=by, at=at)
    return opinion


def validate_opinion(opinion: DepartmentOpinion, *, by: Actor, at: datetime) -> DepartmentOpinion:
    """The head of the department stands by the opinion: from now on it never changes."""
    with journal.transaction_with_journal():
        Case.objects.select_for_update(of=("self",)).get(pk=opinion.case_id)
        locked = DepartmentOpinion.objects.select_related("case__proposal", "department").get(pk=opinion.pk)
        decision = demand(policies.can_validate(by, locked, at))
        locked.validated_by, locked.validated_at = by if isinstance(by, User) else None, at
        locked.full_clean()
        locked.save()
        _note(locked.case, "validate_opinion", decision, by=by, at=at)
    return locked


def set_costing(
    case: Case,
    *,
    by: Actor,
    at: datetime,
    lines: Sequence[CostLine],
    confidence_percent: int,
    price_on: date,
    running_cost_eur: Decimal = ZERO,
    funded_eur: Decimal = ZERO,
    department: Department | None = None,
) -> Costing:
    """A new version of the costing; the former ones are kept. Refused once the case is decided.

    `department` is who costed; by default the one for which the person acts. Amounts are in euros without tax;
    `funded_eur` is what others bring, all taxes included. The shares of article 4 that nobody priced are added.
    """
    if not lines:
        raise ValidationError(_("Ajoutez au moins une ligne au chiffrage."))
    with _studying(case, by=by, at=at) as locked:
        decision = demand(policies.can_study(by, locked, at))
        costed_by = policies.department_of(by, locked, at) or department
        if costed_by is None:
            raise ValidationError({"department": _("dites quelle direction a chiffré le projet.")})
        last = locked.costings.order_by("-version").first()
        costing = Costing(
            case=locked,
            version=last.version + 1 if last else 1,
            department=costed_by,
            confidence_percent=confidence_percent,
            price_on=price_on,
            running_cost_eur=running_cost_eur,
            funded_eur=funded_eur,
            set_by=by if isinstance(by, User) else None,
            set_at=at,
        )
        costing.full_clean()
        costing.save()
        shared = with_shares(lines, cycle_selectors.rules_of(locked.proposal.cycle).caps)
        for position, line in enumerate(shared, start=1):
            _add_line(costing, position, line)
        _note(locked, "set_costing", decision, by=by, at=at)
    return costing


def with_shares(lines: Sequence[CostLine], caps: Caps) -> list[CostLine]:
    """The lines, and the shares of article 4 that nobody has priced: reckoned anew with each version."""
    written = shares.typed(lines, caps)
    base, priced = shares.works_eur(written), {line.kind for line in written}
    added = [
        CostLine(kind, label, Decimal(1), round_eur(base * percent / 100), Decimal(0))
        for kind, label, percent in shares.shares_of(caps)
        if base and kind not in priced
    ]
    return [*written, *added]


def _add_line(costing: Costing, position: int, line: CostLine) -> None:
    item = CostItem(
        costing=costing,
        position=position,
        kind=line.kind,
        label=line.label.strip(),
        quantity=line.quantity,
        unit_price_eur=line.unit_price_eur,
        vat_percent=line.vat_percent,
    )
    item.full_clean(exclude=["net_eur", "vat_eur", "total_eur"])
    item.save()


def ask_owner(
    case: Case, *, by: Actor, at: datetime, text: str, is_public: bool = False, department: Department | None = None
) -> Question:
    """Ask the owners; the departments' clock stands still until they answer."""
    if not text.strip():
        raise ValidationError({"text": _("écrivez votre question.")})
    with _studying(case, by=by, at=at) as begun, flow.ASK.take(begun, by=by, at=at) as locked:
        days = cycle_selectors.rules_of(locked.proposal.cycle).study.owner_answer_days
        question = Question(
            case=locked,
            department=policies.department_of(by, locked, at) or department,
            text=text.strip(),
            is_public=is_public,
            asked_by=by if isinstance(by, User) else None,
            asked_at=at,
            due_on=calendar.local_day(at) + timedelta(days=days) if days else None,
        )
        question.full_clean()
        question.save()
        notifications.question_asked(question, at=at)
        cycle_services.touch(locked.proposal.cycle)
    return question


def answer_question(question: Question, *, by: Actor, at: datetime, answer: str) -> Question:
    """The owner's answer, by their own hand or written down for them; the clock runs again.

    One that comes after the study went on without it is added to the case, whose state does not change.
    """
    if not answer.strip():
        raise ValidationError({"answer": _("écrivez votre réponse, même en quelques mots.")})
    with journal.transaction_with_journal():
        held = Case.objects.select_for_update(of=("self",)).get(pk=question.case_id)
        asked = Question.objects.select_for_update().get(pk=question.pk)
        if asked.resumed_at is not None:
            role = demand(policies.can_answer_late(by, held, at)).role
            _write(asked, answer, at)
            line = journal.Line(held.journal_chain, at, by, "answer_late", held, rule="art. 5", role=role)
            journal.record(line)
        else:
            with flow.ANSWER.take(held, by=by, at=at):
                _write(asked, answer, at)
        cycle_services.touch(held.proposal.cycle)
    return asked


def _write(question: Question, answer: str, at: datetime) -> None:
    if question.answered_at is not None:
        raise Refused(no(_("Cette question a déjà reçu sa réponse.")))
    question.answer, question.answered_at = answer.strip(), at
    question.full_clean()
    question.save()


def resume_without_answer(case: Case, *, by: Actor, at: datetime) -> Question:
    """The owner's delay is over: the study goes on with what it knows, and the owner is told."""
    with flow.RESUME.take(case, by=by, at=at) as locked:
        question = locked.questions.select_for_update().get(answered_at=None, resumed_at=None)
        question.resumed_at = at
        question.full_clean()
        question.save()
        notifications.study_resumed(question, at=at)
        cycle_services.touch(locked.proposal.cycle)
    return question


def complete_review(case: Case, *, by: Actor, at: datetime) -> Case:
    """The study is done: every opinion is validated, and what can be done has a price."""
    with flow.COMPLETE.take(case, by=by, at=at) as locked:
        locked.reviewed_at = at
    return locked
