"""The act by which a delivery gives its news."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from realisation.models import MOST_PHOTOS, Delivery, DeliveryState, ProgressUpdate, UpdatePhoto
from realisation.services import deliveries


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture for the public, and what it shows (empty when the news says it all)."""

    upload: UploadedFile[bytes]
    alt_text: str = ""
    field: str = ""  # where a refusal is said


def post_update(
    delivery: Delivery,
    *,
    by: Actor,
    at: datetime,
    text: str,
    to: str = "",
    next_on: date | None = None,
    next_text: str = "",
    photos: Sequence[Photo] = (),
    author: str = "",
    key: UUID | None = None,
) -> ProgressUpdate:
    """News for the public, the owners and the followers; the clock « sans nouvelles depuis » starts again.

    `to` moves the delivery in the same act. The same `key` twice is one piece of news and one letter.
    Refused to a person alone before an election: see `held_news`.
    """
    role = demand(policies.can_post_alone(by, delivery, at)).role
    demand_to_come(next_on, at)
    with journal.transaction_with_journal():
        locked = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
        known = ProgressUpdate.objects.filter(key=key, delivery=locked).first() if key else None
        if known is not None:
            return known
        update = ProgressUpdate(
            key=key or uuid4(), delivery=locked, text=text.strip(), next_on=next_on, next_text=next_text.strip(),
            author_label=author or signature(locked, role),
        )  # fmt: skip
        return tell(update, to=to, by=by, at=at, role=role, keep=lambda: keep_all(photos, by=by, at=at))


def tell(
    update: ProgressUpdate, *, to: str, by: Actor, at: datetime, role: str, keep: Callable[[], Sequence[StoredFile]]
) -> ProgressUpdate:
    """Publish a piece of news whose delivery is locked; `keep` gives its photographs, made public here."""
    if to and to != update.delivery.state:
        update.delivery = deliveries.move(update.delivery, by=by, at=at, to=to, text=update.text)
    update.state, update.published_at = update.delivery.state, at
    update.full_clean()
    update.save()
    for position, stored in enumerate(keep(), start=1):
        UpdatePhoto.objects.create(update=update, file=publication.publish(stored, at=at), position=position)
    journal.record(journal.Line(update.delivery.journal_chain, at, by, "post_update", update, role=role))
    cycle_services.touch(update.delivery.proposal.cycle)
    if to != DeliveryState.DELIVERED:  # the letter of a delivered project carries the same words
        notifications.news(update, at=at)
    return update


def demand_to_come(next_on: date | None, at: datetime) -> None:
    """The next date announced is one to come."""
    if next_on is not None and next_on < calendar.local_day(at):
        raise ValidationError({"next_on": _("choisissez une date à venir.")})


def signature(delivery: Delivery, role: str) -> str:
    """What is told is signed by a role, never by a person's name: people change, the town remains."""
    return _("Équipe participation") if role == Role.PARTICIPATION else delivery.lead_department.name


def keep_all(photos: Sequence[Photo], *, by: Actor, at: datetime) -> list[StoredFile]:
    """The photographs of a piece of news: all of them, or none and the refusal names which one (`photo_2`)."""
    if len(photos) > MOST_PHOTOS:
        raise ValidationError(_("Une nouvelle porte quatre photos au plus."))
    kept = []
    for position, photo in enumerate(photos, start=1):
        try:
            kept.append(uploads.keep_upload(photo.upload, by=by, at=at, alt_text=photo.alt_text, pictures_only=True))
        except ValidationError as refusal:
            raise ValidationError({photo.field or f"photo_{position}": refusal.messages}) from refusal
    return kept
