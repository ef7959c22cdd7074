"""The acts on a delivery: created by the council's resolution, moved forward, stopped with a reason.

Locks are taken in this order: envelope, delivery, proposal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bp_platform.accounts.models import Department
from bp_platform.core import calendar, journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, demand, no
from cycles import services as cycle_services
from cycles.models import Cycle, Envelope
from proposals import services as proposal_services
from proposals.models import Proposal, Stage
from realisation import flow, notifications, policies, selectors
from realisation.models import (
    Delivery,
    DeliveryState,
    EntryKind,
    LedgerEntry,
    Milestone,
    MilestoneKind,
)
from realisation.services import ledger, reviews


@dataclass(frozen=True, slots=True)
class Pledge:
    """What the council promises of a laureate: who builds it, whom to call, for when, from which envelope."""

    proposal: Proposal
    lead_department: Department
    contact_name: str
    promised_on: date
    envelope: Envelope | None = None


def create_deliveries(
    cycle: Cycle, *, by: Actor, at: datetime, resolution: str, pledges: Sequence[Pledge]
) -> list[Delivery]:
    """The council has voted the laureates: all of them become deliveries, or none."""
    if any(pledge.proposal.cycle_id != cycle.pk for pledge in pledges):
        raise ValidationError(_("Un de ces projets n’appartient pas à cette édition."))
    with journal.transaction_with_journal():
        return [
            create_delivery(
                pledge.proposal,
                by=by,
                at=at,
                resolution=resolution,
                lead_department=pledge.lead_department,
                contact_name=pledge.contact_name,
                promised_on=pledge.promised_on,
                envelope=pledge.envelope,
            )
            for pledge in pledges
        ]


def create_delivery(
    proposal: Proposal,
    *,
    by: Actor,
    at: datetime,
    resolution: str,
    lead_department: Department,
    contact_name: str,
    promised_on: date,
    envelope: Envelope | None = None,
) -> Delivery:
    """The council has decided: the laureate gets its lead, its contact, its promise, and its money in the ledger.

    The budget is the project's voted price, taken from `envelope`, else from `selectors.envelope_of`.
    Refused when the envelope does not hold that much.
    """
    role = demand(policies.can_create(by, proposal, at)).role
    if not resolution.strip():
        raise ValidationError({"resolution": _("indiquez la délibération : son numéro et sa date.")})
    with journal.transaction_with_journal():
        cycle_services.freeze_sections(proposal.cycle, at=at)
        held = ledger.lock(envelope or _envelope_of(proposal))
        if held.cycle_id != proposal.cycle_id:
            raise ValidationError(_("Cette enveloppe n’appartient pas à l’édition du projet."))
        if Delivery.objects.filter(proposal=proposal).exists():
            raise Refused(no(_("Le projet %(number)s a déjà sa réalisation.") % {"number": proposal.number}))
        delivery = Delivery(
            proposal=proposal,
            envelope=held,
            resolution=resolution.strip(),
            lead_department=lead_department,
            contact_name=contact_name.strip(),
            promised_on=promised_on,
            created_at=at,
        )
        delivery.full_clean()
        delivery.save()
        _open_account(delivery, at=at)
        Milestone.objects.create(delivery=delivery, kind=MilestoneKind.DELIVERY, planned_on=promised_on)
        reviews.owe_review(proposal.cycle)
        journal.record(
            journal.Line(
                delivery.journal_chain, at, by, "create_delivery", delivery, to_state=delivery.state, role=role
            )
        )
        proposal_services.project(proposal, stage=Stage.DELIVERY)
        notifications.scheduled(delivery, at=at)
    return delivery


def _open_account(delivery: Delivery, *, at: datetime) -> None:
    price = delivery.proposal.price_eur
    if not price:
        raise ValidationError(_("Ce projet n’a pas de prix : complétez son étude avant."))
    demand(ledger.may_take(delivery.envelope, price))
    entry = LedgerEntry(
        envelope=delivery.envelope,
        delivery=delivery,
        kind=EntryKind.BUDGETED,
        amount_eur=price,
        on_date=calendar.local_day(at),
        document=delivery.resolution[:120],
        label=_("Montant voté"),
        decided_by=_("le conseil"),
        entered_at=at,
    )
    entry.full_clean()
    entry.save()


def _envelope_of(proposal: Proposal) -> Envelope:
    own = selectors.envelope_of(proposal)
    if own is None:
        raise ValidationError(
            _("Aucune enveloppe de l’édition n’est pour le lieu, le thème et le coût de ce projet : choisissez-en une.")
        )
    return own


def move(delivery: Delivery, *, by: Actor, at: datetime, to: str, text: str = "") -> Delivery:
    """Move to any later stage, today; `text` is what the letter says of a delivered project."""
    today = calendar.local_day(at)
    if to == DeliveryState.DELIVERED:
        return deliver(delivery, by=by, at=at, on=today, text=text)
    if to == DeliveryState.INAUGURATED:
        return inaugurate(delivery, by=by, at=at, on=today)
    return advance(delivery, by=by, at=at, to=to)


def advance(delivery: Delivery, *, by: Actor, at: datetime, to: str) -> Delivery:
    """Move to design, procurement or works."""
    step = flow.FORWARD.get(to)
    if step is None:
        raise Refused(no(_("Cette étape n’existe pas.")))
    with step.take(delivery, by=by, at=at) as locked:
        _reach(locked, to, calendar.local_day(at))
        cycle_services.touch(locked.proposal.cycle)
    return locked


def deliver(delivery: Delivery, *, by: Actor, at: datetime, on: date, text: str = "") -> Delivery:
    """The project exists and can be used; owners and followers are told, with `text` if there is one."""
    with flow.DELIVER.take(delivery, by=by, at=at) as locked:
        locked.delivered_on = _not_after(on, at)
        _reach(locked, MilestoneKind.DELIVERY, on)
        proposal_services.project(locked.proposal, stage=Stage.DELIVERED)
        notifications.delivered(locked, text=text, at=at)
    return locked


def inaugurate(delivery: Delivery, *, by: Actor, at: datetime, on: date) -> Delivery:
    """It was opened together."""
    with flow.INAUGURATE.take(delivery, by=by, at=at) as locked:
        locked.inaugurated_on = _not_after(on, at)
        Milestone.objects.get_or_create(
            delivery=locked, kind=MilestoneKind.INAUGURATION, defaults={"planned_on": on, "actual_on": on}
        )
        _reach(locked, MilestoneKind.INAUGURATION, on)
        cycle_services.touch(locked.proposal.cycle)
    return locked


def _reach(delivery: Delivery, kind: str, on: date) -> None:
    Milestone.objects.filter(delivery=delivery, kind=kind, actual_on=None).update(actual_on=on)


def suspend(delivery: Delivery, *, by: Actor, at: datetime, reason: str) -> Delivery:
    """Stop for a time; the public reads why."""
    with journal.transaction_with_journal():
        before = _lock(delivery).state
        with flow.SUSPEND.take(delivery, by=by, at=at, reason=reason) as locked:
            locked.public_reason, locked.resumes_to = reason.strip(), before
            cycle_services.touch(locked.proposal.cycle)
            notifications.stopped(locked, at=at)
    return locked


def resume(delivery: Delivery, *, by: Actor, at: datetime) -> Delivery:
    """Start again where it stopped."""
    with journal.transaction_with_journal():
        back = _lock(delivery).resumes_to or DeliveryState.SCHEDULED
        with replace(flow.RESUME, target=back).take(delivery, by=by, at=at) as locked:
            locked.public_reason = locked.resumes_to = ""
            cycle_services.touch(locked.proposal.cycle)
            notifications.resumed(locked, at=at)
    return locked


def abandon(delivery: Delivery, *, by: Actor, at: datetime, reason: str) -> Delivery:
    """Give up, for a reason that everybody reads. What is not committed may then be released."""
    with flow.ABANDON.take(delivery, by=by, at=at, reason=reason) as locked:
        locked.public_reason, locked.resumes_to = reason.strip(), ""
        proposal_services.project(locked.proposal, stage=Stage.ABANDONED)
        notifications.stopped(locked, at=at)
    return locked


def _lock(delivery: Delivery) -> Delivery:
    return Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)


def _not_after(on: date, at: datetime) -> date:
    if on > calendar.local_day(at):
        raise ValidationError(_("Cette date n’est pas encore arrivée : indiquez un jour passé, ou aujourd’hui."))
    return on
