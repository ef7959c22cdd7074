"""The calendar of an edition: a phase moved with what follows, a whole plan applied, and both undone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bp_platform.core import calendar, journal, registries
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, demand, no
from cycles import policies
from cycles.models import CalendarChange, CalendarDay, Cycle, Phase
from cycles.retroplan import PlannedPhase
from cycles.services.editions import touch


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates that a phase is to have."""

    kind: str
    opens_at: datetime
    closes_at: datetime
    pk: int | None = None


def instants(planned: Iterable[PlannedPhase], zone: ZoneInfo) -> list[Dates]:
    """Days to instants in the town's zone: from the first midnight to the midnight after the last day."""
    return [
        Dates(
            one.kind,
            calendar.at_midnight(one.first, zone),
            calendar.at_midnight(one.last + timedelta(days=1), zone),
        )
        for one in planned
    ]


def set_phases(
    cycle: Cycle, dates: Sequence[Dates], *, by: Actor, at: datetime, key: UUID, label: str
) -> CalendarChange:
    """Give these phases these dates, all or none; the change can be undone. The same post twice is one act."""
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        role = demand(policies.can_prepare(by, cycle, at)).role
        done = CalendarChange.objects.filter(key=key).first()
        if done is not None:
            return done
        before = _photo(cycle)
        for one in dates:
            _set(cycle, one, at)
        change = CalendarChange.objects.create(
            cycle=cycle, key=key, label=label[:160], before=before, after=_photo(cycle), made_at=at
        )
        journal.record(journal.Line(cycle.journal_chain, at, by, "set_phases", change, role=role))
        touch(cycle)
    return change


def _set(cycle: Cycle, one: Dates, at: datetime) -> None:
    rows = cycle.phases.filter(pk=one.pk) if one.pk else cycle.phases.filter(kind=one.kind).order_by("-opens_at", "-pk")
    phase = rows.select_for_update().first() or Phase(cycle=cycle, kind=one.kind)
    if phase.pk and (phase.opens_at, phase.closes_at) == (one.opens_at, one.closes_at):
        return
    words = {"phase": str(phase.get_kind_display())}
    for name, new in (("opens_at", one.opens_at), ("closes_at", one.closes_at)):
        old = getattr(phase, name)
        if old == new:
            continue
        if phase.pk and old <= at:
            raise Refused(no(_("« %(phase)s » : cette date est passée, elle ne change plus.") % words))
        if new <= at:
            said = _("« %(phase)s » : le %(day)s est déjà passé, choisissez une date à venir.")
            day = calendar.day_words(calendar.local_day(new))
            raise ValidationError({name: said % (words | {"day": day})})
    if phase.pk:
        demand(registries.objection("move_phase", phase, at))
    phase.opens_at, phase.closes_at = one.opens_at, one.closes_at
    phase.revision, phase.changed_at = phase.revision + 1, at
    phase.full_clean()
    phase.save()


def undo_change(change: CalendarChange, *, by: Actor, at: datetime) -> CalendarChange:
    """Put the dates back as they were before the last change; refused once one of them has passed."""
    with journal.transaction_with_journal():
        cycle = Cycle.objects.select_for_update().get(pk=change.cycle_id)
        role = demand(policies.can_prepare(by, cycle, at)).role
        locked = CalendarChange.objects.select_for_update().get(pk=change.pk)
        if locked.undone_at is not None:
            return locked
        demand(policies.can_undo(locked, _photo(cycle)))
        kept = {row["pk"] for row in locked.before}
        for phase in cycle.phases.exclude(pk__in=kept).order_by("pk"):
            if phase.opens_at <= at:
                raise Refused(no(_("Une phase ajoutée par ce changement est ouverte : il ne s’annule plus.")))
            demand(registries.objection("move_phase", phase, at))
            phase.delete()
        for row in locked.before:
            opens_at, closes_at = (datetime.fromisoformat(row[name]) for name in ("opens_at", "closes_at"))
            _set(cycle, Dates(row["kind"], opens_at, closes_at, row["pk"]), at)
        locked.undone_at = at
        locked.save()
        journal.record(journal.Line(cycle.journal_chain, at, by, "undo_phases", locked, role=role))
        touch(cycle)
    return locked


def _photo(cycle: Cycle) -> list[dict[str, Any]]:
    """The phases as they are, in JSON."""
    return [
        {
            "pk": phase.pk,
            "kind": phase.kind,
            "opens_at": phase.opens_at.isoformat(),
            "closes_at": phase.closes_at.isoformat(),
        }
        for phase in cycle.phases.order_by("pk")
    ]


def remove_phase(phase: Phase, *, by: Actor, at: datetime) -> None:
    """Take a phase out of the calendar, while it has not opened."""
    with journal.transaction_with_journal():
        cycle = Cycle.objects.select_for_update().get(pk=phase.cycle_id)
        role = demand(policies.can_prepare(by, cycle, at)).role
        locked = Phase.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=phase.pk)
        if locked.opens_at <= at:
            raise Refused(no(_("Cette phase est ouverte ou passée : elle ne se retire plus.")))
        demand(registries.objection("move_phase", locked, at))
        journal.record(journal.Line(cycle.journal_chain, at, by, "remove_phase", locked, role=role))
        locked.delete()
        touch(cycle)


def add_day(cycle: Cycle, *, by: Actor, at: datetime, key: UUID | None = None, **facts: Any) -> CalendarDay:
    """A council, days off, a moment for everybody. The same `key` twice is one."""
    with journal.transaction_with_journal():
        locked = Cycle.objects.select_for_update().get(pk=cycle.pk)
        role = demand(policies.can_prepare(by, locked, at)).role
        known = CalendarDay.objects.filter(key=key, cycle=locked).first() if key else None
        if known is not None:
            return known
        day = CalendarDay(cycle=locked, key=key or uuid4(), **facts)
        day.full_clean()
        day.save()
        journal.record(journal.Line(cycle.journal_chain, at, by, "add_calendar_day", day, role=role))
        touch(cycle)
    return day


def remove_day(day: CalendarDay, *, by: Actor, at: datetime) -> None:
    """Take a day out of the calendar; already out, nothing changes."""
    role = demand(policies.can_prepare(by, day.cycle, at)).role
    with journal.transaction_with_journal():
        locked = CalendarDay.objects.select_for_update(of=("self",)).filter(pk=day.pk).first()
        if locked is None:
            return
        journal.record(journal.Line(day.cycle.journal_chain, at, by, "remove_calendar_day", locked, role=role))
        locked.delete()
        touch(day.cycle)
