"""The demo's files hold together: lengths, codes, money, and answers that a resident can use."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from bp_platform.core.money import round_eur
from bp_platform.demo import editions, town
from cycles.rules import REFUSAL_REASONS
from instruction.models import VAT_RATES, CommitteeStance, CostKind, Verdict
from proposals.models import Channel, OwnerKind

EDITIONS = ("2024", "2026", "jeunes", "2027")
LENGTHS = {
    "title": 90, "summary": 240, "text": 4000, "place": 160, "owner": 80,
    "opinion": 2000, "explanation": 2000, "next_step": 1000, "question": 1000, "committee": 1000,
}  # fmt: skip
KEYS = {
    *LENGTHS, "area", "theme", "kind", "channel", "state", "reason", "study", "lead", "consulted", "running_eur",
    "lines", "votes", "delivery", "outcome", "decider", "verdict", "advice", "days",
    "stance",
}  # fmt: skip
TOWN = town.data("town")
IDEAS: list[Any] = [
    pytest.param(idea, id=f"{edition} {idea['title']}") for edition in EDITIONS for idea in town.data(edition)["ideas"]
]
REFUSED = [case for case in IDEAS if case.values[0].get("outcome") == "unfeasible"]
OVER_CAP = "Un studio pour enregistrer sa voix et sa musique"  # a study found it, the decision is to come
COSTED = [case for case in IDEAS if "lines" in case.values[0]]
STUDIED = [case for case in IDEAS if "study" in case.values[0]]


def codes(part: str) -> set[str]:
    return {row["code"] for row in TOWN[part]}


def ideas(edition: str) -> list[dict[str, Any]]:
    return town.data(edition)["ideas"]


def cost(lines: list[list[str]]) -> Decimal:
    """All taxes included, rounded half-up line by line, net then tax."""
    nets = [(round_eur(Decimal(quantity) * Decimal(price)), Decimal(rate)) for _k, _l, quantity, price, rate in lines]
    return sum((net + round_eur(net * rate / 100) for net, rate in nets), Decimal(0))


@pytest.mark.parametrize("idea", IDEAS)
def test_an_idea_fits_its_fields(idea):
    too_long = {key: len(idea[key]) for key, most in LENGTHS.items() if len(idea.get(key, "")) > most}

    assert too_long == {}
    assert set(idea) - KEYS == set()
    assert idea["title"].strip()
    assert idea["summary"].strip()


@pytest.mark.parametrize("idea", IDEAS)
def test_an_idea_names_what_the_town_has(idea):
    departments = [idea[key] for key in ["lead"] if key in idea] + idea.get("consulted", [])

    assert idea["area"] in codes("areas")
    assert idea["theme"] in codes("themes")
    assert idea.get("kind", "resident") in OwnerKind.values
    assert idea.get("channel", "online") in Channel.values
    assert set(departments) - codes("departments") == set()
    assert len(set(departments)) == len(departments)
    assert set(idea.get("advice", {})) <= set(idea.get("consulted", []))


@pytest.mark.parametrize("idea", IDEAS)
def test_an_idea_is_typed_as_french_is(idea):
    prose = "\n".join([*(idea.get(key, "") for key in LENGTHS), *idea.get("advice", {}).values()])

    assert re.findall(r"'|\.\.\.|\"|  |·", prose) == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_costed_project_fits_under_the_cap(edition):
    cap = editions.rulebook(town.data(edition).get("rules", {})).caps.maximum_cost_eur
    costs = {idea["title"]: cost(idea["lines"]) for idea in ideas(edition) if "lines" in idea}

    assert {title for title, total in costs.items() if total > cap} == {OVER_CAP} & set(costs)
    assert all(total > 0 for total in costs.values())


@pytest.mark.parametrize("idea", COSTED)
def test_a_costing_is_made_of_lines(idea):
    assert {kind for kind, *_rest in idea["lines"]} <= set(CostKind.values)
    assert {Decimal(line[4]) for line in idea["lines"]} <= set(VAT_RATES)
    assert all(line[1].strip() and Decimal(line[2]) > 0 for line in idea["lines"])


@pytest.mark.parametrize("idea", REFUSED)
def test_a_refusal_has_its_four_parts(idea):
    assert idea["reason"] in REFUSAL_REASONS
    assert all(idea[part].strip() for part in ("opinion", "explanation", "next_step"))
    assert REFUSAL_REASONS[idea["reason"]].is_political == ("decider" in idea)


@pytest.mark.parametrize("idea", [case for case in REFUSED if case.values[0] in ideas("2026")])
def test_a_refusal_of_2026_leads_to_somebody(idea):
    assert re.findall(r"02 47 00 00 \d\d", idea["next_step"]) != []


def test_the_refusals_of_2026_each_teach_another_reason():
    reasons = Counter(idea["reason"] for idea in ideas("2026") if "reason" in idea)

    assert reasons == Counter({
        "out_of_competence": 1, "operating_expenditure": 1, "off_territory": 1, "no_land_control": 1,
        "already_planned": 1, "technically_unfeasible": 1, "legal_or_safety_constraint": 1,
        "private_profit_or_conflict": 1, "not_specific_enough": 1, "over_cap": 1, "contrary_to_deliberated_policy": 1,
    })  # fmt: skip


@pytest.mark.parametrize("edition", ["2024", "2026"])
def test_a_studied_edition_prices_or_refuses_every_idea(edition):
    undecided = [i["title"] for i in ideas(edition) if ("lines" in i) == (i.get("outcome") == "unfeasible")]

    assert undecided == []


NEEDED: dict[str, set[str]] = {
    "received": set(),
    "triaged": {"lead"},
    "begun": {"lead", "lines"},
    "question": {"lead", "question"},
    "opinion": {"lead", "opinion"},
    "reviewed": {"lead", "opinion", "lines"},
    "decided": {"lead", "opinion", "lines"},
}


@pytest.mark.parametrize("idea", STUDIED)
def test_a_study_under_way_says_what_was_done(idea):
    assert NEEDED[idea["study"]] - set(idea) == set()
    assert idea.get("verdict", Verdict.FAVOURABLE) in Verdict.values
    assert "state" not in idea


@pytest.mark.parametrize("idea", [case for case in IDEAS if {"stance", "committee"} & set(case.values[0])])
def test_what_the_committee_says_has_its_stance(idea):
    assert idea["stance"] in CommitteeStance.values
    assert idea["stance"] == "agrees" or idea["committee"].strip()


@pytest.mark.parametrize("edition", ["jeunes", "2027"])
def test_a_study_under_way_has_its_days(edition):
    acts = {"received": 1, "triaged": 2, "begun": 3, "question": 3, "opinion": 3, "reviewed": 3, "decided": 4}
    told = town.data(edition)["studies"]

    assert {idea["study"] for idea in ideas(edition) if "study" in idea} == set(told)
    assert {name: len(days) for name, days in told.items()} == {name: acts[name] for name in told}


def test_the_edition_of_the_young_is_in_the_middle_of_its_study():
    states = Counter(idea["study"] for idea in ideas("jeunes"))
    answers = Counter(idea.get("outcome", "feasible") for idea in ideas("jeunes") if idea["study"] == "decided")

    assert states == Counter(
        {"received": 3, "triaged": 1, "begun": 2, "question": 1, "opinion": 2, "reviewed": 4, "decided": 3}
    )
    assert answers == Counter({"feasible": 2, "unfeasible": 1})
    assert {idea["lead"] for idea in ideas("jeunes") if idea["study"] in ("triaged", "opinion")} == {"espaces-verts"}
    assert len([idea for idea in ideas("jeunes") if "lines" in idea]) >= 10
    assert town.data("jeunes")["studies"]["triaged"]["due"] == -3


def test_what_is_not_published_says_why():
    states = Counter(idea["state"] for idea in ideas("2027") if "state" in idea)
    unexplained = [
        idea["title"]
        for idea in ideas("2027")
        for part in [{"needs_info": "question", "hidden": "reason"}.get(idea.get("state", ""))]
        if part and not idea.get(part)
    ]

    assert states == Counter({"submitted": 8, "needs_info": 2, "hidden": 1})
    assert unexplained == []


def test_the_desks_have_work():
    leads = Counter(idea["lead"] for idea in ideas("2027") if "study" in idea)

    assert (leads["espaces-verts"], leads["voirie"]) == (6, 3)


def test_the_town_is_full_enough():
    everything = [case.values[0] for case in IDEAS]
    titles = Counter(idea["title"].casefold() for idea in everything)

    assert [title for title, count in titles.items() if count > 1] == []
    assert len(everything) >= 120
    assert len([idea for idea in everything if "lines" in idea]) >= 40
    assert len([idea for idea in ideas("2026") if "lines" in idea]) >= 24


@pytest.mark.parametrize("edition", ["2026", "jeunes", "2027"])
def test_every_quartier_and_every_theme_has_ideas(edition):
    places = {(idea["area"], idea["theme"]) for idea in ideas(edition) if idea.get("outcome") != "unfeasible"}

    assert {area for area, _theme in places} == codes("areas")
    assert {theme for _area, theme in places} == codes("themes")


def test_every_way_in_and_every_kind_of_owner_is_used():
    assert {idea.get("channel", "online") for idea in ideas("2027")} == set(Channel.values)
    assert {idea["kind"] for idea in ideas("2027")} == set(OwnerKind.values)


def borders(ring: list[list[float]]) -> list[tuple[tuple[float, ...], tuple[float, ...]]]:
    return [(tuple(a), tuple(b)) for a, b in pairwise(ring)]


def test_the_quartiers_tile_the_town_exactly():
    rings = {area["code"]: area["outline"]["coordinates"][0] for area in TOWN["areas"]}
    quartiers = [side for code, ring in rings.items() if code != "ville" for side in borders(ring)]
    inner = {(a, b) for a, b in quartiers if (b, a) in set(quartiers)}

    assert {code for code, ring in rings.items() if ring[0] != ring[-1]} == set()
    assert len(set(quartiers)) == len(quartiers)
    assert set(quartiers) - inner == set(borders(rings["ville"]))
