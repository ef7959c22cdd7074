"""What becomes of a leftover: proposed by the town's services, decided or refused by a named body."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from bp_platform.accounts.models import Department
from bp_platform.core import calendar, journal, money
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import YES, Decision, demand, no
from cycles import services as cycle_services
from cycles.models import Envelope
from proposals import services as proposal_services
from proposals.models import Proposal, Stage
from realisation import flow, policies, selectors
from realisation.models import Delivery, Destination, EntryKind, LedgerEntry, Reallocation
from realisation.services import deliveries, ledger, papers, transfers


@dataclass(frozen=True, slots=True)
class Promise:
    """Who will build the next project of the list, whom to call, for when: what its delivery needs."""

    lead_department: Department
    contact_name: str
    promised_on: date


def propose_reallocation(
    envelope: Envelope,
    *,
    by: Actor,
    at: datetime,
    amount_eur: Decimal,
    reason: str,
    delivery: Delivery | None = None,
    proposal: Proposal | None = None,
    target: Envelope | None = None,
    elsewhere: str = "",
    key: UUID | None = None,
) -> Reallocation:
    """Say where a part of a leftover would go: a project of the edition, the next of the list, an envelope, elsewhere.

    Nothing moves yet; several proposals may compete for the same euros. Refused beyond what the envelope holds.
    """
    role = demand(policies.can_propose_reallocation(by, at)).role
    destination = _destination(delivery, proposal, target)
    with journal.transaction_with_journal():
        ledger.lock(envelope)
        known = Reallocation.objects.filter(key=key).first() if key else None
        if known is not None:
            return known
        if delivery is not None:
            delivery.refresh_from_db()
        demand(_may_go(envelope, delivery, proposal, target, amount_eur))
        row = Reallocation(
            key=key or uuid4(),
            envelope=envelope,
            amount_eur=amount_eur,
            destination=destination,
            delivery=delivery,
            proposal=proposal,
            target=target,
            elsewhere=elsewhere.strip(),
            reason=reason.strip(),
            proposed_at=at,
        )
        row.full_clean()
        demand(ledger.may_take(envelope, amount_eur))
        row.save()
        journal.record(
            journal.Line(row.journal_chain, at, by, "propose_reallocation", row, to_state=row.state, role=role)
        )
        cycle_services.touch(envelope.cycle)
    return row


def decide_reallocation(
    row: Reallocation,
    *,
    by: Actor,
    at: datetime,
    decided_by: str,
    on: date,
    decision: str,
    promise: Promise | None = None,
    paper: UploadedFile[bytes] | None = None,
    is_public: bool = False,
) -> Reallocation:
    """Record what a named body has decided, and make the movement in the same act: the money is there or nothing is.

    The next project of the list gets its delivery, and `promise` says by whom and for when. `paper` is the decision.
    """
    _check_decision(at, decided_by=decided_by, on=on, decision=decision)
    with journal.transaction_with_journal():
        done = _decide(row, by=by, at=at, decided_by=decided_by, on=on, decision=decision, promise=promise)
        if paper is not None:
            papers.attach(done, paper, by=by, at=at, title=decision, is_public=is_public)
    return done


def _decide(
    row: Reallocation, *, by: Actor, at: datetime, decided_by: str, on: date, decision: str, promise: Promise | None
) -> Reallocation:
    demand(policies.may_be_decided(row, on))
    with flow.DECIDE_REALLOCATION.take(row, by=by, at=at) as locked:
        locked.decided_by, locked.decided_on, locked.decision = decided_by.strip(), on, decision.strip()
        if locked.destination == Destination.NEXT:
            locked.entry = _build_next(locked, by=by, at=at, promise=promise)
        else:
            _move(locked, by=by, at=at)
        cycle_services.touch(locked.envelope.cycle)
    return locked


def refuse_reallocation(
    row: Reallocation, *, by: Actor, at: datetime, decided_by: str, on: date, reason: str
) -> Reallocation:
    """Record that a named body has refused, and why; the proposal stays, with its reason, for everybody to read."""
    if not reason.strip():
        raise ValidationError({"refusal": _("dites pourquoi cette affectation est refusée.")})
    _check_decision(at, decided_by=decided_by, on=on, decision="refus")
    demand(policies.may_be_decided(row, on, carried_only=False))
    with flow.REFUSE_REALLOCATION.take(row, by=by, at=at, reason=reason.strip()) as locked:
        locked.decided_by, locked.decided_on, locked.refusal = decided_by.strip(), on, reason.strip()[:300]
        cycle_services.touch(locked.envelope.cycle)
    return locked


def _check_decision(at: datetime, *, decided_by: str, on: date, decision: str) -> None:
    faults = {}
    if not decided_by.strip():
        faults["decided_by"] = _("dites qui a décidé : le conseil municipal, le comité de suivi…")
    if not decision.strip():
        faults["decision"] = _("indiquez la référence de la décision.")
    if on > calendar.local_day(at):
        faults["on_date"] = _("une décision ne porte pas une date à venir.")
    if faults:
        raise ValidationError(faults)


def _destination(delivery: Delivery | None, proposal: Proposal | None, target: Envelope | None) -> Destination:
    if delivery is not None:
        return Destination.PROJECT
    if proposal is not None:
        return Destination.NEXT
    return Destination.EDITION if target is not None else Destination.ELSEWHERE


def _may_go(
    envelope: Envelope,
    delivery: Delivery | None,
    proposal: Proposal | None,
    target: Envelope | None,
    amount_eur: Decimal,
) -> Decision:
    if delivery is not None:
        return policies.may_receive(delivery, envelope)
    if target is not None and target not in policies.targets_of(envelope.cycle).exclude(pk=envelope.pk):
        return no(_("Le reliquat va à une autre enveloppe de cette édition ou d’une édition suivante."))
    if proposal is None:
        return YES
    found = next((n for n in selectors.next_projects(envelope.cycle) if n.proposal.pk == proposal.pk), None)
    if found is None:
        return no(_("Ce projet n’est pas parmi les suivants au résultat du vote."))
    if found.price_eur != amount_eur:
        said = _("Ce projet coûte %(price)s : proposez ce montant exactement.")
        return no(said % {"price": money.in_words(found.price_eur, cents=True)})
    return YES


def _move(row: Reallocation, *, by: Actor, at: datetime) -> None:
    if row.decided_on is None:
        return
    aim = row.delivery.envelope if row.delivery else row.target
    if aim is None or aim.pk != row.envelope_id:
        row.transfer = transfers.transfer(
            row.envelope, aim, by=by, at=at, amount_eur=row.amount_eur, on=row.decided_on,
            decided_by=row.decided_by, decision=row.decision, elsewhere=row.elsewhere,
        )  # fmt: skip
    if row.delivery:
        row.entry = ledger.budget(
            row.delivery, by=by, at=at, amount_eur=row.amount_eur, on=row.decided_on, document=row.decision[:120],
            label=_("Pris sur le reliquat"), decided_by=row.decided_by,
        )  # fmt: skip


def _build_next(row: Reallocation, *, by: Actor, at: datetime, promise: Promise | None) -> LedgerEntry:
    if promise is None or row.proposal is None:
        raise ValidationError({"lead_department": _("choisissez qui réalisera ce projet.")})
    project = Proposal.objects.select_related("cycle", "area").get(pk=row.proposal.pk)
    if project.stage != Stage.NOT_SELECTED or project.price_eur != row.amount_eur:
        raise ValidationError(_("Ce projet a changé depuis la proposition : refusez-la et proposez-le à nouveau."))
    proposal_services.project(project, stage=Stage.WINNER)
    project.refresh_from_db()
    made = deliveries.create_delivery(
        project, by=by, at=at, resolution=row.decision, lead_department=promise.lead_department,
        contact_name=promise.contact_name, promised_on=promise.promised_on, envelope=row.envelope,
    )  # fmt: skip
    return made.entries.get(kind=EntryKind.BUDGETED)
