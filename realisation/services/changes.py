"""What changes on a delivery after the promise: never silently, always with a public reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from bp_platform.accounts.models import Department
from bp_platform.core import calendar, journal, money, text
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import demand
from cycles import services as cycle_services
from proposals import services as proposal_services
from proposals.models import Stage
from realisation import flow, notifications, policies
from realisation.models import (
    DONE,
    MOVING,
    ChangeKind,
    Delivery,
    DeliveryChange,
    DeliveryState,
    Milestone,
    MilestoneKind,
)
from realisation.services.news import signature

Told = tuple[str, Any, Any]  # kind, before, after: words that wait for the language they are kept in


@dataclass(frozen=True, slots=True)
class AsBuilt:
    """The project as it is now built: who, where, what, for how much, for when. Empty place, scope, cost: as voted."""

    lead_department: Department
    contact_name: str
    place: str = ""
    scope: str = ""
    expected_cost_eur: Decimal | None = None
    expected_on: date | None = None


def change(
    delivery: Delivery, *, by: Actor, at: datetime, wanted: AsBuilt, reason: str, key: UUID | None = None
) -> list[DeliveryChange]:
    """Change what was promised. Each line that differs is written with the reason and told in one letter.

    The promised date stays; the expected one moves beside it. The same `key` twice is one change.
    """
    with journal.transaction_with_journal():
        locked = lock(delivery)
        role = demand(policies.can_change(by, locked, at, hands_over=_hands_over(locked, wanted))).role
        if key and (known := list(locked.changes.filter(key__in=[uuid5(key, kind) for kind in ChangeKind]))):
            return known
        milestone = _opening(locked)
        told = [*_words_of(locked, wanted), *_new_date(locked, milestone, wanted, reason, at)]
        if not told:
            raise ValidationError(_("Rien n’a changé : modifiez au moins une ligne."))
        locked.lead_department, locked.contact_name = wanted.lead_department, text.tidy(wanted.contact_name)
        locked.place, locked.scope = text.tidy(wanted.place), wanted.scope.strip()
        is_as_voted = wanted.expected_cost_eur == locked.proposal.price_eur
        locked.expected_cost_eur = None if is_as_voted else wanted.expected_cost_eur
        locked.full_clean()
        locked.save()
        made = tell(locked, told, by=by, at=at, role=role, reason=reason, key=key)
        cycle_services.touch(locked.proposal.cycle)
    return made


def _hands_over(delivery: Delivery, wanted: AsBuilt) -> bool:
    return delivery.lead_department_id != wanted.lead_department.pk


def _words_of(delivery: Delivery, wanted: AsBuilt) -> list[Told]:
    """What differs, in words; the date apart."""
    proposal, as_voted = delivery.proposal, gettext_lazy("comme voté")
    voted_place = proposal.place or proposal.area.name
    pairs = [
        (ChangeKind.DEPARTMENT, delivery.lead_department.name, wanted.lead_department.name),
        (ChangeKind.CONTACT, delivery.contact_name, text.tidy(wanted.contact_name)),
        (ChangeKind.PLACE, delivery.place or voted_place, text.tidy(wanted.place) or voted_place),
        (ChangeKind.SCOPE, delivery.scope or as_voted, wanted.scope.strip() or as_voted),
        (ChangeKind.COST, _cost(delivery, delivery.expected_cost_eur), _cost(delivery, wanted.expected_cost_eur)),
    ]
    return [(str(kind), before, after) for kind, before, after in pairs if before != after]


def _cost(delivery: Delivery, amount: Decimal | None) -> Any:
    return text.later(money.in_words, amount or delivery.proposal.price_eur or money.ZERO)


def _opening(delivery: Delivery) -> Milestone:
    made, _is_new = Milestone.objects.get_or_create(
        delivery=delivery, kind=MilestoneKind.DELIVERY, defaults={"planned_on": delivery.promised_on}
    )
    return made


def _new_date(delivery: Delivery, milestone: Milestone, wanted: AsBuilt, reason: str, at: datetime) -> list[Told]:
    """Move the expected date beside the promised one."""
    before, after = milestone.expected_on, wanted.expected_on
    if after is None or after == before:
        return []
    if delivery.state in DONE:
        raise ValidationError({"expected_on": _("ce projet est livré : sa date ne bouge plus.")})
    if after < calendar.local_day(at):
        raise ValidationError({"expected_on": _("choisissez une date à venir.")})
    milestone.forecast_on = None if after == milestone.planned_on else after
    milestone.delay_reason = text.tidy(reason)[:300] if milestone.forecast_on else ""
    milestone.full_clean()
    milestone.save()
    return [(str(ChangeKind.DATE), *(text.later(calendar.day_words, day) for day in (before, after)))]


def undo_delivered(
    delivery: Delivery, *, by: Actor, at: datetime, to: str, reason: str, key: UUID | None = None
) -> Delivery:
    """« Livré » or « inauguré » was posted by mistake: back to where it truly is, and everybody is told why.

    `to` is a stage before the delivery, or « livré » when only the inauguration was wrong.
    """
    with journal.transaction_with_journal():
        locked = lock(delivery)
        if key and DeliveryChange.objects.filter(key=key, delivery=locked).exists():
            return locked
        allowed = {*MOVING, *([DeliveryState.DELIVERED] if locked.state == DeliveryState.INAUGURATED else [])}
        if to not in allowed and locked.state in DONE:
            raise ValidationError({"to": _("choisissez l’étape où en est vraiment le projet.")})
        before = DeliveryState(locked.state).label
        with replace(flow.UNDO, target=to).take(locked, by=by, at=at, reason=reason) as fixed:
            fixed.inaugurated_on = None
            _forget(fixed, MilestoneKind.INAUGURATION)
            if to != DeliveryState.DELIVERED:
                fixed.delivered_on, fixed.sequel = None, ""
                _forget(fixed, MilestoneKind.DELIVERY)
                proposal_services.project(fixed.proposal, stage=Stage.DELIVERY)
                notifications.take_back_delivered(fixed)
            role = policies.can_follow_up(by, fixed, at).role
            told = (str(ChangeKind.STATE), before, DeliveryState(to).label)
            tell(fixed, [told], by=by, at=at, role=role, reason=reason, key=key, is_whole_key=True)
            cycle_services.touch(fixed.proposal.cycle)
    return fixed


def _forget(delivery: Delivery, kind: str) -> None:
    Milestone.objects.filter(delivery=delivery, kind=kind).update(actual_on=None)


def tell_sequel(delivery: Delivery, *, by: Actor, at: datetime, words: str) -> Delivery:
    """« Ce qui a suivi »: what the delivered project made possible. Empty takes it away."""
    with journal.transaction_with_journal():
        locked = lock(delivery)
        role = demand(policies.can_tell_sequel(by, locked, at)).role
        locked.sequel = words.strip()
        locked.full_clean()
        locked.save()
        journal.record(journal.Line(locked.journal_chain, at, by, "tell_sequel", locked, role=role))
        cycle_services.touch(locked.proposal.cycle)
    return locked


def tell(
    delivery: Delivery,
    told: Sequence[Told],
    *,
    by: Actor,
    at: datetime,
    role: str,
    reason: str,
    key: UUID | None = None,
    is_whole_key: bool = False,
) -> list[DeliveryChange]:
    """Write the public lines of a change, its line in the journal, its letter; in the caller's transaction.

    The lines are kept in the town's language, whoever acts.
    """
    with override(settings.LANGUAGE_CODE):
        said = [(kind, str(before), str(after)) for kind, before, after in told]
    made = []
    for kind, before, after in said:
        row = DeliveryChange(
            key=(key if is_whole_key else uuid5(key, kind)) if key else uuid4(),
            delivery=delivery,
            kind=kind,
            before=before[:1000],
            after=after[:1000],
            reason=reason.strip(),
            author_label=signature(delivery, role),
            changed_at=at,
        )
        row.full_clean()
        row.save()
        made.append(row)
        journal.record(
            journal.Line(delivery.journal_chain, at, by, f"change:{kind}", row, role=role, reason=row.reason)
        )
    notifications.changed(delivery, made, at=at)
    return made


def lock(delivery: Delivery) -> Delivery:
    """The delivery's row, ours until the transaction ends."""
    return Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
