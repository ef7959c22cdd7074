"""The dated steps of a delivery: planned, moved with a public reason, done."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bp_platform.core import calendar, journal, text
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, demand, no
from cycles import services as cycle_services
from realisation import policies
from realisation.models import OWING_NEWS, ChangeKind, Delivery, Milestone, MilestoneKind
from realisation.services import changes

BY_ANOTHER_ACT = (MilestoneKind.DELIVERY, MilestoneKind.INAUGURATION)


def plan_milestone(
    delivery: Delivery,
    *,
    by: Actor,
    at: datetime,
    kind: str,
    planned_on: date,
    forecast_on: date | None = None,
    delay_reason: str = "",
) -> Milestone:
    """Plan a milestone, or give a new forecast: the planned date stays as it was promised, a delay is explained.

    Another date for the delivery itself is a public change, told to who follows the project.
    """
    role = demand(policies.can_follow_up(by, delivery, at)).role
    with journal.transaction_with_journal():
        locked = changes.lock(delivery)
        milestone = Milestone.objects.filter(delivery=delivery, kind=kind).first() or Milestone(
            delivery=delivery, kind=kind, planned_on=planned_on
        )
        _still_ahead(locked, milestone)
        before = milestone.expected_on
        milestone.forecast_on = forecast_on if milestone.pk is None else forecast_on or planned_on
        milestone.delay_reason = delay_reason.strip()
        milestone.full_clean()
        milestone.save()
        if kind == MilestoneKind.DELIVERY and milestone.expected_on != before:
            words = [text.later(calendar.day_words, day) for day in (before, milestone.expected_on)]
            changes.tell(
                locked, [(ChangeKind.DATE, words[0], words[1])], by=by, at=at, role=role, reason=milestone.delay_reason
            )
        journal.record(journal.Line(delivery.journal_chain, at, by, f"plan:{kind}", milestone, role=role))
        cycle_services.touch(delivery.proposal.cycle)
    return milestone


def reach_milestone(delivery: Delivery, *, by: Actor, at: datetime, kind: str, on: date) -> Milestone:
    """It is done. The delivery and the inauguration are said by their own acts, which everybody is told of."""
    role = demand(policies.can_follow_up(by, delivery, at)).role
    if kind in BY_ANOTHER_ACT:
        raise Refused(
            no(_("La livraison et l’inauguration s’annoncent avec une nouvelle : changez l’étape du projet."))
        )
    if on > calendar.local_day(at):
        raise ValidationError(
            {"on": _("cette date n’est pas encore arrivée : indiquez un jour passé, ou aujourd’hui.")}
        )
    with journal.transaction_with_journal():
        locked = changes.lock(delivery)
        milestone = Milestone.objects.filter(delivery=locked, kind=kind).first()
        if milestone is None:
            raise Refused(no(_("Cette étape n’a pas de date : prévoyez-la d’abord.")))
        if milestone.actual_on is not None:
            return milestone  # a second click
        _still_ahead(locked, milestone)
        milestone.actual_on = on
        milestone.full_clean()
        milestone.save()
        journal.record(journal.Line(delivery.journal_chain, at, by, f"reach:{kind}", milestone, role=role))
        cycle_services.touch(delivery.proposal.cycle)
    return milestone


def _still_ahead(delivery: Delivery, milestone: Milestone) -> None:
    """What is done or abandoned has no date to come, the inauguration apart."""
    if milestone.actual_on is not None:
        raise Refused(no(_("Cette étape est faite : sa date ne change plus.")))
    if delivery.state not in OWING_NEWS and milestone.kind != MilestoneKind.INAUGURATION:
        state = delivery.get_state_display()
        raise Refused(no(_("Le projet est « %(state)s » : ses dates ne changent plus.") % {"state": state}))
