"""The acts by which a delivery gives its news: an update, a date that is planned or moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from bp_platform.accounts.models import Role
from bp_platform.core import calendar, journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import demand
from bp_platform.documents import publication, uploads
from bp_platform.documents.models import StoredFile
from cycles import services as cycle_services
from realisation import notifications, policies
from realisation.models import Delivery, DeliveryState, Milestone, ProgressUpdate
from realisation.services import deliveries


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture for the public, and what it shows (empty when the news says it all)."""

    upload: UploadedFile[bytes]
    alt_text: str = ""


def post_update(
    delivery: Delivery,
    *,
    by: Actor,
    at: datetime,
    text: str,
    to: str = "",
    next_on: date | None = None,
    next_text: str = "",
    photo: Photo | None = None,
    author: str = "",
    key: UUID | None = None,
) -> ProgressUpdate:
    """News for the public, the owners and the followers; the clock « sans nouvelles depuis » starts again.

    `to` moves the delivery in the same act. The same `key` twice is one piece of news and one letter.
    """
    role = demand(policies.can_follow_up(by, delivery, at)).role
    if next_on is not None and next_on < calendar.local_day(at):
        raise ValidationError({"next_on": _("choisissez une date à venir.")})
    with journal.transaction_with_journal():
        locked = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
        known = ProgressUpdate.objects.filter(key=key, delivery=locked).first() if key else None
        if known is not None:
            return known
        if to and to != locked.state:
            locked = deliveries.move(locked, by=by, at=at, to=to, text=text.strip())
        update = ProgressUpdate(
            key=key or uuid4(),
            delivery=locked,
            text=text.strip(),
            state=locked.state,
            next_on=next_on,
            next_text=next_text.strip(),
            author_label=author or _author(locked, role),
            published_at=at,
        )
        update.full_clean(exclude=["photo"])
        update.photo = _keep(photo, by=by, at=at) if photo else None
        update.save()
        journal.record(journal.Line(locked.journal_chain, at, by, "post_update", update, role=role))
        cycle_services.touch(locked.proposal.cycle)
        if to != DeliveryState.DELIVERED:  # the letter of a delivered project carries the same words
            notifications.news(update, at=at)
    return update


def _author(delivery: Delivery, role: str) -> str:
    """News is signed by a role, never by a person's name: people change, the town remains."""
    return _("Équipe participation") if role == Role.PARTICIPATION else delivery.lead_department.name


def _keep(photo: Photo, *, by: Actor, at: datetime) -> StoredFile:
    stored = uploads.keep_upload(photo.upload, by=by, at=at, alt_text=photo.alt_text, pictures_only=True)
    return publication.publish(stored, at=at)


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
    """Plan a milestone, or give a new forecast: the planned date stays as it was promised, a delay is explained."""
    role = demand(policies.can_follow_up(by, delivery, at)).role
    with journal.transaction_with_journal():
        Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
        milestone = Milestone.objects.filter(delivery=delivery, kind=kind).first() or Milestone(
            delivery=delivery, kind=kind, planned_on=planned_on
        )
        milestone.forecast_on = forecast_on if milestone.pk is None else forecast_on or planned_on
        milestone.delay_reason = delay_reason.strip()
        milestone.full_clean()
        milestone.save()
        journal.record(journal.Line(delivery.journal_chain, at, by, f"plan:{kind}", milestone, role=role))
        cycle_services.touch(delivery.proposal.cycle)
    return milestone
