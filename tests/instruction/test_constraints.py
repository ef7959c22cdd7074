"""The database refuses what the acts would refuse: a raw update cannot lie."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from instruction import selectors, services
from instruction.models import Arbitration, Assignment, Case, Costing, CostItem, DepartmentOpinion, Question
from instruction.models.costing import VAT_RATES
from tests.factories import instruction as factory

NOW = timezone.now()
REFUSED = {
    "outcome": "unfeasible",
    "refusal_reason": "no_land_control",
    "refusal_article": "3.5",
    "explanation": "La place est privée.",
    "next_step": "Proposez-la à la copropriété.",
    "price_eur": None,
    "changes": "",
}


def refused(model, name: str, **changes) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model.objects.update(**changes)


@pytest.mark.parametrize(
    ("state", "changes", "constraint"),
    [
        ("received", {"state": "triaged"}, "case_triaged_iff_dated"),
        ("triaged", {"triaged_at": None}, "case_triaged_iff_dated"),
        ("triaged", {"state": "under_review"}, "case_started_iff_dated"),
        ("under_review", {"state": "reviewed"}, "case_reviewed_iff_dated"),
        ("reviewed", {"state": "decided"}, "case_decided_iff_dated|case_outcome_iff_decided"),
        ("reviewed", {"state": "decided", "decided_at": NOW}, "case_outcome_iff_decided"),
        ("reviewed", {"outcome": "feasible"}, "case_outcome_iff_decided|case_feasible_is_costed"),
        ("reviewed", {"price_eur": Decimal(5)}, "case_outcome_iff_decided"),
        ("decided", {"state": "published"}, "case_published_iff_dated"),
        ("decided", {"published_at": NOW}, "case_published_iff_dated"),
        ("decided", {"decided_by_label": ""}, "case_outcome_iff_decided"),
        ("decided", {"outcome": ""}, "case_outcome_iff_decided"),
        ("decided", {"price_eur": None}, "case_feasible_is_costed"),
        ("decided", {"costing": None}, "case_feasible_is_costed"),
        ("decided", {"changes": "Deux bancs."}, "case_changes_are_told"),
        ("decided", {"outcome": "feasible_with_changes"}, "case_changes_are_told"),
        ("decided", {"outcome": "unfeasible"}, "case_refusal_has_its_four_parts"),
        ("decided", {"explanation": "Parce que."}, "case_refusal_has_its_four_parts"),
        ("decided", REFUSED | {"refusal_reason": ""}, "case_refusal_has_its_four_parts"),
        ("decided", REFUSED | {"refusal_reason": "ugly"}, "case_refusal_has_its_four_parts"),
        ("decided", REFUSED | {"refusal_article": ""}, "case_refusal_has_its_four_parts"),
        ("decided", REFUSED | {"explanation": " \n "}, "case_refusal_has_its_four_parts"),
        ("decided", REFUSED | {"next_step": ""}, "case_refusal_has_its_four_parts"),
        (
            "decided",
            REFUSED | {"refusal_reason": "contrary_to_deliberated_policy", "refusal_article": "3.11"},
            "case_political_reason_is_elected",
        ),
    ],
)
def test_a_case_tells_the_truth(case_in, state, changes, constraint):
    case_in(state)

    refused(Case, constraint, **changes)


def test_a_whole_refusal_is_accepted(case_in):
    case_in("decided")

    assert Case.objects.update(**REFUSED) == 1


def test_a_case_has_one_lead(case_in, buildings):
    case_in("triaged", consulted=[buildings])

    refused(Assignment, "assignment_one_lead_per_case", kind="lead")


def test_a_department_speaks_once(case_in, green_spaces, buildings):
    case_in("reviewed", consulted=[buildings])

    with pytest.raises(IntegrityError, match="opinion_one_per_department"), transaction.atomic():
        DepartmentOpinion.objects.create(
            case=Case.objects.get(), department=buildings, verdict="favourable", public_text="Oui.", given_at=NOW
        )


def test_a_question_waits_alone_and_is_answered_whole(case_in):
    case_in("awaiting_owner")

    with pytest.raises(IntegrityError, match="question_one_open_per_case"), transaction.atomic():
        Question.objects.create(case=Case.objects.get(), text="Et où ?", asked_at=NOW)
    refused(Question, "question_answered_iff_dated", answered_at=NOW + timedelta(days=400))
    refused(Question, "question_answered_iff_dated", answer="Quatre.")


def test_an_arbitration_is_elected_and_signed(case_in):
    case = case_in("reviewed")

    for facts in ({"role": "participation", "decider_name": "Paula"}, {"decider_name": ""}):
        with pytest.raises(IntegrityError, match="arbitration_is_by_a_named"), transaction.atomic():
            Arbitration.objects.create(case=case, outcome="feasible", arbitrated_at=NOW, **facts)


@pytest.mark.parametrize("table", ["instruction_costing", "instruction_costitem", "instruction_arbitration"])
def test_what_was_costed_and_arbitrated_stays(case_in, elias, at, table):
    services.declare_feasible(case_in("reviewed"), by=elias, at=at)

    for attack in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(attack)


def test_the_costing_freezes_with_the_decision(case_in, at, green_spaces):
    case = case_in("decided")

    with pytest.raises(IntegrityError, match="the costing of a decided case is frozen"), transaction.atomic():
        Costing.objects.create(
            case=case, version=2, department=green_spaces, confidence_percent=5, price_on=at, set_at=at
        )
    with pytest.raises(IntegrityError, match="the costing of a decided case is frozen"), transaction.atomic():
        CostItem.objects.create(
            costing=case.costing, position=9, kind="works", label="Un banc de plus", quantity=1, unit_price_eur=1,
            vat_percent=0,
        )  # fmt: skip


EUROS = st.decimals(min_value=0, max_value=99_999, places=2)
QUANTITIES = st.decimals(min_value=Decimal("0.01"), max_value=999, places=2)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(st.tuples(QUANTITIES, EUROS, st.sampled_from(VAT_RATES)), min_size=1, max_size=4))
def test_each_line_is_rounded_half_up_and_the_total_adds_up(case_in, green_spaces, at, lines):
    case = Case.objects.first() or case_in("under_review")
    typed = [services.CostLine("works", "Ligne", *line) for line in lines]

    costing = services.set_costing(
        case, by=factory.HAND, at=at, lines=typed, confidence_percent=0, price_on=at.date(), department=green_spaces
    )

    expected = [selectors.line_totals(*line) for line in lines]
    sheet = selectors.cost_sheet(costing)
    assert [(i.net_eur, i.vat_eur, i.total_eur) for i in sheet.items] == [
        (e.net_eur, e.vat_eur, e.total_eur) for e in expected
    ]
    assert sheet.total_eur == sheet.net_eur + sheet.vat_eur == sum(e.total_eur for e in expected)


def test_half_a_cent_goes_up():
    totals = selectors.line_totals(Decimal("0.5"), Decimal("0.01"), Decimal("20"))

    assert (totals.net_eur, totals.vat_eur, totals.total_eur) == (Decimal("0.01"), Decimal("0.00"), Decimal("0.01"))
