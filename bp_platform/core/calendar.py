"""Dates as people read them, in the public body's time zone. Nothing here reads the clock."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _


def local_day(at: datetime, zone: ZoneInfo | None = None) -> date:
    """The calendar day of an instant, in the given or current time zone."""
    return timezone.localtime(at, zone).date()


def at_midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day there, DST included."""
    return datetime.combine(day, time.min, tzinfo=zone)


def day_words(day: date, *, year: bool = True) -> str:
    """« 1er mars 2026 » (French writes the first with its mark)."""
    return _day_in(get_language() or "fr", day, year)


@lru_cache(maxsize=4096)  # a page of the ledger writes the same hundred days at each reading
def _day_in(language: str, day: date, year: bool) -> str:
    """In the active language, which is told for its words to be kept apart."""
    if language.startswith("fr") and day.day == 1:
        return f"1er {date_format(day, 'F Y' if year else 'F')}"
    return date_format(day, "j F Y" if year else "j F")


def span_words(start: date, end: date) -> str:
    """« du 15 septembre au 4 octobre 2026 », without repeating the month or the year when they are the same."""
    if start == end:
        return _("le %(day)s") % {"day": day_words(start)}
    if (start.year, start.month) == (end.year, end.month) and start.day != 1:
        first = str(start.day)
    else:
        first = day_words(start, year=start.year != end.year)
    return _("du %(start)s au %(end)s") % {"start": first, "end": day_words(end)}


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def short_span(start: date, end: date) -> str:
    """« 12 janv. – 8 mars », with the years when they differ: for a station of the line."""
    if start == end:
        return date_format(start, "j N")
    if start.year != end.year:
        first, last = (date_format(day, "j N Y").replace(" ", "\u00a0") for day in (start, end))
        return f"{first}\u00a0– {last}"
    first = date_format(start, "j N" if (start.year, start.month) != (end.year, end.month) else "j")
    return f"{first}\u00a0–\u00a0{date_format(end, 'j N')}"


def moment_words(at: datetime) -> str:
    """« dimanche 4 octobre 2026 à 20 h » in the current time zone."""
    local = timezone.localtime(at)
    return _("%(weekday)s %(day)s à %(hour)s") % {
        "weekday": date_format(local, "l"),
        "day": day_words(local.date()),
        "hour": hour_words(local.time()),
    }


def hour_words(hour: time) -> str:
    """« 20 h », « 18 h 30 »; « 20:00 » in English."""
    values = {"hour": hour.hour, "minutes": f"{hour.minute:02d}"}
    return (_("%(hour)s\u00a0h\u00a0%(minutes)s") if hour.minute else _("%(hour)s\u00a0h")) % values


def last_instant(closes_at: datetime) -> datetime:
    """An interval is [opens, closes): what people read is the last minute inside it."""
    return closes_at - timedelta(minutes=1) if timezone.localtime(closes_at).time() == time.min else closes_at


def days_left(until: datetime, at: datetime) -> int:
    """Whole local days between two instants: 0 means today."""
    return (local_day(last_instant(until)) - local_day(at)).days


def days_left_words(until: datetime, at: datetime) -> str:
    """« Dernier jour », « Plus que 9 jours », « Encore 40 jours »."""
    days = days_left(until, at)
    if days <= 0:
        return _("Dernier jour")
    if days <= 10:
        return ngettext("Plus que %(days)d jour", "Plus que %(days)d jours", days) % {"days": days}
    return ngettext("Encore %(days)d jour", "Encore %(days)d jours", days) % {"days": days}
