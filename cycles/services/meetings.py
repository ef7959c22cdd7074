"""The acts on a meeting: planned, announced, moved, cancelled; a body convened to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from bp_platform.core import calendar, journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import demand
from cycles import flow, policies
from cycles.models import Attendance, Cycle, Meeting, MeetingState, Member, Presence
from cycles.notifications import meetings as notifications
from cycles.services import registrations
from cycles.services.editions import touch

TOLD = ("starts_at", "ends_at", "place", "postal_address")  # who registered is told when one of these changes


def plan_meeting(cycle: Cycle, *, by: Actor, at: datetime, key: UUID | None = None, **facts: Any) -> Meeting:
    """A meeting in preparation; `facts` are its fields. The same `key` twice is one meeting."""
    meeting = Meeting(cycle=cycle, key=key or uuid4(), changed_at=at, **facts)
    role = demand(policies.can_plan_meeting(by, meeting, at)).role
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        known = Meeting.objects.filter(key=meeting.key, cycle=cycle).first()
        if known is not None:
            return known
        meeting.slug = _free_slug(meeting)
        _check_frame(meeting)
        meeting.full_clean()
        meeting.save()
        journal.record(
            journal.Line(meeting.journal_chain, at, by, "plan_meeting", meeting, to_state=meeting.state, role=role)
        )
    return meeting


def change_meeting(meeting: Meeting, *, by: Actor, at: datetime, **facts: Any) -> Meeting:
    """Change a meeting. Once announced, whoever comes is told of another day, hour or place."""
    with journal.transaction_with_journal():
        locked = lock(meeting)
        role = demand(policies.can_plan_meeting(by, locked, at)).role
        before = {name: getattr(locked, name) for name in facts}
        for name, value in facts.items():
            setattr(locked, name, value)
        _check_frame(locked)
        registrations.check_capacity(locked)
        locked.full_clean()
        changed = {name for name, old in before.items() if getattr(locked, name) != old}
        if not changed:
            return locked
        is_announced = locked.state == MeetingState.ANNOUNCED
        locked.sequence, locked.changed_at = locked.sequence + is_announced, at
        locked.save()
        journal.record(journal.Line(locked.journal_chain, at, by, "change_meeting", locked, role=role))
        if is_announced and changed & set(TOLD):
            notifications.changed(locked, at=at)
        registrations.move_up(locked, by=by, at=at)
        touch(locked.cycle)
    return locked


def announce_meeting(meeting: Meeting, *, by: Actor, at: datetime) -> Meeting:
    """Show the meeting to everybody, in the agenda."""
    with flow.ANNOUNCE.take(meeting, by=by, at=at) as locked:
        if locked.starts_at <= at:
            raise ValidationError({"starts_at": _("ce rendez-vous a déjà commencé : changez sa date.")})
        locked.changed_at = at
        touch(locked.cycle)
    return locked


def cancel_meeting(meeting: Meeting, *, by: Actor, at: datetime, reason: str) -> Meeting:
    """It will not take place: its page says why, and whoever registered is told."""
    with flow.CANCEL.take(meeting, by=by, at=at, reason=reason) as locked:
        locked.cancel_reason = reason.strip()
        locked.sequence, locked.changed_at = locked.sequence + 1, at
        notifications.cancelled(locked, at=at)
        touch(locked.cycle)
    return locked


def convene(meeting: Meeting, *, by: Actor, at: datetime) -> int:
    """Write to the members of the body: agenda, place, access. Returns how many letters and e-mails will leave.

    Again, only those who were not told yet are: a member seated since, or everybody once the session has moved.
    """
    with journal.transaction_with_journal():
        locked = lock(meeting)
        role = demand(policies.can_convene(by, locked, at)).role
        told = notifications.convened(locked, at=at)
        locked.convened_at = locked.convened_at or at
        locked.save(update_fields=["convened_at"])
        journal.record(journal.Line(locked.journal_chain, at, by, "convene", locked, role=role))
    return told


def mark_attendance(
    meeting: Meeting, *, by: Actor, at: datetime, presences: Mapping[int, str], guests: Iterable[int] = ()
) -> int:
    """What the signed sheet says: `presences` by member, and the registrations whose people came."""
    role = demand(policies.can_write_minutes(by, meeting, at)).role
    with journal.transaction_with_journal():
        locked = lock(meeting)
        members = Member.objects.filter(body=locked.body_id, pk__in=presences)
        for member in members.order_by("pk"):
            presence = Presence(presences[member.pk])
            Attendance.objects.update_or_create(meeting=locked, member=member, defaults={"presence": presence})
        came = set(guests)
        rows = locked.registrations.exclude(state="cancelled")
        rows.filter(pk__in=came).update(came=True)
        rows.exclude(pk__in=came).update(came=False)
        journal.record(journal.Line(locked.journal_chain, at, by, "mark_attendance", locked, role=role))
        touch(locked.cycle)
    return len(presences)


def lock(meeting: Meeting) -> Meeting:
    """The row, held until commit: seats are counted under this lock."""
    rows = Meeting.objects.select_for_update(of=("self",)).select_related("cycle", "body", "area")
    return rows.get(pk=meeting.pk)


def _check_frame(meeting: Meeting) -> None:
    if meeting.area_id and meeting.area and meeting.area.cycle_id != meeting.cycle_id:
        raise ValidationError({"area": _("ce lieu n’appartient pas à cette édition.")})
    if meeting.body_id and meeting.body and meeting.body.cycle_id != meeting.cycle_id:
        raise ValidationError({"body": _("cette instance n’appartient pas à cette édition.")})


def _free_slug(meeting: Meeting) -> str:
    """« atelier-des-mariniers-2026-03-12 », with a number when it is taken."""
    day: date = calendar.local_day(meeting.starts_at)
    stem = f"{slugify(meeting.title)[:60].strip('-') or 'rendez-vous'}-{day:%Y-%m-%d}"
    taken = set(Meeting.objects.filter(cycle=meeting.cycle, slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for slug in (stem, *(f"{stem}-{n}" for n in range(2, 1000))) if slug not in taken)
