"""Who is told what of a delivery and of the review: owners and followers; and, of the review, its team."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from bp_platform.accounts import selectors as people
from bp_platform.accounts import services as accounts
from bp_platform.accounts.models import Contact, Role, User
from bp_platform.core import calendar
from bp_platform.notifications import services as outbox
from proposals import notifications as proposals
from realisation.models import Delivery, OneYearReview, ProgressUpdate


def _facts(delivery: Delivery) -> dict[str, Any]:
    """What every letter says: which project, where it stands, who builds it, whom to call."""
    proposal, lead = delivery.proposal, delivery.lead_department
    return {
        "number": proposal.number,
        "title": proposal.title,
        "cycle": proposal.cycle.title,
        "status": str(delivery.get_state_display()),
        "department": lead.name,
        "contact_name": delivery.contact_name,
        "sender": {
            "department": lead.name, "person": delivery.contact_name, "phone": lead.phone, "email": lead.email,
        },
        "url": proposals.sheet_url(proposal),
    }  # fmt: skip


def _tell(event: str, delivery: Delivery, *, key: str, at: datetime, **more: str) -> None:
    who = proposals.followers_of(delivery.proposal)
    outbox.queue(event, who, key=key, context=_facts(delivery) | more, at=at)


def scheduled(delivery: Delivery, *, at: datetime) -> None:
    """The council has decided: who builds it, and for when."""
    promised = calendar.day_words(delivery.promised_on)
    _tell(
        "delivery_scheduled", delivery, key=delivery.proposal.number, at=at,
        promised=promised, resolution=delivery.resolution,
    )  # fmt: skip


def news(update: ProgressUpdate, *, at: datetime) -> None:
    """News, in the words of who builds."""
    delivery = update.delivery
    _tell(
        "delivery_news", delivery, key=f"{delivery.proposal.number}:{update.key}", at=at,
        text=update.text, author=update.author_label,
        next_on=calendar.day_words(update.next_on) if update.next_on else "", next_text=update.next_text,
    )  # fmt: skip


def delivered(delivery: Delivery, *, text: str, at: datetime) -> None:
    """It exists."""
    _tell("delivery_done", delivery, key=delivery.proposal.number, at=at, text=text)


def stopped(delivery: Delivery, *, at: datetime) -> None:
    """Suspended or abandoned, and why."""
    key = f"{delivery.proposal.number}:{delivery.state}:{at.isoformat()}"
    _tell(f"delivery_{delivery.state}", delivery, key=key, at=at, reason=delivery.public_reason)


def resumed(delivery: Delivery, *, at: datetime) -> None:
    """It starts again."""
    _tell("delivery_resumed", delivery, key=f"{delivery.proposal.number}:{at.isoformat()}", at=at)


def review_published(review: OneYearReview, *, at: datetime) -> None:
    """A year later: everybody who carried or followed a project of the edition."""
    cycle = review.cycle
    context = {"cycle": cycle.title, "url": settings.BASE_URL + reverse("realisation:review", args=[cycle.slug])}
    outbox.queue("review_published", _everybody(review), key=f"review:{cycle.slug}", context=context, at=at)


def _everybody(review: OneYearReview) -> Iterator[Contact]:
    mine = Q(owned_proposals__proposal__cycle=review.cycle, owned_proposals__left_at=None) | Q(
        follows__proposal__cycle=review.cycle
    )
    return Contact.objects.filter(mine, erased_at=None).distinct().order_by("pk").iterator(chunk_size=500)


def review_reminder(review: OneYearReview, *, day: date, at: datetime) -> None:
    """To the team: the review is due in a month, today, or since so many days."""
    late = review.days_late(calendar.local_day(at))
    context = _of_review(review) | {"scheduled": calendar.day_words(review.scheduled_on), "late": late}
    team = people.people(role=Role.PARTICIPATION, at=at)
    key = f"review:{review.cycle.slug}:{day.isoformat()}"
    outbox.queue("review_due", [_contact_of(user) for user in team], key=key, context=context, at=at)


def review_submitted(review: OneYearReview, *, at: datetime) -> None:
    """To who is asked to validate it."""
    if review.validator:
        _tell_one("review_submitted", review, review.validator, at=at)


def review_sent_back(review: OneYearReview, *, reason: str, at: datetime) -> None:
    """To who had submitted it, with what is to be taken up again."""
    if review.submitted_by:
        _tell_one("review_sent_back", review, review.submitted_by, at=at, reason=reason)


def review_validated(review: OneYearReview, *, at: datetime) -> None:
    """To who had submitted it: it may be published."""
    if review.submitted_by:
        _tell_one("review_validated", review, review.submitted_by, at=at, who=review.validated_label)


def _tell_one(event: str, review: OneYearReview, user: User, *, at: datetime, **more: str) -> None:
    key = f"review:{review.cycle.slug}:{at.isoformat()}"
    outbox.queue(event, [_contact_of(user)], key=key, context=_of_review(review) | more, at=at)


def _of_review(review: OneYearReview) -> dict[str, Any]:
    desk = reverse("realisation:write_review", args=[review.cycle.slug])
    return {"cycle": review.cycle.title, "url": settings.BASE_URL + desk}


def _contact_of(user: User) -> Contact:
    """The contact of somebody of the house, made if they never had one."""
    return accounts.add_contact(name=user.shown_name, email=user.email, user=user)
