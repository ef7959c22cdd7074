"""The same form posted twice, one after the other or at once, adds one college, one day."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connections

from bp_platform.core import calendar
from bp_platform.core.models import JournalEntry
from cycles import services
from cycles.models import CalendarDay, College, Recruitment
from tests.factories import meetings as factory


def add_college(body, at, **facts):
    college = {"name": "Associations", "seats": 4, "recruitment": Recruitment.LOT}
    return services.add_college(body, at=at, **college, **facts)


def add_day(body, at, **facts):
    day = {"kind": "council", "on": calendar.local_day(at) + timedelta(40), "label": "Conseil municipal"}
    return services.add_day(body.cycle, at=at, **day, **facts)


ADDED = {
    "college": (add_college, College.objects.filter(name="Associations"), "add_college"),
    "day": (add_day, CalendarDay.objects.all(), "add_calendar_day"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ADDED)
def test_the_same_key_twice_is_one_and_comes_back(at, town, paula, kind):
    add, rows, act = ADDED[kind]
    body, key = factory.body(at), uuid4()

    first = add(body, at, by=paula, key=key)
    again = add(body, at, by=paula, key=key)

    assert (first.pk, rows.all().count()) == (again.pk, 1)
    assert JournalEntry.objects.filter(act=act).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ADDED)
def test_the_same_key_twice_at_once_is_one(at, town, paula, kind):
    add, rows, act = ADDED[kind]
    body, key = factory.body(at), uuid4()
    start, found = threading.Barrier(2), []

    def post():
        try:
            start.wait(timeout=20)
            found.append(add(body, at, by=paula, key=key).pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=post) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert found == [rows.all().get().pk] * 2
    assert JournalEntry.objects.filter(act=act).count() == 1
