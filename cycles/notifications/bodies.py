"""Who is told what about a body: those who apply, those who sit, those who owe it an answer."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from bp_platform.accounts import services as accounts
from bp_platform.accounts.models import Contact, Role, User
from bp_platform.accounts.selectors import assignments_on
from bp_platform.core import calendar, codes
from bp_platform.notifications import services as outbox
from cycles.models import Application, Body, BodyOpinion, DrawEntry, LotOutcome, Member


def body_url(body: Body) -> str:
    """The body's public page, absolute."""
    return settings.BASE_URL + reverse("cycles:body", args=[body.cycle.slug, body.slug])


def applied(application: Application, code: str, *, at: datetime) -> None:
    """The receipt of an application, with the code that withdraws it."""
    body = application.body
    address = reverse("cycles:application", args=[body.cycle.slug, codes.normalise(code)])
    context = _facts(body) | {
        "college": application.college.name,
        "code": codes.grouped(code),
        "status_url": settings.BASE_URL + address,
        "find_url": settings.BASE_URL + reverse("cycles:find_application", args=[body.cycle.slug]),
    }
    outbox.queue(
        "application_received", [application.contact], key=f"application:{application.pk}", context=context, at=at
    )


def drawn(entry: DrawEntry, *, at: datetime) -> None:
    """What the lots said for somebody: a seat, or a place among the substitutes; where it can be checked."""
    draw = entry.draw
    address = reverse("cycles:draw", args=[draw.body.cycle.slug, draw.body.slug, draw.slug])
    context = _facts(draw.body) | {
        "college": draw.college.name,
        "rank": entry.rank,
        "is_seated": entry.outcome == LotOutcome.SEATED,
        "replaces": entry.replaces_id is not None,
        "draw_url": settings.BASE_URL + address,
        "phone": "",
    }
    key = f"draw:{draw.pk}:{entry.outcome}"
    outbox.queue("body_drawn", [entry.application.contact], key=key, context=context, at=at)


def not_chosen(application: Application, *, at: datetime) -> None:
    """The call is over and the seat went to somebody else."""
    context = _facts(application.body) | {"college": application.college.name}
    outbox.queue(
        "application_not_chosen", [application.contact], key=f"application:{application.pk}", context=context, at=at
    )


def seated(member: Member, *, at: datetime) -> None:
    """The mandate: from when to when, and the charter to accept."""
    context = _facts(member.body) | {
        "college": member.college.name,
        "span": outbox.later(calendar.span_words, member.from_on, member.until_on),
        "has_charter": bool(member.body.charter_version),
    }
    outbox.queue("body_seated", [member.contact], key=f"member:{member.pk}", context=context, at=at)


def opinion_asked(opinion: BodyOpinion, *, at: datetime) -> int:
    """The heads of the department that owes the answer."""
    return _tell_heads(opinion, key=f"opinion:{opinion.pk}", is_late=False, at=at)


def opinion_reminded(opinion: BodyOpinion, *, at: datetime) -> int:
    """The same people, when the date is near or past; at most once a day."""
    day = calendar.local_day(at)
    return _tell_heads(opinion, key=f"opinion:{opinion.pk}:{day}", is_late=opinion.due_on < day, at=at)


def opinion_answered(opinion: BodyOpinion, *, at: datetime) -> int:
    """The members who sit today read the answer."""
    context = _facts(opinion.body) | {
        "number": opinion.number,
        "subject": opinion.subject,
        "answer": opinion.answer,
        "department": opinion.answered_by,
    }
    sitting = Member.objects.sitting(calendar.local_day(at)).filter(body=opinion.body)
    contacts = [member.contact for member in sitting.select_related("contact").order_by("pk")]
    return outbox.queue("opinion_answered", contacts, key=f"opinion:{opinion.pk}", context=context, at=at)


def _tell_heads(opinion: BodyOpinion, *, key: str, is_late: bool, at: datetime) -> int:
    held = assignments_on(at).filter(role=Role.HEAD, department=opinion.department_id)
    heads = User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("pk")
    context = _facts(opinion.body) | {
        "number": opinion.number,
        "subject": opinion.subject,
        "department": opinion.department.name,
        "due": outbox.later(calendar.day_words, opinion.due_on),
        "is_late": is_late,
        "answer_url": settings.BASE_URL + reverse("cycles:answer_opinion", args=[opinion.pk]),
    }
    contacts: list[Contact] = [
        accounts.add_contact(name=head.get_full_name(), email=head.email, user=head) for head in heads
    ]
    return outbox.queue("opinion_asked", contacts, key=key, context=context, at=at)


def _facts(body: Body) -> dict[str, object]:
    return {"body": body.name, "cycle": body.cycle.title, "url": body_url(body)}
