"""The programme of a department: laureates, months, what is due; and the same quarter for a spreadsheet."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from realisation import selectors, services
from realisation.models import Delivery
from realisation.selectors import Quarter
from tests.factories import realisation as factory


@pytest.mark.parametrize(
    ("written", "expected"),
    [("2026-T4", (2026, 4)), ("", (2026, 1)), ("2026-T5", (2026, 1)), ("demain", (2026, 1)), ("0001-T1", (2026, 1))],
)
def test_a_quarter_is_read(written, expected):
    quarter = Quarter.read(written, date(2026, 3, 2))

    assert (quarter.year, quarter.number) == expected


def test_quarters_follow_each_other():
    last = Quarter(2026, 4)

    assert (last.shifted(1), last.shifted(-4), last.words) == (
        Quarter(2027, 1),
        Quarter(2025, 4),
        "octobre à décembre 2026",
    )


@pytest.fixture
def planned(cycle, delivery, bruno, at):
    """Plans validated late, works in April, delivery at the end of 2027."""
    services.plan_milestone(delivery, by=bruno, at=at, kind="design", planned_on=date(2026, 2, 10))
    services.plan_milestone(delivery, by=bruno, at=at, kind="works", planned_on=date(2026, 4, 15))
    return delivery


def test_each_month_says_what_is_due_and_what_is_late_from_before(planned, at):
    (row,) = selectors.programme_rows(selectors.programme(Delivery.objects.all(), Quarter(2026, 2), at))

    assert [(cell.text, cell.is_late) for cell in row.cells[1:]] == [
        ("Plans validés, 10 fév.", True),
        ("Début des travaux, 15 avr.", False),
        ("", False),
        ("", False),
    ]


def test_the_csv_is_the_quarter(planned, helene, sign_in):
    raw = sign_in(helene).get("/bureau/chantiers/programme.csv?trimestre=2026-T2").content.decode("utf-8-sig")

    lines = list(csv.DictReader(io.StringIO(raw), delimiter=";"))
    assert [(line["étape"], line["attendue le"], line["montant voté"]) for line in lines] == [
        ("Plans validés", "2026-02-10", "40000.00"),
        ("Début des travaux", "2026-04-15", "40000.00"),
    ]


def test_a_department_sees_its_own(planned, cycle, at, buildings, helene, farid, sign_in):
    factory.delivery(cycle, at, lead=buildings, price="9000.00", proposal={"title": "Une halle"})

    page = sign_in(helene).get("/bureau/chantiers/programme/?trimestre=2027-T4").content.decode()

    assert "1 étape, octobre à décembre 2027" in page
    assert "Une halle" not in page
    assert sign_in(farid).get("/bureau/chantiers/programme/").status_code == 404
    assert sign_in(farid).get("/bureau/chantiers/programme.csv").status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_it_costs_the_same_for_one_and_for_three(cycle, at, green_spaces, helene, django_assert_num_queries, number):
    for _ in range(number):
        factory.delivery(cycle, at, lead=green_spaces, price="900.00")
    rows = Delivery.objects.select_related("proposal__area", "lead_department")

    with django_assert_num_queries(2):
        selectors.programme_rows(selectors.programme(rows, Quarter(2027, 4), at))
