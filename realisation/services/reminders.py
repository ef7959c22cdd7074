"""The clock of news: who builds is asked, then their head, then the team; each reminder leaves once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, time

from django.utils import timezone

from bp_platform.accounts import selectors as people
from bp_platform.accounts import services as accounts
from bp_platform.accounts.models import Contact, Department, Role, User
from bp_platform.core import journal
from bp_platform.core.actors import Actor
from cycles.models import Cycle
from realisation import notifications, selectors
from realisation.models import Delivery, Reminder, ReminderStep
from realisation.selectors import Asked

FROM_HOUR = time(8)  # nobody is asked for news in the night

AUDIENCE: dict[str, tuple[tuple[str, ...], ...]] = {
    ReminderStep.SOON: ((Role.AGENT,), (Role.HEAD,), (Role.PARTICIPATION,)),
    ReminderStep.DUE: ((Role.AGENT,), (Role.HEAD,), (Role.PARTICIPATION,)),
    ReminderStep.HEAD: ((Role.HEAD,), (Role.PARTICIPATION,)),
    ReminderStep.TEAM: ((Role.PARTICIPATION,),),
}
"""Who is told at each step; where nobody holds the first role, the next one is told instead."""


def remind(*, by: Actor, at: datetime) -> int:
    """Ask for what is due: one letter per person and day, whatever the number of projects. Returns the reminders.

    Run again, by two clocks or after a stop, it finds what has left and sends no more: the deliveries are locked, then
    what was sent is read. News, or a new date, starts another round.
    """
    zone = people.public_body().zone
    if timezone.localtime(at, zone).time() < FROM_HOUR:
        return 0
    with timezone.override(zone):
        sent = sum(_remind_department(department, by=by, at=at) for department in _departments())
        late = sorted({one.cycle.pk: one.cycle for one in selectors.launches(selectors.cycles_to_launch(), at)}.items())
        return sent + sum(_remind_launch(cycle, by=by, at=at) for _pk, cycle in late)


def _departments() -> list[Department]:
    return list(Department.objects.filter(deliveries__isnull=False).distinct().order_by("pk"))


def _remind_department(department: Department, *, by: Actor, at: datetime) -> int:
    with journal.transaction_with_journal():
        mine = Delivery.objects.filter(lead_department=department)
        list(mine.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
        rows = list(selectors.with_clock(mine))
        every = selectors.rhythms({row.proposal.cycle for row in rows})
        return _send(selectors.asked_of(rows, every, at), department, by=by, at=at)


def _remind_launch(cycle: Cycle, *, by: Actor, at: datetime) -> int:
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update(of=("self",)).get(pk=cycle.pk)
        return _send(
            [one for one in selectors.launches(selectors.cycles_to_launch(), at) if one.cycle == cycle],
            None,
            by=by,
            at=at,
        )


def _send(asked: Sequence[Asked], department: Department | None, *, by: Actor, at: datetime) -> int:
    sent = selectors.already_sent(asked)
    fresh = [one for one in asked if one.key not in sent]
    by_person: dict[Contact, list[Asked]] = defaultdict(list)
    for one in fresh:
        Reminder.objects.create(
            cycle=one.cycle, delivery=one.delivery, about=one.about, step=one.step, since_on=one.since_on, sent_at=at
        )
        subject = one.delivery or one.cycle
        journal.record(
            journal.Line(one.cycle.journal_chain, at, by, f"remind:{one.about}:{one.step}", subject, rule="art. 8")
        )
        for contact in _told(one.step, department, at):
            by_person[contact].append(one)
    for contact, items in by_person.items():
        notifications.asked(contact, items, at=at)
    return len(fresh)


def _told(step: str, department: Department | None, at: datetime) -> list[Contact]:
    for roles in AUDIENCE[step]:
        if found := staff(roles, department, at):
            return found
    return []


def builders_of(delivery: Delivery, at: datetime) -> list[Contact]:
    """Who is asked first about a delivery: the agents of its department, else its head, else the team."""
    return _told(ReminderStep.DUE, delivery.lead_department, at)


def readers_of(delivery: Delivery, writer: User, at: datetime) -> list[Contact]:
    """Who may publish what that person wrote: the others of its department, and the team."""
    own = staff((Role.HEAD, Role.AGENT), delivery.lead_department, at)
    return list(
        {one.pk: one for one in (*own, *staff((Role.PARTICIPATION,), None, at)) if one.user_id != writer.pk}.values()
    )


def staff(roles: Sequence[str], department: Department | None, at: datetime) -> list[Contact]:
    """The contacts of those who hold one of these roles that day; in that department, for the roles that have one."""
    held = people.assignments_on(at).filter(role__in=roles, user__is_active=True)
    if department is not None and not set(roles) & {Role.PARTICIPATION}:
        held = held.filter(department=department)
    users = User.objects.filter(role_assignments__in=held).distinct().order_by("pk")
    return [accounts.add_contact(name=user.shown_name, email=user.email, user=user) for user in users]
