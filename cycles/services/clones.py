"""A new edition from a former one: all that was prepared, nothing that happened."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from bp_platform.accounts.models import User
from bp_platform.accounts.selectors import public_body
from bp_platform.core import journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import demand
from cycles import policies, selectors
from cycles.models import Area, Body, CalendarDayKind, ChecklistItem, Cycle, Theme
from cycles.services.bodies import add_college, create_body, write_charter
from cycles.services.calendars import add_day
from cycles.services.checklists import name_correspondent
from cycles.services.editions import create_cycle, set_phase
from cycles.services.envelopes import set_frame
from cycles.services.frame import add_area, add_envelope, add_theme
from cycles.services.rulebooks import draft_rulebook

WEEK = timedelta(days=7)
OURS = (CalendarDayKind.PUBLIC_EVENT, CalendarDayKind.CLOSURE)  # councils and school holidays: others fix their dates


def years_in_weeks(years: int) -> timedelta:
    """The whole number of weeks nearest to so many years: every date keeps its weekday, every gap its length."""
    return round(Decimal("365.25") * years / 7) * WEEK


def clone_cycle(
    source: Cycle, *, by: Actor, at: datetime, title: str, slug: str, number_prefix: str, years: int = 1
) -> Cycle:
    """A new edition in preparation from a former one: frame, places, themes, money, rules (a draft), phases, the
    town's own days, bodies without their members, and who answers for what.

    Dates move by the weeks nearest to `years` years, in local time: 8 h stays 8 h.
    What happened (numbers, ideas, resolutions, what is ticked, who sat) stays where it was.
    """
    demand(policies.can_prepare(by, source, at))
    with journal.transaction_with_journal():
        cycle = create_cycle(
            by=by, at=at, title=title, slug=slug, number_prefix=number_prefix, kind=source.kind, promise=source.promise,
            total_eur=source.total_eur, contact=source.contact, prior=source,
        )  # fmt: skip
        shift = years_in_weeks(years)
        _clone_money(source, cycle, by=by, at=at)
        _clone_calendar(source, cycle, shift, by=by, at=at)
        draft_rulebook(cycle, by=by, at=at, values=selectors.rules_of(source).model_dump(mode="json"))
        for body in source.bodies.prefetch_related("colleges").order_by("pk"):
            _clone_body(body, cycle, shift, by=by, at=at)
        _clone_preparation(source, cycle, shift, by=by, at=at)
        journal.record(journal.Line(cycle.journal_chain, at, by, f"clone_cycle:{source.slug}", cycle))
    return cycle


def _clone_money(source: Cycle, cycle: Cycle, *, by: Actor, at: datetime) -> None:
    """Places, themes and envelopes; what was announced is of its edition."""
    areas = _clone_areas(source, cycle, by=by, at=at)
    themes = _clone_themes(source, cycle, by=by, at=at)
    for envelope in source.envelopes.order_by("pk"):
        add_envelope(
            cycle, by=by, at=at, name=envelope.name, amount_eur=envelope.amount_eur, section=envelope.section,
            area=areas.get(envelope.area_id or 0), theme=themes.get(envelope.theme_id or 0), public=envelope.public,
            minimum_eur=envelope.minimum_eur, maximum_eur=envelope.maximum_eur,
            owner_department=envelope.owner_department,
        )  # fmt: skip


def _clone_calendar(source: Cycle, cycle: Cycle, shift: timedelta, *, by: Actor, at: datetime) -> None:
    """Phases, days off and public moments; the vote of the budget is the council's to date."""
    for phase in source.phases.order_by("opens_at", "pk"):
        opens_at, closes_at = (_moved(day, shift) for day in (phase.opens_at, phase.closes_at))
        set_phase(
            cycle, by=by, at=at, kind=phase.kind, opens_at=opens_at, closes_at=closes_at, call_kind=phase.call_kind
        )
    for day in source.calendar_days.filter(kind__in=OURS).order_by("on", "pk"):
        until_on = day.until_on + shift if day.until_on else None
        add_day(cycle, by=by, at=at, kind=day.kind, on=day.on + shift, until_on=until_on, label=day.label)
    frame = selectors.frame_of(source)
    if frame.pk:
        set_frame(
            cycle, by=by, at=at, school_zone=frame.school_zone, is_alsace_moselle=frame.is_alsace_moselle,
            printing_days=frame.printing_days,
        )  # fmt: skip


def _moved(moment: datetime, shift: timedelta) -> datetime:
    local = moment.astimezone(public_body().zone)
    return (local.replace(tzinfo=None) + shift).replace(tzinfo=public_body().zone)


def _clone_areas(source: Cycle, cycle: Cycle, *, by: Actor, at: datetime) -> dict[int, Area]:
    """Parents before children, whatever their order."""
    made: dict[int, Area] = {}
    waiting = list(source.areas.order_by("pk"))
    while waiting:
        ready = [area for area in waiting if area.parent_id is None or area.parent_id in made]
        for area in ready:
            made[area.pk] = add_area(
                cycle, by=by, at=at, kind=area.kind, name=area.name, code=area.code, population=area.population,
                outline=area.outline, simple_outline=area.simple_outline, box=area.box, rank=area.rank,
                parent=made.get(area.parent_id or 0),
            )  # fmt: skip
        waiting = [area for area in waiting if area.pk not in made]
        if not ready:
            break
    return made


def _clone_themes(source: Cycle, cycle: Cycle, *, by: Actor, at: datetime) -> dict[int, Theme]:
    return {
        theme.pk: add_theme(cycle, by=by, at=at, name=theme.name, code=theme.code, drawing=theme.drawing)
        for theme in source.themes.order_by("pk")
    }


def _clone_body(body: Body, cycle: Cycle, shift: timedelta, *, by: Actor, at: datetime) -> None:
    """What it is and how it is composed; its members, its call and its publication are to come."""
    made = create_body(
        cycle, by=by, at=at, name=body.name, slug=body.slug, kind=body.kind, purpose=body.purpose, powers=body.powers,
        rule_code=body.rule_code, quorum=body.quorum, department=body.department, call_text=body.call_text,
        mandate_from=body.mandate_from + shift, mandate_until=body.mandate_until + shift,
    )  # fmt: skip
    for college in sorted(body.colleges.all(), key=lambda college: (college.position, college.pk)):
        add_college(
            made, by=by, at=at, name=college.name, seats=college.seats, recruitment=college.recruitment
        )  # fmt: skip
    if body.charter:
        write_charter(made, by=by, at=at, words=body.charter)


def _clone_preparation(source: Cycle, cycle: Cycle, shift: timedelta, *, by: Actor, at: datetime) -> None:
    """Who answers for each department and what is to prepare, by the people who still work here."""
    for row in source.correspondents.select_related("department", "person").order_by("pk"):
        if _works_here(row.person, at):
            name_correspondent(cycle, row.department, by=by, at=at, person=row.person)
    items = list(source.checklist.select_related("department", "person").order_by("pk"))
    ChecklistItem.objects.bulk_create(
        [
            ChecklistItem(
                cycle=cycle, code=item.code, label=item.label, department=item.department, due_on=item.due_on + shift,
                person=item.person if _works_here(item.person, at) else None,
            )
            for item in items
        ]
    )  # fmt: skip
    if items:
        journal.record(journal.Line(cycle.journal_chain, at, by, "start_checklist", cycle))


def _works_here(person: User | None, at: datetime) -> bool:
    return person is not None and person.is_active and bool(person.held_roles(at))
