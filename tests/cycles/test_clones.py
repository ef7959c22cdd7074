"""A new edition from a former one: all that was prepared, nothing that happened."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from bp_platform.accounts import services as accounts
from bp_platform.accounts.models import Department
from bp_platform.core import calendar
from bp_platform.core.models import JournalEntry
from cycles import services
from cycles.models import Area, Correspondent, Member
from tests.factories import cycles as factory
from tests.factories import meetings

pytestmark = pytest.mark.django_db
NAMES = {"title": "Édition 2027", "slug": "2027", "number_prefix": "BP27"}
SQUARE = {"type": "Polygon", "coordinates": [[[0, 47], [0, 48], [1, 48], [0, 47]]]}


@pytest.fixture
def former(at, town, paula, bruno, green_spaces):
    """An edition with a committee that sits, places that are drawn, days of its own, a checklist half done."""
    cycle = factory.cycle(at, total_eur=Decimal(120000))
    ville = cycle.areas.get(code="ville")
    Area.objects.create(
        cycle=cycle, name="Bel-Air", code="bel-air", kind="priority", parent=ville, population=2105, outline=SQUARE,
        simple_outline=SQUARE, box=[0, 47, 1, 48], rank=3,
    )  # fmt: skip
    services.add_envelope(
        cycle, by=paula, at=at, name="Jeunes", amount_eur="5000", announced_eur="6000", public="youth",
        maximum_eur="1000", section="operating", area=cycle.areas.get(code="bel-air"),
    )  # fmt: skip
    services.set_frame(cycle, by=paula, at=at, school_zone="B", printing_days=30, budget_vote_on=date(2026, 12, 1))
    services.add_day(cycle, by=paula, at=at, kind="council", on=date(2026, 6, 1), label="Conseil")
    services.add_day(cycle, by=paula, at=at, kind="school_holiday", on=date(2026, 7, 4), label="Été")
    services.add_day(cycle, by=paula, at=at, kind="public_event", on=date(2026, 6, 20), label="Fête du fleuve")
    body = meetings.body(at, cycle=cycle, charter="Nous écoutons.", charter_version=4)
    meetings.member(at, body, "Élias Ben Amar")
    services.name_correspondent(cycle, green_spaces, by=paula, at=at, person=bruno)
    done = services.add_item(cycle, by=paula, at=at, label="Réserver la halle", due_on=date(2026, 3, 20), person=bruno)
    services.tick_item(done, by=paula, at=at, is_done=True)
    return cycle


def clone(former, paula, at):
    return services.clone_cycle(former, by=paula, at=at, **NAMES)


def test_places_and_money_keep_all_that_they_are(former, paula, at):
    cycle = clone(former, paula, at)

    area = cycle.areas.get(code="bel-air")
    assert (area.kind, area.population, area.outline, area.simple_outline, area.box, area.rank, area.parent.code) == (
        "priority", 2105, SQUARE, SQUARE, [0, 47, 1, 48], 3, "ville",
    )  # fmt: skip
    row = cycle.envelopes.get(name="Jeunes")
    assert (row.public, row.maximum_eur, row.section, row.area, row.announced_eur) == (
        "youth", Decimal(1000), "operating", area, None,
    )  # fmt: skip
    assert cycle.total_eur == Decimal(120000)


def test_the_town_s_own_days_move_by_weeks_and_not_those_of_others(former, paula, at):
    cycle = clone(former, paula, at)

    assert list(cycle.calendar_days.values_list("kind", "on", "label")) == [
        ("public_event", date(2027, 6, 19), "Fête du fleuve")
    ]
    assert (cycle.frame.school_zone, cycle.frame.printing_days, cycle.frame.budget_vote_on) == ("B", 30, None)


def test_bodies_come_without_who_sat_and_unpublished(former, paula, at):
    cycle = clone(former, paula, at)

    body, before = cycle.bodies.get(), former.bodies.get()
    assert (body.name, body.slug, body.powers, body.charter, body.charter_version, body.published_at) == (
        before.name, before.slug, before.powers, "Nous écoutons.", 1, None,
    )  # fmt: skip
    assert body.mandate_from == before.mandate_from + timedelta(weeks=52)
    assert list(body.colleges.order_by("position").values_list("name", "seats", "recruitment")) == [
        ("Habitantes et habitants", 3, "lot"), ("Élues et élus", 1, "appointed"),
    ]  # fmt: skip
    assert not Member.objects.filter(body=body).exists()


def test_who_answers_and_what_is_to_prepare_go_on_with_who_still_works_here(former, paula, bruno, helene, at):
    culture = Department.objects.create(name="Direction de la culture", short_name="Culture")
    services.name_correspondent(former, culture, by=paula, at=at, person=helene)
    for held in helene.role_assignments.all():
        accounts.move_right(held, by=paula, at=at, until_on=calendar.local_day(at) - timedelta(days=1))

    cycle = clone(former, paula, at)

    assert list(Correspondent.objects.filter(cycle=cycle).values_list("person", flat=True)) == [bruno.pk]
    [item] = cycle.checklist.all()
    assert (item.label, item.person, item.due_on, item.is_done) == (
        "Réserver la halle",
        bruno,
        date(2027, 3, 19),
        False,
    )
    services.clone_cycle(cycle, by=paula, at=at, title="Édition 2028", slug="2028", number_prefix="BP28")
    acts = JournalEntry.objects.filter(chain=cycle.journal_chain).order_by("position").values_list("act", flat=True)
    assert (acts[0], list(acts)[-1]) == ("create_cycle", "clone_cycle:2026")


def test_a_lesson_and_a_number_stay_where_they_were(former, paula, at):
    services.write_lesson(former, by=paula, at=at, text="Prévenez les écoles.", key=uuid4())
    services.next_number(former)

    cycle = clone(former, paula, at)

    assert (cycle.last_number, cycle.lessons.count(), cycle.prior) == (0, 0, former)
