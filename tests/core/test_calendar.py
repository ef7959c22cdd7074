"""Dates as people read them, in the town's time zone, across the change of hour."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bp_platform.core import calendar

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2026, 9, 15), date(2026, 10, 4), "du 15 septembre au 4 octobre 2026"),
        (date(2026, 9, 1), date(2026, 9, 14), "du 1er septembre au 14 septembre 2026"),
        (date(2026, 9, 2), date(2026, 9, 14), "du 2 au 14 septembre 2026"),
        (date(2026, 12, 20), date(2027, 1, 3), "du 20 décembre 2026 au 3 janvier 2027"),
        (date(2026, 9, 1), date(2026, 9, 1), "le 1er septembre 2026"),
    ],
)
def test_spans(start, end, words):
    assert calendar.span_words(start, end) == words


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2026, 5, 12), date(2026, 5, 18), "12 – 18 mai"),
        (date(2026, 5, 12), date(2026, 6, 8), "12 mai – 8 juin"),
        (date(2026, 5, 12), date(2027, 5, 12), "12 mai 2026 – 12 mai 2027"),
        (date(2026, 5, 12), date(2026, 5, 12), "12 mai"),
    ],
)
def test_a_short_span_tells_the_years_only_when_they_differ(start, end, words):
    assert calendar.short_span(start, end).replace("\u00a0", " ") == words


def test_a_day_starts_at_local_midnight_on_both_sides_of_the_change_of_hour():
    assert calendar.at_midnight(date(2026, 3, 29), PARIS).astimezone(UTC) == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert calendar.at_midnight(date(2026, 3, 30), PARIS).astimezone(UTC) == datetime(2026, 3, 29, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (datetime(2026, 3, 2, 19, tzinfo=UTC), "Dernier jour"),
        (datetime(2026, 3, 3, 19, tzinfo=UTC), "Plus que 1 jour"),
        (datetime(2026, 3, 11, 19, tzinfo=UTC), "Plus que 9 jours"),
        (datetime(2026, 3, 11, 23, tzinfo=UTC), "Plus que 9 jours"),
        (datetime(2026, 4, 11, 19, tzinfo=UTC), "Encore 40 jours"),
    ],
)
def test_how_long_is_left(until, words):
    assert calendar.days_left_words(until, datetime(2026, 3, 2, 9, tzinfo=UTC)) == words


def test_a_moment():
    assert calendar.moment_words(datetime(2026, 10, 4, 18, tzinfo=UTC)) == "dimanche 4 octobre 2026 à 20\u00a0h"
    assert (
        calendar.moment_words(datetime(2026, 10, 8, 16, 30, tzinfo=UTC)) == "jeudi 8 octobre 2026 à 18\u00a0h\u00a030"
    )
