"""The public calendar of an edition, month by month, as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bp_platform.core import calendar
from cycles.models import Cycle, Meeting
from cycles.selectors.calendars import Dated, dated_of
from cycles.selectors.meetings import hours_words


@dataclass(frozen=True, slots=True)
class CalendarLine:
    """Something dated, in words. `state`: past, now or next."""

    title: str
    when: str
    text: str
    state: str
    day: date
    url: str = ""


@dataclass(frozen=True, slots=True)
class CalendarMonth:
    """« Mars 2026 » and what begins then."""

    name: str
    lines: tuple[CalendarLine, ...]


def months_of(cycle: Cycle, at: datetime) -> list[CalendarMonth]:
    """What begins in each month, in order."""
    meetings = cycle.meetings.public().select_related("cycle").order_by("starts_at", "pk")
    lines = [
        *(_line(dated, at) for dated in dated_of(cycle)),
        *(_meeting_line(meeting, at) for meeting in meetings if not meeting.is_cancelled),
    ]
    lines.sort(key=lambda line: (line.day, line.title))
    months: dict[tuple[int, int], list[CalendarLine]] = {}
    for line in lines:
        months.setdefault((line.day.year, line.day.month), []).append(line)
    return [
        CalendarMonth(date_format(rows[0].day, "F Y").capitalize(), tuple(rows))
        for _key, rows in sorted(months.items())
    ]


def _line(dated: Dated, at: datetime) -> CalendarLine:
    first, last, when = _span(dated)
    today = calendar.local_day(at)
    if isinstance(dated.opens_at, datetime) and isinstance(dated.closes_at, datetime):
        state = "past" if dated.closes_at <= at else "now" if dated.opens_at <= at else "next"
    else:
        state = "past" if last < today else "now" if first <= today else "next"
    return CalendarLine(dated.title, when, dated.text, state, first)


def _meeting_line(meeting: Meeting, at: datetime) -> CalendarLine:
    state = "past" if meeting.ends_at <= at else "now" if meeting.starts_at <= at else "next"
    address = reverse("cycles:meeting", args=[meeting.cycle.slug, meeting.slug])
    day = calendar.local_day(meeting.starts_at)
    return CalendarLine(meeting.title, hours_words(meeting), meeting.place, state, day, address)


def _span(dated: Dated) -> tuple[date, date, str]:
    """Its first and last days, and both in words: the hours too when it does not run from midnight to midnight."""
    if not (isinstance(dated.opens_at, datetime) and isinstance(dated.closes_at, datetime)):
        first, last = _day(dated.opens_at), _day(dated.closes_at)
        return first, last, calendar.span_words(first, last)
    first = calendar.local_day(dated.opens_at)
    last = calendar.local_day(calendar.last_instant(dated.closes_at))
    is_whole = _is_midnight(dated.opens_at) and _is_midnight(dated.closes_at)
    if is_whole:
        return first, last, calendar.span_words(first, last)
    words = {"start": calendar.moment_words(dated.opens_at), "end": calendar.moment_words(dated.closes_at)}
    return first, last, _("du %(start)s au %(end)s") % words


def _is_midnight(at: datetime) -> bool:
    return calendar.local_day(at) != calendar.local_day(at - timedelta(seconds=1))


def _day(value: datetime | date) -> date:
    return value.date() if isinstance(value, datetime) else value
