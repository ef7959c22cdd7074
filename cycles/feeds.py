"""The calendar of an edition for people's own diaries (iCalendar, RFC 5545)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event, vText

from cycles import ical as ical_of_meetings
from cycles.selectors import FeedMeeting
from cycles.selectors.calendars import Dated

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)  # the stamp of what never moved: the same bytes at each reading


def ical(
    title: str, events: Sequence[Dated], meetings: Sequence[FeedMeeting], *, base_url: str, host: str, url: str
) -> bytes:
    """The feed, meetings last, as their own files tell them. Instants are in UTC: each diary shows its local hour."""
    feed = Calendar()
    feed.add("prodid", "-//Budget participatif//FR")
    feed.add("version", "2.0")
    feed.add("method", "PUBLISH")
    feed.add("x-wr-calname", vText(title))
    feed.add("refresh-interval", timedelta(days=1), parameters={"VALUE": "DURATION"})
    for event in events:
        feed.add_component(_event(event, title=title, host=host, url=url))
    for meeting in meetings:
        feed.add_component(ical_of_meetings.event(meeting, base_url=base_url, host=host))
    return bytes(feed.to_ical())


def _event(dated: Dated, *, title: str, host: str, url: str) -> Event:
    event = Event()
    event.add("uid", f"{dated.uid}@{host}")
    event.add("summary", f"{dated.title} · {title}")
    event.add("dtstamp", (dated.changed_at or BEGINNING).astimezone(UTC))
    if dated.changed_at is not None:
        event.add("last-modified", dated.changed_at.astimezone(UTC))
    event.add("sequence", dated.revision)
    if isinstance(dated.opens_at, datetime) and isinstance(dated.closes_at, datetime):
        event.add("dtstart", dated.opens_at.astimezone(UTC))
        event.add("dtend", dated.closes_at.astimezone(UTC))
    else:
        event.add("dtstart", _day(dated.opens_at))
        event.add("dtend", _day(dated.closes_at) + timedelta(days=1))  # the end is not included
    if dated.text:
        event.add("description", dated.text)
    if dated.place:
        event.add("location", dated.place)
    event.add("url", url)
    event.add("transp", "TRANSPARENT")
    return event


def _day(value: datetime | date) -> date:
    return value.date() if isinstance(value, datetime) else value
