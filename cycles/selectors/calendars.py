"""The calendar of an edition as pages, feeds and checks read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from bp_platform.core import calendar
from cycles import calendar_checks, daysoff, reserve, retroplan
from cycles.calendar_checks import Facts, Remark, Stage
from cycles.daysoff import Span
from cycles.models import CalendarChange, CalendarDay, CalendarDayKind, Cycle, CycleFrame, Election, ElectionKind, Phase
from cycles.rules import BallotRules
from cycles.selectors.rulebooks import rules_of


@dataclass(frozen=True, slots=True)
class Dated:
    """Something of the public calendar. `uid` never changes; `revision` and `changed_at` grow when it moves.

    Whole days when `opens_at` is a date: then `closes_at` is the last day included.
    """

    uid: str
    title: str
    opens_at: datetime | date
    closes_at: datetime | date
    text: str = ""
    place: str = ""
    revision: int = 0
    changed_at: datetime | None = None
    kind: str = ""


def stage_of(phase: Phase) -> Stage:
    """A phase by its local days."""
    last = calendar.local_day(calendar.last_instant(phase.closes_at))
    return Stage(phase.kind, str(phase.get_kind_display()), calendar.local_day(phase.opens_at), last)


def ordered_phases(cycle: Cycle) -> list[Phase]:
    """The phases by date; one query."""
    return list(cycle.phases.order_by("opens_at", "closes_at", "pk"))


def weeks_of(cycle: Cycle) -> dict[str, int]:
    """How many weeks each phase of the edition lasts, else the usual ones."""
    stages = [stage_of(phase) for phase in ordered_phases(cycle)]
    if not stages:
        return dict(retroplan.USUAL_WEEKS)
    return {stage.kind: max(1, -(-stage.days // 7)) for stage in stages}


def elections() -> list[reserve.Vote]:
    """The elections to come and just past: those known, and those that the team wrote."""
    rows = Election.objects.order_by("first_round_on", "pk")
    return reserve.calendar_of(
        reserve.Vote(
            row.kind, row.first_round_on, row.last_round_on, is_set_aside=row.is_set_aside, reason=row.reason, pk=row.pk
        )
        for row in rows
    )


def reserve_at(day: date) -> reserve.Reserve | None:
    """The reserve before an election that holds on that day."""
    return reserve.at(elections(), day)


def election_words(kind: str) -> str:
    """« élection présidentielle »."""
    return str(ElectionKind(kind).label)


def facts_of(cycle: Cycle, frame: CycleFrame, stages: Sequence[Stage], ballot: BallotRules | None = None) -> Facts:
    """What the calendar of these stages is checked against; `ballot`: as drafted, else as in force."""
    days = list(cycle.calendar_days.order_by("on", "pk"))
    first = min((stage.first for stage in stages), default=date(2026, 1, 1))
    last = max((stage.last for stage in stages if stage.kind != "realisation"), default=first)
    years = range(first.year, min(last.year, first.year + 6) + 1)
    zone = frame.school_zone
    public: dict[date, str] = {}
    for year in years:
        public |= daysoff.public_holidays(year, zone, is_alsace_moselle=frame.is_alsace_moselle)
    own = [
        Span(row.on, row.until_on or row.on, row.label) for row in days if row.kind == CalendarDayKind.SCHOOL_HOLIDAY
    ]
    ballot = ballot or rules_of(cycle).ballot
    return Facts(
        holidays=public,
        school=(*own, *daysoff.school_holidays(years[0], years[-1], zone)),
        closures=[
            Span(row.on, row.until_on or row.on, row.label) for row in days if row.kind == CalendarDayKind.CLOSURE
        ],
        councils=[row.on for row in days if row.kind == CalendarDayKind.COUNCIL],
        reserves=[reserve.reserve_of(vote) for vote in elections() if not vote.is_set_aside],
        budget_vote_on=frame.budget_vote_on,
        printing_days=frame.printing_days,
        election_names={str(kind.value): str(kind.label) for kind in ElectionKind},
        is_one_day_vote=ballot.decision_mode == "assembly" or ballot.venue == "public_space",
    )


def remarks_of(cycle: Cycle, frame: CycleFrame, stages: Sequence[Stage]) -> list[Remark]:
    """What deserves a look in a calendar, kept or planned."""
    return calendar_checks.remarks(stages, facts_of(cycle, frame, stages)) if stages else []


def planned_stages(planned: Iterable[retroplan.PlannedPhase], names: Mapping[str, str]) -> list[Stage]:
    """A plan as the checks read it."""
    return [Stage(one.kind, names[one.kind], one.first, one.last) for one in planned]


def last_change(cycle: Cycle) -> CalendarChange | None:
    """The change that may be undone: the last one made, unless it was."""
    change = cycle.calendar_changes.order_by("-made_at", "-pk").first()
    return change if change is not None and change.undone_at is None else None


def what_follows(phase: Phase, opens_at: datetime, closes_at: datetime) -> list[str]:
    """What the move of a phase means for what comes after, in sentences."""
    others = [other for other in ordered_phases(phase.cycle) if other.pk != phase.pk]
    said = []
    for other in others:
        words = {"other": str(other.get_kind_display()), "day": calendar.day_words(calendar.local_day(other.opens_at))}
        if _follows(phase, other) and closes_at > max(other.opens_at, phase.closes_at):
            said.append(_("« %(other)s » ouvre le %(day)s, avant cette nouvelle clôture.") % words)
        elif other.opens_at == phase.closes_at and closes_at < other.opens_at:
            said.append(_("« %(other)s » n’ouvre que le %(day)s : rien ne serait ouvert entre les deux.") % words)
    if phase.opens_at != opens_at:
        day = calendar.day_words(calendar.local_day(opens_at))
        said.append(_("Les articles du règlement que cette phase fige se figeront le %(day)s.") % {"day": day})
    return said


def later_phases(phase: Phase, at: datetime) -> list[Phase]:
    """The phases that follow and that can still move."""
    return [
        other
        for other in ordered_phases(phase.cycle)
        if other.pk != phase.pk and _follows(phase, other) and other.opens_at > at
    ]


def _follows(phase: Phase, other: Phase) -> bool:
    """Whether a phase comes after this one: it opens later, on the day that this one closes or after."""
    is_later = other.opens_at > phase.opens_at
    return is_later and calendar.local_day(other.opens_at) >= calendar.local_day(phase.closes_at)


def shifted(moment: datetime, by: timedelta) -> datetime:
    """The same local hour some days later, summer time or not."""
    local = timezone.localtime(moment)
    return (local.replace(tzinfo=None) + by).replace(tzinfo=local.tzinfo)


def dated_of(cycle: Cycle) -> list[Dated]:
    """The public calendar but for the meetings, which tell their own hours: phases, councils, moments for everybody."""
    phases = [
        Dated(
            uid=f"phase-{phase.pk}",
            title=str(phase.get_kind_display()),
            opens_at=phase.opens_at,
            closes_at=phase.closes_at,
            text=phase.public_text,
            revision=phase.revision,
            changed_at=phase.changed_at,
            kind=phase.kind,
        )
        for phase in ordered_phases(cycle)
    ]
    days = cycle.calendar_days.filter(kind__in=[CalendarDayKind.COUNCIL, CalendarDayKind.PUBLIC_EVENT])
    return [*phases, *(_dated_day(row) for row in days.order_by("on", "pk"))]


def _dated_day(row: CalendarDay) -> Dated:
    return Dated(
        uid=f"jour-{row.pk}",
        title=row.label,
        opens_at=row.on,
        closes_at=row.until_on or row.on,
        text=str(row.get_kind_display()).capitalize(),
        kind=row.kind,
    )
