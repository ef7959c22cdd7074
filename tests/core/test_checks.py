"""A row's checks in one question: the same answers as one by one, and the sentence of the one that fails."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from bp_platform.core.checks import Checked, passes
from instruction.models import CostItem
from tests.factories import cycles
from tests.factories import instruction as factory

pytestmark = pytest.mark.django_db

CHECKED = [model for model in apps.get_models() if issubclass(model, Checked)]


@pytest.fixture
def case(at, green_spaces):
    return factory.case(cycles.cycle(at, open_phase="instruction"), at, green_spaces, state="decided")


@pytest.mark.parametrize("model", CHECKED, ids=lambda model: model.__name__)
def test_there_is_something_to_put_together(model):
    assert sum(isinstance(c, models.CheckConstraint) for c in model._meta.constraints) > 1


def test_a_sound_row_costs_one_question(case):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        case.validate_constraints()

    assert [q["sql"] for q in asked if "SAVEPOINT" not in q["sql"]] == [asked[1]["sql"]]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"explanation": "Parce que."}, ["Un refus porte son motif, l’article du règlement, une explication et ce que le porteur peut faire."]),
        ({"price_eur": None}, ["Un projet réalisable est chiffré : complétez d’abord le chiffrage."]),
        ({"changes": "Deux bancs.", "price_eur": None}, ["Un projet réalisable est chiffré : complétez d’abord le chiffrage.", "Dites ce qui change par rapport à l’idée déposée."]),
    ],
)  # fmt: skip
def test_whatever_fails_says_its_own_sentence(case, facts, said):
    for name, value in facts.items():
        setattr(case, name, value)

    with pytest.raises(ValidationError) as refused:
        case.validate_constraints()

    assert [words.replace("\u00a0", " ").replace("\u202f", " ") for words in refused.value.messages] == said


def test_an_unknown_value_fails_no_check(case):
    item = CostItem(costing=case.costing, label="Banc", quantity=None, unit_price_eur=None, vat_percent="20.00")

    assert passes(item)
    item.label = ""
    assert not passes(item)


def test_a_check_whose_field_is_left_out_is_not_asked_and_the_others_are(case):
    item = case.costing.items.get(position=1)
    item.quantity, item.label = -1, ""

    with pytest.raises(ValidationError) as refused:
        item.validate_constraints(exclude={"quantity"})

    assert len(refused.value.messages) == 1
    assert "cost_item_is_named" in refused.value.messages[0]


def test_a_value_that_the_database_cannot_read_hides_no_other_fault(case):
    """Django takes a check that the database could not answer as passed: the others still speak."""
    item = case.costing.items.get(position=1)
    item.unit_price_eur, item.label = "12e9999999", ""

    assert not passes(item)
    with pytest.raises(ValidationError, match="cost_item_is_named"):
        item.validate_constraints()
    assert CostItem.objects.filter(pk=item.pk).exists()  # the transaction goes on
