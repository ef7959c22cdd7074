"""Who is told what of a delivery: its owners and its followers, after commit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bp_platform.accounts.models import Contact
from bp_platform.core import calendar
from bp_platform.notifications import services as outbox
from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from proposals import notifications as proposals
from realisation.models import Delivery, OneYearReview, ProgressUpdate


def _facts(delivery: Delivery) -> dict[str, str]:
    proposal = delivery.proposal
    return {
        "number": proposal.number,
        "title": proposal.title,
        "state": str(delivery.get_state_display()),
        "department": delivery.lead_department.name,
        "contact": delivery.contact_name,
        "url": proposals.sheet_url(proposal),
    }


def scheduled(delivery: Delivery, *, at: datetime) -> None:
    """The council has decided: who builds it, and for when."""
    context = _facts(delivery) | {"promised": calendar.day_words(delivery.promised_on), "resolution": delivery.resolution}
    who = proposals.followers_of(delivery.proposal)
    outbox.queue("delivery_scheduled", who, key=delivery.proposal.number, context=context, at=at)


def news(update: ProgressUpdate, *, at: datetime) -> None:
    """News, in the words of who builds."""
    delivery = update.delivery
    context = _facts(delivery) | {"text": update.text, "author": update.author_label}
    who = proposals.followers_of(delivery.proposal)
    outbox.queue("delivery_news", who, key=f"{delivery.proposal.number}:{update.pk}", context=context, at=at)


def delivered(delivery: Delivery, *, at: datetime) -> None:
    """It exists."""
    who = proposals.followers_of(delivery.proposal)
    outbox.queue("delivery_done", who, key=delivery.proposal.number, context=_facts(delivery), at=at)


def stopped(delivery: Delivery, *, at: datetime) -> None:
    """Suspended or abandoned, and why."""
    context = _facts(delivery) | {"reason": delivery.public_reason}
    key = f"{delivery.proposal.number}:{delivery.state}:{at.isoformat()}"
    outbox.queue("delivery_stopped", proposals.followers_of(delivery.proposal), key=key, context=context, at=at)


def review_published(review: OneYearReview, *, at: datetime) -> None:
    """A year later: everybody who followed a project of the edition."""
    cycle = review.cycle
    context = {"cycle": cycle.title, "url": settings.BASE_URL + reverse("realisation:money", args=[cycle.slug])}
    outbox.queue("review_published", _everybody(review), key=f"review:{cycle.slug}", context=context, at=at)


def _everybody(review: OneYearReview) -> Iterator[Contact]:
    mine = Q(owned_proposals__proposal__cycle=review.cycle) | Q(follows__proposal__cycle=review.cycle)
    return Contact.objects.filter(mine, erased_at=None).distinct().order_by("pk").iterator(chunk_size=500)
