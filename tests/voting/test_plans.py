"""What a rulebook becomes in a vote: its lists, its ballots, its floors, caps, exclusions; and what cannot be."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bp_platform.core.decisions import Refused
from cycles.models import Area, AreaKind, Envelope
from cycles.rules import Rules
from tests.factories import cycles as rulebooks
from tests.factories import voting as make
from voting import selectors, services
from voting.sealed import rules_from
from voting.tally.values import Cap, Dimension, Floor, ThresholdUnit, TieCriterion

pytestmark = pytest.mark.django_db
LAUREATES = {"leftovers": {"unspent": "town_list"}}


@pytest.fixture
def cycle():
    """Les Mariniers, with its own envelope, and Le Bourg in a commune; four feasible projects in the commune."""
    made = make.cycle_with_projects()
    town = made.areas.get(code="ville")
    Area.objects.create(cycle=made, name="Le Bourg", code="bourg", parent=town, kind=AreaKind.PRIORITY)
    own = made.areas.get(code="mariniers")
    Envelope.objects.create(cycle=made, name="Mariniers", amount_eur=Decimal(5000), area=own)
    return made


def planned(cycle, **sections):
    rulebooks.adopt(cycle, Rules.model_validate(sections).model_dump(mode="json"))
    return {scope.id: scope for scope in services.plan_of(cycle).rules.scopes}


def test_each_place_that_has_money_has_a_list_unless_the_rulebook_wants_one(cycle):
    assert {code: scope.budget_cents for code, scope in planned(cycle).items()} == {
        "ville": 10000000,
        "mariniers": 500000,
    }
    assert {c: s.budget_cents for c, s in planned(cycle, ballot={"lists": "single"}).items()} == {"ville": 10500000}


def test_what_a_list_leaves_goes_to_the_town_which_is_then_counted_last(cycle):
    scopes = planned(cycle, **LAUREATES)

    assert [(code, scope.leftover_to) for code, scope in scopes.items()] == [("mariniers", "ville"), ("ville", None)]


def test_a_floor_is_each_place_s_on_the_list_where_it_stands(cycle):
    apart = planned(cycle, ballot={"minimum_per_area": 1, "minimum_per_priority_area": 2})
    single = planned(cycle, ballot={"minimum_per_area": 1, "lists": "single", "minimum_per_theme": 1})

    assert apart["ville"].floors == (Floor(Dimension.AREA, "bourg", 2),)
    assert apart["mariniers"].floors == (Floor(Dimension.AREA, "mariniers", 1),)
    assert single["ville"].floors == (
        Floor(Dimension.AREA, "bourg", 1),
        Floor(Dimension.AREA, "mariniers", 1),
        Floor(Dimension.THEME, "nature", 1),
    )


def test_the_other_limits_are_passed_on(cycle):
    ballot = {"lists": "single", "maximum_laureates": 3, "maximum_per_area": 2, "maximum_per_theme": 1}
    limits = planned(cycle, ballot=ballot | {"threshold_percent": 5, "tie_criterion": "draw_only"})["ville"]
    tranches = [{"code": "petits", "name": "Petits", "up_to_eur": "5000", "amount_eur": "1500"}]
    tranche = planned(cycle, caps={"tranches": tranches})["ville"]
    points = planned(cycle, ballot={"kind": "points", "points_per_voter": 10, "points_per_project": 4})["ville"].ballot

    assert (limits.max_winners, limits.threshold.value, limits.threshold.unit) == (3, 5, ThresholdUnit.PERCENT)
    assert limits.tie_criterion is TieCriterion.DRAW_ONLY
    assert Cap(Dimension.AREA, "bourg", max_projects=2) in limits.caps
    assert Cap(Dimension.THEME, "nature", max_projects=1) in limits.caps
    assert tranche.caps == (Cap(Dimension.TRANCHE, "petits", max_cents=150000),)
    assert (points.max_points, points.max_sum_points, points.max_choices) == (4, 10, None)


def test_floors_that_ask_for_more_laureates_than_there_are_is_refused(cycle):
    with pytest.raises(Refused, match="L’article 7 réserve 4 lauréats aux lieux ou aux thèmes, et n’en admet que 3"):
        planned(cycle, ballot={"lists": "single", "minimum_per_area": 2, "maximum_laureates": 3})


def test_a_priority_quartier_inside_another_place_is_named(cycle):
    inner = cycle.areas.get(code="mariniers")
    Area.objects.create(cycle=cycle, name="Les Quais", code="quais", parent=inner, kind=AreaKind.PRIORITY)

    with pytest.raises(
        Refused, match="Le quartier prioritaire « Les Quais » est à l’intérieur d’un autre lieu".replace(" ", ".")
    ):
        planned(cycle, ballot={"minimum_per_priority_area": 1})


def test_one_site_one_laureate_whatever_the_accents(cycle):
    planned(cycle, ballot={"one_laureate_per_site": True})
    for number, place in ((1, "Place du Marché"), (2, "place  du marche"), (3, "Quai Nord")):
        cycle.proposals.filter(number=f"BP26-000{number}").update(place=place)

    poll = make.draft_poll(cycle=cycle)

    assert rules_from(poll.plan).conflicts == (frozenset({"BP26-0001", "BP26-0002"}),)


def test_what_floors_and_tranches_look_at_is_sealed_with_each_project(cycle):
    tranches = [
        {"code": "petits", "name": "Petits", "up_to_eur": "30000"},
        {"code": "grands", "name": "Grands", "from_eur": "30000", "up_to_eur": "50000"},
    ]
    planned(cycle, ballot={"lists": "single", "minimum_per_area": 1}, caps={"tranches": tranches})
    inner = Area.objects.create(cycle=cycle, name="Quais", code="quais", parent=cycle.areas.get(code="mariniers"))
    cycle.proposals.filter(number="BP26-0001").update(area=inner)

    poll = make.seal(make.draft_poll(cycle=cycle))

    keys = {project.number: project.keys for project in selectors.sealed_of(poll).projects}
    assert keys["BP26-0001"] == {"area": "mariniers", "theme": "nature", "tranche": "grands"}
    assert keys["BP26-0002"]["tranche"] == "petits"
    assert "Avant le classement général" in selectors.rule_words(selectors.sealed_of(poll).rules.scopes[0])


def test_a_project_of_no_tranche_is_named_at_sealing(cycle):
    tranches = [{"code": "petits", "name": "Petits", "up_to_eur": "30000", "amount_eur": "9000"}]
    planned(cycle, caps={"tranches": tranches})

    with pytest.raises(Refused, match="Le projet BP26-000[13], à .*, n’entre dans aucune tranche de l’article 4"):
        make.seal(make.draft_poll(cycle=cycle))


def test_proxies_and_a_jury_s_choice_are_named_at_sealing(cycle):
    planned(cycle, electorate={"maximum_proxies": 1})
    poll = make.draft_poll(cycle=cycle)
    with pytest.raises(Refused, match="ne reçoit pas encore de procurations"):
        make.seal(poll)

    planned(cycle, ballot={"decision_mode": "jury", "decided_by": "le jury citoyen"})
    with pytest.raises(Refused, match="à une instance .le jury citoyen."):
        make.seal(poll)


def test_one_mailbox_is_one_owner_of_several_projects(cycle, at):
    planned(cycle, ballot={"one_laureate_per_owner": True, "lists": "single"})
    for number, email in ((1, "aicha@example.org"), (2, "Aicha@example.org"), (3, "")):
        proposal = cycle.proposals.get(number=f"BP26-000{number}")
        proposal.owners.create(contact=_contact(email), joined_at=at)

    poll = make.seal(make.draft_poll(cycle=cycle))

    owners = {project.number: project.owners for project in selectors.sealed_of(poll).projects}
    assert owners["BP26-0001"] == owners["BP26-0002"] != frozenset()
    assert owners["BP26-0003"] not in (frozenset(), owners["BP26-0001"])


def _contact(email):
    from bp_platform.accounts.models import Contact

    return Contact.objects.create(name="Aïcha", email=email)
