"""Meetings as calendar programs read them (RFC 5545). Times are written in UTC: each program shows its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC

import icalendar

from cycles.selectors import FeedMeeting

PRODUCT = "-//Budget participatif//FR"


def event(meeting: FeedMeeting, *, base_url: str, host: str) -> icalendar.Event:
    """One meeting. Its UID never changes; a cancelled one says so, so that calendars strike it."""
    made = icalendar.Event()
    made.add("uid", f"{meeting.uid}@{host}")
    made.add("sequence", meeting.sequence)
    made.add("dtstamp", meeting.stamp.astimezone(UTC))
    made.add("dtstart", meeting.starts_at.astimezone(UTC))
    made.add("dtend", meeting.ends_at.astimezone(UTC))
    made.add("summary", meeting.title)
    made.add("location", meeting.place)
    made.add("description", f"{meeting.text}\n\n{base_url}{meeting.url}".strip())
    made.add("url", base_url + meeting.url)
    made.add("categories", [meeting.kind])
    made.add("status", "CANCELLED" if meeting.is_cancelled else "CONFIRMED")
    return made


def calendar_of(meetings: Iterable[FeedMeeting], *, name: str, base_url: str, host: str) -> bytes:
    """The whole file."""
    made = icalendar.Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    for meeting in meetings:
        made.add_component(event(meeting, base_url=base_url, host=host))
    content: bytes = made.to_ical()
    return content
