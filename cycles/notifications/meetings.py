"""Who is told what about a meeting. Rows are written with the act; letters leave after commit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from bp_platform.accounts.models import Contact
from bp_platform.core import calendar, codes
from bp_platform.notifications import services as outbox
from cycles.models import Meeting, Member, Registration, RegistrationState


def meeting_url(meeting: Meeting) -> str:
    """The meeting's public page, absolute."""
    return settings.BASE_URL + reverse("cycles:meeting", args=[meeting.cycle.slug, meeting.slug])


def ics_url(meeting: Meeting) -> str:
    """The file that a calendar program opens, absolute."""
    return settings.BASE_URL + reverse("cycles:meeting_ics", args=[meeting.cycle.slug, meeting.slug])


def find_registration_url(meeting: Meeting) -> str:
    """Where the code of a registration is typed, absolute: short enough to be copied from paper."""
    return settings.BASE_URL + reverse("cycles:find_registration", args=[meeting.cycle.slug])


def status_url(meeting: Meeting, code: str) -> str:
    """The registration's own page, absolute; it holds the secret code."""
    return settings.BASE_URL + reverse("cycles:registration", args=[meeting.cycle.slug, codes.normalise(code)])


def facts(meeting: Meeting) -> dict[str, Any]:
    """What every letter about a meeting says."""
    return {
        "title": meeting.title,
        "cycle": meeting.cycle.title,
        "when": outbox.later(calendar.moment_words, meeting.starts_at),
        "place": meeting.place,
        "address": meeting.postal_address,
        "access": meeting.access,
        "url": meeting_url(meeting),
        "ics_url": ics_url(meeting),
        "find_url": find_registration_url(meeting),
    }


def registered(registration: Registration, code: str, *, at: datetime) -> None:
    """The receipt: a seat, or a rank on the waiting list; and the code that cancels."""
    meeting = registration.meeting
    context = facts(meeting) | {
        "code": codes.grouped(code),
        "status_url": status_url(meeting, code),
        "seats": registration.seats,
        "is_waiting": registration.state == RegistrationState.WAITING,
    }
    outbox.queue(
        "meeting_registered", [registration.contact], key=f"registration:{registration.pk}", context=context, at=at
    )


def moved_up(registration: Registration, *, at: datetime) -> None:
    """Somebody gave up a seat: it is theirs."""
    context = facts(registration.meeting) | {"seats": registration.seats}
    outbox.queue(
        "meeting_moved_up", [registration.contact], key=f"registration:{registration.pk}", context=context, at=at
    )


def concerned(meeting: Meeting) -> list[Contact]:
    """Who is registered or waits, and the members who were convened; each once."""
    active = meeting.registrations.exclude(state=RegistrationState.CANCELLED).select_related("contact").order_by("pk")
    found = {row.contact_id: row.contact for row in active}
    if meeting.body_id and meeting.convened_at:
        found |= {contact.pk: contact for contact in members_of(meeting)}
    return list(found.values())


def members_of(meeting: Meeting) -> list[Contact]:
    """The members whose mandate runs on the day of the session."""
    if meeting.body is None:
        return []
    sitting = Member.objects.sitting(calendar.local_day(meeting.starts_at)).filter(body=meeting.body)
    return [member.contact for member in sitting.select_related("contact").order_by("pk")]


def changed(meeting: Meeting, *, at: datetime) -> int:
    """The day or the place is another."""
    key = f"meeting:{meeting.pk}:{meeting.sequence}"
    return outbox.queue("meeting_changed", concerned(meeting), key=key, context=facts(meeting), at=at)


def cancelled(meeting: Meeting, *, at: datetime) -> int:
    """It will not take place, and why."""
    context = facts(meeting) | {"reason": meeting.cancel_reason}
    return outbox.queue("meeting_cancelled", concerned(meeting), key=f"meeting:{meeting.pk}", context=context, at=at)


def convened(meeting: Meeting, *, at: datetime) -> int:
    """The convocation, with its agenda; who was told already is not told twice."""
    body = meeting.body
    context = facts(meeting) | {"body": body.name if body else "", "agenda": meeting.agenda}
    key = f"meeting:{meeting.pk}:{meeting.sequence}"
    return outbox.queue("body_convened", members_of(meeting), key=key, context=context, at=at)
