"""Who is told what of a delivery and of the review: owners and followers; and, of the review, its team."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from bp_platform.accounts import selectors as people
from bp_platform.accounts import services as accounts
from bp_platform.accounts.models import Contact, Role, User
from bp_platform.core import calendar, codes
from bp_platform.notifications import services as outbox
from proposals import notifications as proposals
from realisation.models import Delivery, DeliveryChange, DoneOutside, Enquiry, HeldNews, OneYearReview, ProgressUpdate
from realisation.selectors import Asked


def _facts(delivery: Delivery) -> dict[str, Any]:
    """What every letter says: which project, where it stands, who builds it, whom to call."""
    proposal, lead = delivery.proposal, delivery.lead_department
    return {
        "number": proposal.number,
        "title": proposal.title,
        "cycle": proposal.cycle.title,
        "status": outbox.later(delivery.get_state_display),
        "department": lead.name,
        "contact_name": delivery.contact_name,
        "sender": {
            "department": lead.name, "person": delivery.contact_name, "phone": lead.phone, "email": lead.email,
        },
        "url": proposals.sheet_url(proposal),
    }  # fmt: skip


def _tell(
    event: str, delivery: Delivery, *, key: str, at: datetime, is_gathered: bool = False, **more: str | int
) -> None:
    """Owners and followers, each once. `is_gathered`: the second of a day about this project waits for the digest."""
    who = proposals.followers_of(delivery.proposal)
    about = f"{delivery.proposal.number}:" if is_gathered else ""
    outbox.queue(event, who, key=key, context=_facts(delivery) | more, at=at, about=about)


def scheduled(delivery: Delivery, *, at: datetime) -> None:
    """The council has decided: who builds it, and for when."""
    promised = outbox.later(calendar.day_words, delivery.promised_on)
    _tell(
        "delivery_scheduled", delivery, key=delivery.proposal.number, at=at,
        promised=promised, resolution=delivery.resolution,
    )  # fmt: skip


def news(update: ProgressUpdate, *, at: datetime) -> None:
    """News, in the words of who builds."""
    delivery = update.delivery
    photos = len(update.photos.all())
    _tell(
        "delivery_news", delivery, key=f"{delivery.proposal.number}:{update.key}", at=at,
        is_gathered=True, photos=photos, text=update.text, author=update.author_label,
        next_on=outbox.later(calendar.day_words, update.next_on) if update.next_on else "", next_text=update.next_text,
    )  # fmt: skip


def news_to_read(held: HeldNews, readers: Sequence[Contact], *, at: datetime) -> None:
    """Before an election: somebody else is asked to read it; the same news is told once."""
    desk = reverse("realisation:follow_up", args=[held.delivery.proposal.number])
    context = _facts(held.delivery) | {
        "text": held.text, "author": held.author_label, "url": settings.BASE_URL + desk,
    }  # fmt: skip
    outbox.queue("news_to_read", readers, key=str(held.key), context=context, at=at)


def delivered(delivery: Delivery, *, text: str, at: datetime) -> None:
    """It exists."""
    _tell("delivery_done", delivery, key=f"{delivery.proposal.number}:{at.isoformat()}", at=at, text=text)


def take_back_delivered(delivery: Delivery) -> None:
    """It was a mistake: the letters that still wait do not leave."""
    outbox.take_back("delivery_done", key_prefix=f"{delivery.proposal.number}:")


def _change_words(row: DeliveryChange) -> str:
    return _("%(what)s : %(before)s → %(after)s") % {
        "what": row.get_kind_display(),
        "before": row.before,
        "after": row.after,
    }


def changed(delivery: Delivery, changes: Sequence[DeliveryChange], *, at: datetime) -> None:
    """What changed after the promise: from, to, and why."""
    lines = [outbox.later(_change_words, row) for row in changes]
    facts: dict[str, Any] = {"lines": lines, "reason": changes[0].reason, "author": changes[0].author_label}
    outbox.queue(
        "delivery_change",
        proposals.followers_of(delivery.proposal),
        key=f"{delivery.proposal.number}:{changes[0].key}",
        context=_facts(delivery) | facts,
        at=at,
    )


def stopped(delivery: Delivery, *, at: datetime) -> None:
    """Suspended or abandoned, and why."""
    key = f"{delivery.proposal.number}:{delivery.state}:{at.isoformat()}"
    _tell(f"delivery_{delivery.state}", delivery, key=key, at=at, reason=delivery.public_reason)


def resumed(delivery: Delivery, *, at: datetime) -> None:
    """It starts again."""
    _tell("delivery_resumed", delivery, key=f"{delivery.proposal.number}:{at.isoformat()}", at=at)


def asked(contact: Contact, items: Sequence[Asked], *, at: datetime) -> None:
    """What one person of the staff is asked for today, project by project."""
    lines = [
        f"{one.delivery.proposal.number}, {one.delivery.proposal.title} : {one.words}" if one.delivery else one.words
        for one in items
    ]
    context = {
        "lines": lines,
        "number": len(lines),
        "url": settings.BASE_URL + (items[0].url if len(items) == 1 else reverse("realisation:my_deliveries")),
    }
    key = (
        f"{calendar.local_day(at)}:{items[0].about}:{items[0].delivery.pk if items[0].delivery else items[0].cycle.pk}"
    )
    outbox.queue("works_reminder", [contact], key=f"{key}:{items[0].step}", context=context, at=at)


def done_outside(row: DoneOutside, *, at: datetime) -> None:
    """It was not chosen, and it exists all the same."""
    proposal = row.proposal
    context = {
        "number": proposal.number, "title": proposal.title, "done_by": row.done_by,
        "day": outbox.later(calendar.day_words, row.done_on), "text": row.text, "url": proposals.sheet_url(proposal),
    }  # fmt: skip
    key = f"{proposal.number}:{at.isoformat()}"
    outbox.queue("project_done_outside", proposals.followers_of(proposal), key=key, context=context, at=at)


def enquiry_url(enquiry: Enquiry) -> str:
    """Where an enquiry is read by all, once it is published."""
    proposal = enquiry.delivery.proposal
    return f"{settings.BASE_URL}{reverse('realisation:enquiries', args=[proposal.cycle.slug, proposal.number])}"


def _of_enquiry(enquiry: Enquiry) -> dict[str, Any]:
    due = outbox.later(calendar.day_words, enquiry.due_on)
    return _facts(enquiry.delivery) | {"question": enquiry.text, "due": due, "url": enquiry_url(enquiry)}


def _author_of(enquiry: Enquiry) -> list[Contact]:
    return [enquiry.author] if enquiry.author else []


def enquiry_received(enquiry: Enquiry, code: str, *, at: datetime) -> None:
    """The acknowledgement: the code, and the day by which the answer is promised."""
    status = settings.BASE_URL + reverse("realisation:enquiry_status", args=[code])
    context = _of_enquiry(enquiry) | {"code": codes.grouped(code), "status_url": status, "url": status}
    outbox.queue("enquiry_received", _author_of(enquiry), key=str(enquiry.uid), context=context, at=at)


def enquiry_refused(enquiry: Enquiry, *, at: datetime) -> None:
    """It is not published, and why."""
    context = _of_enquiry(enquiry) | {"reason": enquiry.refusal}
    outbox.queue("enquiry_refused", _author_of(enquiry), key=str(enquiry.uid), context=context, at=at)


def enquiry_to_answer(enquiry: Enquiry, staff: Sequence[Contact], *, at: datetime) -> None:
    """The lead department has a question to answer, before a day."""
    desk = settings.BASE_URL + reverse("realisation:enquiry", args=[enquiry.uid])
    outbox.queue("enquiry_to_answer", staff, key=str(enquiry.uid), context=_of_enquiry(enquiry) | {"url": desk}, at=at)


def enquiry_answered(enquiry: Enquiry, *, at: datetime) -> None:
    """The author reads the answer; so do those who follow the project, if they wish."""
    context = _of_enquiry(enquiry) | {"answer": enquiry.answer, "author": enquiry.answered_by}
    key = f"{enquiry.delivery.proposal.number}:{enquiry.uid}"
    outbox.queue("enquiry_answered", _author_of(enquiry), key=key, context=context, at=at)
    others = (c for c in proposals.followers_of(enquiry.delivery.proposal) if c.pk != enquiry.author_id)
    outbox.queue(
        "enquiry_followed", others, key=key, context=context, at=at, about=f"{enquiry.delivery.proposal.number}:"
    )


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
    context = _of_review(review) | {"scheduled": outbox.later(calendar.day_words, review.scheduled_on), "late": late}
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
