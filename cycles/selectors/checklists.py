"""Who prepares what before the launch, and what is late."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from bp_platform.accounts.models import Department, User
from bp_platform.core import calendar
from cycles.models import ChecklistItem, Correspondent, Cycle, PhaseKind


def opening_day(cycle: Cycle) -> date | None:
    """The first day of the edition for residents: its call, else its first phase."""
    phases = sorted(cycle.phases.all(), key=lambda phase: (phase.opens_at, phase.pk))
    call = next((phase for phase in phases if phase.kind == PhaseKind.CALL), phases[0] if phases else None)
    return calendar.local_day(call.opens_at) if call else None


def checklist_of(cycle: Cycle, user: User | None = None) -> list[ChecklistItem]:
    """The items by due date; only somebody's part when a user is given. One query."""
    rows = cycle.checklist.select_related("department", "person", "done_by")
    if user is not None:
        rows = rows.filter(_part_of(user, cycle))
    return list(rows.order_by("due_on", "pk"))


def has_part(user: User, cycle: Cycle) -> bool:
    """Whether somebody answers for a department or prepares something of the edition."""
    return (
        Correspondent.objects.filter(cycle=cycle, person=user).exists()
        or ChecklistItem.objects.filter(cycle=cycle, person=user).exists()
    )


def editions_of(user: User) -> list[Cycle]:
    """The editions in which somebody prepares something, the latest first."""
    mine = Q(correspondents__person=user) | Q(checklist__person=user)
    return list(Cycle.objects.filter(mine).distinct().order_by("-pk"))


def _part_of(user: User, cycle: Cycle) -> Q:
    departments = Correspondent.objects.filter(cycle=cycle, person=user).values("department")
    return Q(person=user) | Q(person=None, department__in=departments)


def correspondents_of(cycle: Cycle) -> list[tuple[Department, User | None]]:
    """Every department, and who answers for it; two queries."""
    named = {row.department_id: row.person for row in cycle.correspondents.select_related("person").order_by("pk")}
    return [(department, named.get(department.pk)) for department in Department.objects.order_by("name", "pk")]


def late_by_person(cycle: Cycle, today: date) -> list[tuple[User, list[ChecklistItem]]]:
    """What is past its day and not ready, by whoever must be told: the person, else the department's correspondent."""
    correspondents = {row.department_id: row.person for row in cycle.correspondents.select_related("person")}
    late: dict[int, tuple[User, list[ChecklistItem]]] = {}
    items = cycle.checklist.filter(done_at=None, due_on__lt=today).select_related("person")
    for item in items.order_by("due_on", "pk"):
        person = item.person or correspondents.get(item.department_id or 0)
        if person is not None and person.is_active:
            late.setdefault(person.pk, (person, []))[1].append(item)
    return list(late.values())
