"""The checklist before the launch, and who answers for each department."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from bp_platform.accounts.models import Department, User
from bp_platform.core import calendar, journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import demand
from cycles import checklist, policies, selectors
from cycles.models import ChecklistItem, Correspondent, Cycle
from cycles.notifications import checklists as notifications


def start_checklist(cycle: Cycle, *, by: Actor, at: datetime) -> list[ChecklistItem]:
    """Add the usual items that are missing, each due some weeks before the opening; never before tomorrow."""
    role = demand(policies.can_prepare(by, cycle, at)).role
    opening = selectors.opening_day(cycle) or calendar.local_day(at) + timedelta(weeks=13)
    soonest = calendar.local_day(at) + timedelta(days=1)
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        known = set(cycle.checklist.values_list("code", flat=True))
        made = [
            ChecklistItem.objects.create(
                cycle=cycle,
                code=template.code,
                label=_(template.label),
                due_on=max(opening - timedelta(weeks=template.weeks), soonest),
            )
            for template in checklist.TEMPLATES
            if template.code not in known
        ]
        if made:
            journal.record(journal.Line(cycle.journal_chain, at, by, "start_checklist", cycle, role=role))
    return made


def add_item(cycle: Cycle, *, by: Actor, at: datetime, label: str, due_on: date, **facts: Any) -> ChecklistItem:
    """One more thing to have ready; the same words twice are one item."""
    role = demand(policies.can_prepare(by, cycle, at)).role
    code = slugify(label)[:40].strip("-")
    if not code:
        raise ValidationError({"label": _("Écrivez en quelques mots ce qui est à préparer.")})
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        known = cycle.checklist.filter(code=code).first()
        if known is not None and known.label == label:
            return known
        if known is not None:
            raise ValidationError({"label": _("Ce point est déjà dans la liste : précisez ce qui est à préparer.")})
        item = ChecklistItem(cycle=cycle, code=code, label=label, due_on=due_on, **facts)
        item.full_clean()
        item.save()
        journal.record(journal.Line(cycle.journal_chain, at, by, "add_checklist_item", item, role=role))
    return item


def entrust_item(item: ChecklistItem, *, by: Actor, at: datetime, **facts: Any) -> ChecklistItem:
    """Who prepares it and for when: `department`, `person`, `due_on`, `label`."""
    role = demand(policies.can_prepare(by, item.cycle, at)).role
    with journal.transaction_with_journal():
        locked = _locked(item)
        for name, value in facts.items():
            setattr(locked, name, value)
        locked.full_clean()
        locked.save()
        journal.record(journal.Line(locked.cycle.journal_chain, at, by, "entrust_checklist_item", locked, role=role))
    return locked


def tick_item(item: ChecklistItem, *, by: Actor, at: datetime, is_done: bool) -> ChecklistItem:
    """Say that it is ready, or that it is not after all. Twice the same, nothing changes."""
    with journal.transaction_with_journal():
        locked = _locked(item)
        role = demand(policies.can_tick(by, locked, at)).role
        if locked.is_done == is_done:
            return locked
        locked.done_at = at if is_done else None
        locked.done_by = by if is_done and isinstance(by, User) else None
        locked.save()
        act = "tick_checklist_item" if is_done else "untick_checklist_item"
        journal.record(journal.Line(locked.cycle.journal_chain, at, by, act, locked, role=role))
    return locked


def remove_item(item: ChecklistItem, *, by: Actor, at: datetime) -> None:
    """Take an item out of the list."""
    role = demand(policies.can_prepare(by, item.cycle, at)).role
    with journal.transaction_with_journal():
        locked = _locked(item)
        journal.record(journal.Line(locked.cycle.journal_chain, at, by, "remove_checklist_item", locked, role=role))
        locked.delete()


def name_correspondent(
    cycle: Cycle, department: Department, *, by: Actor, at: datetime, person: User | None
) -> Correspondent | None:
    """Who answers for a department during the edition; None takes the name away."""
    role = demand(policies.can_prepare(by, cycle, at)).role
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        row = Correspondent.objects.filter(cycle=cycle, department=department).first()
        if person is None:
            if row is not None:
                journal.record(journal.Line(cycle.journal_chain, at, by, "remove_correspondent", row, role=role))
                row.delete()
            return None
        if row is not None and row.person_id == person.pk:
            return row
        row = row or Correspondent(cycle=cycle, department=department)
        row.person = person
        row.full_clean()
        row.save()
        journal.record(journal.Line(cycle.journal_chain, at, by, "name_correspondent", row, role=role))
    return row


def remind_late(cycle: Cycle, *, at: datetime) -> int:
    """Write to whoever has something late: one letter a week each, with all that they owe."""
    today = calendar.local_day(at)
    week = today - timedelta(days=today.weekday())
    told = 0
    with journal.transaction_with_journal():
        for person, items in selectors.late_by_person(cycle, today):
            told += notifications.late_items(cycle, person, items, week=week, at=at)
    return told


def _locked(item: ChecklistItem) -> ChecklistItem:
    return ChecklistItem.objects.select_for_update(of=("self",)).select_related("cycle", "department").get(pk=item.pk)
