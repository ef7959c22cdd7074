"""The acts on a delivery: created by the council's resolution, moved forward, told about, stopped with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bp_platform.accounts.models import Department, User
from bp_platform.core import calendar, journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, demand, no
from cycles import selectors as cycle_selectors
from cycles import services as cycle_services
from cycles.models import Envelope
from proposals import services as proposal_services
from proposals.models import Proposal, Stage
from realisation import flow, notifications, policies
from realisation.models import (
    Delivery,
    DeliveryState,
    EntryKind,
    LedgerEntry,
    Milestone,
    MilestoneKind,
    OneYearReview,
    ProgressUpdate,
)


def create_delivery(
    proposal: Proposal,
    *,
    by: Actor,
    at: datetime,
    resolution: str,
    lead_department: Department,
    contact_name: str,
    promised_on: date,
) -> Delivery:
    """The council has decided: the laureate gets its lead, its contact, its promise, and its money in the ledger.

    The budget is the project's voted price, taken from the cycle's first envelope that holds it.
    """
    role = demand(policies.can_create(by, proposal, at)).role
    with journal.transaction_with_journal():
        cycle_services.freeze_sections(proposal.cycle, at=at)
        envelope = _envelope_of(proposal)
        Envelope.objects.select_for_update().get(pk=envelope.pk)
        if Delivery.objects.filter(proposal=proposal).exists():
            raise Refused(no(_("Le projet %(number)s a déjà sa réalisation.") % {"number": proposal.number}))
        delivery = Delivery(
            proposal=proposal,
            envelope=envelope,
            resolution=resolution.strip(),
            lead_department=lead_department,
            contact_name=contact_name.strip(),
            promised_on=promised_on,
            created_at=at,
        )
        delivery.full_clean()
        delivery.save()
        LedgerEntry.objects.create(
            envelope=envelope,
            delivery=delivery,
            kind=EntryKind.BUDGETED,
            amount_eur=proposal.price_eur,
            on_date=calendar.local_day(at),
            document=delivery.resolution,
            label=_("Montant voté"),
            entered_at=at,
        )
        Milestone.objects.create(delivery=delivery, kind=MilestoneKind.DELIVERY, planned_on=promised_on)
        OneYearReview.objects.get_or_create(
            cycle=proposal.cycle, defaults={"scheduled_on": calendar.local_day(at) + timedelta(days=365)}
        )
        journal.record(
            journal.Line(
                delivery.journal_chain, at, by, "create_delivery", delivery, to_state=delivery.state, role=role
            )
        )
        proposal_services.project(proposal, stage=Stage.DELIVERY)
        notifications.scheduled(delivery, at=at)
    return delivery


def _envelope_of(proposal: Proposal) -> Envelope:
    envelopes = proposal.cycle.envelopes.order_by("pk")
    own = envelopes.filter(area=proposal.area).first() or envelopes.filter(area=None).first()
    if own is None or proposal.price_eur is None:
        raise ValidationError(_("Ce projet n’a pas d’enveloppe ou pas de prix : complétez l’édition avant."))
    return own


def advance(delivery: Delivery, *, by: Actor, at: datetime, to: str) -> Delivery:
    """Move to conception, procurement or works."""
    step = flow.FORWARD.get(to)
    if step is None:
        raise Refused(no(_("Cette étape n’existe pas.")))
    with step.take(delivery, by=by, at=at) as locked:
        cycle_services.touch(locked.proposal.cycle)
    return locked


def deliver(delivery: Delivery, *, by: Actor, at: datetime, on: date) -> Delivery:
    """The project exists and can be used."""
    with flow.DELIVER.take(delivery, by=by, at=at) as locked:
        locked.delivered_on = _not_after(on, at)
        Milestone.objects.filter(delivery=locked, kind=MilestoneKind.DELIVERY).update(actual_on=on)
        proposal_services.project(locked.proposal, stage=Stage.DELIVERED)
        notifications.delivered(locked, at=at)
    return locked


def inaugurate(delivery: Delivery, *, by: Actor, at: datetime, on: date) -> Delivery:
    """It was opened together."""
    with flow.INAUGURATE.take(delivery, by=by, at=at) as locked:
        locked.inaugurated_on = _not_after(on, at)
        Milestone.objects.update_or_create(
            delivery=locked, kind=MilestoneKind.INAUGURATION, defaults={"planned_on": on, "actual_on": on}
        )
        cycle_services.touch(locked.proposal.cycle)
    return locked


def suspend(delivery: Delivery, *, by: Actor, at: datetime, reason: str) -> Delivery:
    """Stop for a time; the public reads why."""
    before = delivery.state
    with flow.SUSPEND.take(delivery, by=by, at=at, reason=reason) as locked:
        locked.public_reason, locked.resumes_to = reason.strip(), before
        cycle_services.touch(locked.proposal.cycle)
        notifications.stopped(locked, at=at)
    return locked


def resume(delivery: Delivery, *, by: Actor, at: datetime) -> Delivery:
    """Start again where it stopped."""
    back = Delivery.objects.only("resumes_to").get(pk=delivery.pk).resumes_to or DeliveryState.SCHEDULED
    with replace(flow.RESUME, target=back).take(delivery, by=by, at=at) as locked:
        locked.public_reason = locked.resumes_to = ""
        cycle_services.touch(locked.proposal.cycle)
    return locked


def abandon(delivery: Delivery, *, by: Actor, at: datetime, reason: str) -> Delivery:
    """Give up, for a reason that everybody reads. What is not committed may then be released."""
    with flow.ABANDON.take(delivery, by=by, at=at, reason=reason) as locked:
        locked.public_reason, locked.resumes_to = reason.strip(), ""
        proposal_services.project(locked.proposal, stage=Stage.ABANDONED)
        notifications.stopped(locked, at=at)
    return locked


def post_update(
    delivery: Delivery, *, by: Actor, at: datetime, text: str, next_on: date | None = None, author: str = ""
) -> ProgressUpdate:
    """News for the public and the followers; the clock « sans nouvelles depuis » starts again."""
    role = demand(policies.can_follow_up(by, delivery, at)).role
    with journal.transaction_with_journal():
        locked = Delivery.objects.select_for_update(of=("self",)).select_related("proposal__cycle").get(pk=delivery.pk)
        if next_on is not None and next_on < calendar.local_day(at):
            raise ValidationError({"next_on": _("choisissez une date à venir.")})
        update = ProgressUpdate(
            delivery=locked,
            text=text.strip(),
            state=locked.state,
            next_on=next_on,
            author_label=author or (by.shown_name if isinstance(by, User) else locked.contact_name),
            published_at=at,
        )
        update.full_clean()
        update.save()
        journal.record(journal.Line(locked.journal_chain, at, by, "post_update", update, role=role))
        cycle_services.touch(locked.proposal.cycle)
        notifications.news(update, at=at)
    return update


def plan_milestone(
    delivery: Delivery, *, by: Actor, at: datetime, kind: str, planned_on: date, forecast_on: date | None = None
) -> Milestone:
    """Plan a milestone, or give a new forecast: the planned date stays as it was promised."""
    role = demand(policies.can_follow_up(by, delivery, at)).role
    with journal.transaction_with_journal():
        Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
        milestone, is_new = Milestone.objects.get_or_create(
            delivery=delivery, kind=kind, defaults={"planned_on": planned_on, "forecast_on": forecast_on}
        )
        if not is_new:
            milestone.forecast_on = forecast_on or planned_on
            milestone.full_clean()
            milestone.save()
        journal.record(journal.Line(delivery.journal_chain, at, by, f"plan:{kind}", milestone, role=role))
        cycle_services.touch(delivery.proposal.cycle)
    return milestone


def frequency_days(delivery: Delivery) -> int:
    """How often the règlement promises news."""
    return cycle_selectors.rules_of(delivery.proposal.cycle).delivery.update_every_days


def _not_after(on: date, at: datetime) -> date:
    if on > calendar.local_day(at):
        raise ValidationError(_("Cette date n’est pas encore arrivée : indiquez un jour passé, ou aujourd’hui."))
    return on
